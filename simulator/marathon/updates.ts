import { isObject, type Json, type JsonObject } from "../wire/json";
import { isTerminal, type TaskState } from "../wire/messages";
import type { App, Step, Task } from "./model";

/** A TaskStatus as the scheduler API sends it. */
export interface StatusUpdate {
  readonly task_id: { readonly value: string };
  readonly state: TaskState;
  readonly message?: string;
  readonly reason?: string;
  readonly agent_id?: { readonly value: string };
  readonly uuid?: string;
  readonly container_status?: JsonObject;
}

/** Takes a status in and acknowledges it. A running task that is not ours is killed. */
export function updated(step: Step, status: StatusUpdate): void {
  const { state } = step;
  acknowledge(step, status);
  const task = state.tasks.get(status.task_id.value);
  if (task === undefined) {
    if (!isTerminal(status.state) && status.state !== "TASK_UNREACHABLE") killStranger(step, status);
    return;
  }
  const before = task.state;
  task.state = status.state;
  const ips = addresses(status.container_status);
  if (ips.length > 0) task.ips = ips;
  if (status.state === "TASK_RUNNING" && task.startedAt === undefined) task.startedAt = step.now;
  const app = state.apps.get(task.appId);
  if (isTerminal(status.state) || status.state === "TASK_UNREACHABLE") {
    ended(step, task, app, status);
  } else if (status.state === "TASK_RUNNING" && app !== undefined) {
    app.delay = undefined;
  }
  step.saveTask(task);
  if (before !== status.state || isTerminal(status.state)) publish(step, task, status);
}

function acknowledge(step: Step, { uuid, agent_id, task_id }: StatusUpdate): void {
  if (uuid === undefined || agent_id === undefined) return;
  step.call({
    type: "ACKNOWLEDGE",
    acknowledge: { agent_id: { value: agent_id.value }, task_id: { value: task_id.value }, uuid },
  });
}

function killStranger(step: Step, { task_id, agent_id }: StatusUpdate): void {
  step.log(`Killing the unknown task ${task_id.value}`);
  step.call({
    type: "KILL",
    kill: {
      task_id: { value: task_id.value },
      ...(agent_id === undefined ? {} : { agent_id: { value: agent_id.value } }),
    },
  });
}

/** A task that ends without being told to makes its app wait, longer each time, before the next is started. */
function ended(step: Step, task: Task, app: App | undefined, status: StatusUpdate): void {
  step.state.tasks.delete(task.id);
  if (app === undefined || task.killAt !== undefined) return;
  const { backoffSeconds, backoffFactor, maxLaunchDelaySeconds } = app.definition;
  const ms = Math.min(
    app.delay === undefined ? backoffSeconds * 1000 : app.delay.ms * backoffFactor,
    maxLaunchDelaySeconds * 1000,
  );
  if (status.state === "TASK_FAILED" || status.state === "TASK_ERROR" || status.state === "TASK_FINISHED") {
    app.delay = { until: step.now + ms, ms };
  }
  if (status.state === "TASK_FINISHED") return;
  app.lastFailure = {
    appId: task.appId,
    host: task.host,
    message: status.message ?? "",
    state: status.state,
    taskId: task.id,
    timestamp: step.timestamp,
    version: task.version,
    slaveId: task.agentId,
  };
}

function publish(step: Step, task: Task, status: StatusUpdate): void {
  step.log(`Task ${task.id} is ${status.state}${status.message === undefined ? "" : `: ${status.message}`}`);
  step.publish("status_update_event", {
    slaveId: task.agentId,
    taskId: task.id,
    taskStatus: status.state,
    message: status.message ?? "",
    appId: task.appId,
    host: task.host,
    ipAddresses: task.ips.map((ipAddress) => ({ ipAddress, protocol: "IPv4" })),
    ports: task.ports,
    version: task.version,
  });
}

function addresses(container: JsonObject | undefined): string[] {
  const infos: readonly Json[] = Array.isArray(container?.network_infos)
    ? (container.network_infos as readonly Json[])
    : [];
  return infos.flatMap((info) => {
    const list: readonly Json[] =
      isObject(info) && Array.isArray(info.ip_addresses) ? (info.ip_addresses as readonly Json[]) : [];
    return list.flatMap((one) =>
      isObject(one) && typeof one.ip_address === "string" ? [one.ip_address] : [],
    );
  });
}
