import { isTerminal, type TaskState, type TaskStatus } from "../wire/messages";
import type { AgentStep, Run } from "./model";

/** First and longest pause between sends of the same update. Source: src/slave/constants.hpp. */
const RETRY_MIN_MS = 10_000;
const RETRY_MAX_MS = 600_000;

/** Completed tasks kept for `/state`. */
const MAX_COMPLETED = 200;

/** What a new status says beyond its state. */
export interface StatusDetail {
  readonly message?: string;
  readonly reason?: string;
  readonly source?: TaskStatus["source"];
}

/** A task reached a state: the update is queued, and sent where nothing older waits. */
export function report(step: AgentStep, run: Run, state: TaskState, detail: StatusDetail = {}): void {
  run.state = state;
  const status: TaskStatus = {
    task_id: run.task.task_id,
    state,
    ...(detail.message === undefined ? {} : { message: detail.message }),
    source: detail.source ?? "SOURCE_EXECUTOR",
    ...(detail.reason === undefined ? {} : { reason: detail.reason }),
    agent_id: { value: step.state.agentId ?? "" },
    executor_id: run.task.task_id,
    timestamp: step.now / 1000,
    uuid: uuidBytes(step.chance.uuid()),
    container_status: {
      container_id: { value: run.containerId },
      network_infos: [{ ip_addresses: [{ protocol: "IPv4", ip_address: step.state.config.info.ip }] }],
      ...(run.pid === undefined ? {} : { executor_pid: run.pid }),
    },
  };
  run.statuses.push(status);
  run.pending.push(status);
  if (isTerminal(state)) step.count(`slave/${state.toLowerCase().replace("task_", "tasks_")}`);
  if (run.pending.length === 1) {
    run.retryMs = RETRY_MIN_MS;
    sendFirst(step, run);
  }
}

/** The framework has the update: the next one goes out. A task whose terminal update is acknowledged is done with. */
export function acknowledged(step: AgentStep, run: Run, uuid: string): void {
  if (run.pending[0]?.uuid !== uuid) {
    step.log(`Ignoring an unexpected acknowledgement for task ${run.task.task_id.value}`);
    return;
  }
  run.pending.shift();
  run.retryMs = RETRY_MIN_MS;
  run.retryAt = undefined;
  if (run.pending.length > 0) {
    sendFirst(step, run);
    return;
  }
  if (!isTerminal(run.state)) return;
  step.state.runs.delete(run.key);
  step.state.completed.push(run);
  if (step.state.completed.length > MAX_COMPLETED) step.state.completed.shift();
}

/** Sends the oldest update of a task, and says when to do it again. */
export function sendFirst(step: AgentStep, run: Run): void {
  const [status] = run.pending;
  const latest = run.statuses.at(-1);
  if (status === undefined || latest === undefined) return;
  run.retryAt = step.now + run.retryMs;
  run.retryMs = Math.min(run.retryMs * 2, RETRY_MAX_MS);
  if (!step.state.registered) return;
  step.post({
    kind: "update",
    agentId: step.state.agentId ?? "",
    frameworkId: run.frameworkId,
    status,
    latest,
  });
}

function uuidBytes(uuid: string): string {
  return Buffer.from(uuid.replaceAll("-", ""), "hex").toString("base64");
}
