import { hasMetric } from "../../mesos/metrics";
import { atLeast, findVersion } from "../../mesos/versions";
import { buildInfo } from "../identity";
import { summariseAttributes } from "../resources/attributes";
import { readResource, summariseResources, writeResources } from "../resources/message";
import { scalar, sum, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import { isTerminal } from "../wire/messages";
import type { AgentState, Run } from "./model";
import { sandboxPath } from "./sandbox";

/** What `/state` says beyond the state machine's knowledge. */
export interface AgentSurroundings {
  readonly flags: Readonly<Record<string, string>>;
  readonly logDir: string | undefined;
  readonly workDir: string;
}

/** Body of `/state` and `/state.json`. Field names as recorded from a real agent. */
export function agentStateView(state: AgentState, around: AgentSurroundings): JsonObject {
  const { tag, info } = state.config;
  const gpus = atLeast(tag, "1.0.0-rc1");
  const version = findVersion(tag);
  const unreserved = info.resources.filter((resource) => resource.role === "*");
  const roles = [...new Set(info.resources.map((r) => r.role))].filter((role) => role !== "*");
  const ofRole = (role: string): Resources => info.resources.filter((resource) => resource.role === role);
  return {
    ...(version === undefined ? {} : buildInfo(version)),
    start_time: state.startedAt / 1000,
    ...(state.agentId === undefined ? {} : { id: state.agentId }),
    pid: `slave(1)@${info.ip}:${info.port}`,
    hostname: info.hostname,
    ...(atLeast(tag, "1.2.0-rc1") ? { capabilities: info.capabilities } : {}),
    resources: summariseResources(info.resources, gpus),
    reserved_resources: Object.fromEntries(
      roles.map((role) => [role, summariseResources(ofRole(role), gpus)]),
    ),
    unreserved_resources: summariseResources(unreserved, gpus),
    ...(atLeast(tag, "0.28.0-rc1")
      ? {
          reserved_resources_full: Object.fromEntries(
            roles.map((role) => [role, writeResources(ofRole(role))]),
          ),
          unreserved_resources_full: writeResources(unreserved),
        }
      : {}),
    ...(atLeast(tag, "1.4.0-rc1") ? allocatedView(state, roles) : {}),
    ...(atLeast(tag, "1.8.0-rc1") ? { resource_providers: [] } : {}),
    attributes: summariseAttributes(info.attributes),
    ...(state.leader === undefined ? {} : { master_hostname: state.leader.hostname }),
    ...(around.logDir === undefined ? {} : { log_dir: around.logDir }),
    flags: around.flags,
    ...frameworks(state, around.workDir),
  };
}

/** The agent's part of `/metrics/snapshot`, with the keys that its version has. */
export function agentMetrics(state: AgentState, now: number): Record<string, number> {
  const runs = [...state.runs.values()];
  const inState = (name: string): number => runs.filter((run) => run.state === name).length;
  const live = runs.filter((run) => !isTerminal(run.state));
  const used = sum(live.map(resourcesOf));
  const total = state.config.info.resources;
  const all: Record<string, number> = {
    "slave/registered": state.registered ? 1 : 0,
    "slave/uptime_secs": (now - state.startedAt) / 1000,
    "slave/frameworks_active": new Set(live.map((run) => run.frameworkId)).size,
    "slave/recovery_errors": 0,
    "slave/recovery_time_secs": 0,
    "slave/executors_running": live.length,
    "slave/tasks_staging": inState("TASK_STAGING"),
    "slave/tasks_starting": inState("TASK_STARTING"),
    "slave/tasks_running": inState("TASK_RUNNING"),
    "slave/tasks_killing": inState("TASK_KILLING"),
    ...Object.fromEntries(
      ["finished", "failed", "killed", "lost"].map((name) => [
        `slave/tasks_${name}`,
        state.counters.get(`slave/tasks_${name}`) ?? 0,
      ]),
    ),
    ...Object.fromEntries(
      ["cpus", "mem", "disk", "gpus"].flatMap((name) => {
        const [of, taken] = [scalar(total, name), scalar(used, name)];
        return [
          [`slave/${name}_total`, of],
          [`slave/${name}_used`, taken],
          [`slave/${name}_percent`, of === 0 ? 0 : taken / of],
        ];
      }),
    ),
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => hasMetric(state.config.tag, key)));
}

/** Body of `/containers`. */
export function containersView(state: AgentState): JsonObject[] {
  return [...state.runs.values()]
    .filter((run) => run.pid !== undefined && !isTerminal(run.state))
    .map((run) => ({
      container_id: run.containerId,
      executor_id: run.task.task_id.value,
      executor_name: `Command Executor (Task: ${run.task.task_id.value})`,
      framework_id: run.frameworkId,
      source: run.task.task_id.value,
      status: { container_id: { value: run.containerId }, executor_pid: run.pid },
    }));
}

function frameworks(state: AgentState, workDir: string): JsonObject {
  const live = [...state.runs.values()];
  const view = (runs: readonly Run[], id: string): JsonObject => {
    const own = runs.filter((run) => run.frameworkId === id);
    const done = state.completed.filter((run) => run.frameworkId === id);
    const [first] = [...own, ...done];
    return {
      id,
      name: first?.framework.name,
      user: first?.framework.user,
      role: first?.framework.role ?? "*",
      hostname: first?.framework.hostname ?? "",
      checkpoint: first?.framework.checkpoint ?? false,
      failover_timeout: first?.framework.failover_timeout ?? 0,
      executors: own.map((run) => executorView(state, run, workDir)),
      completed_executors: done.map((run) => executorView(state, run, workDir)),
    };
  };
  const active = [...new Set(live.map((run) => run.frameworkId))];
  const completed = [...new Set(state.completed.map((run) => run.frameworkId))].filter(
    (id) => !active.includes(id),
  );
  return {
    frameworks: active.map((id) => view(live, id)),
    completed_frameworks: completed.map((id) => view([], id)),
  };
}

function allocatedView(state: AgentState, roles: readonly string[]): JsonObject {
  const live = [...state.runs.values()].filter((run) => !isTerminal(run.state));
  const used = sum(live.map(resourcesOf));
  const ofRole = (role: string): JsonObject =>
    summariseResources(
      used.filter((resource) => resource.role === role),
      true,
    );
  return {
    reserved_resources_allocated: Object.fromEntries(roles.map((role) => [role, ofRole(role)])),
    unreserved_resources_allocated: ofRole("*"),
  };
}

function executorView(state: AgentState, run: Run, workDir: string): JsonObject {
  const gpus = atLeast(state.config.tag, "1.0.0-rc1");
  const id = run.task.task_id.value;
  const task = {
    id,
    name: run.task.name,
    framework_id: run.frameworkId,
    executor_id: "",
    slave_id: state.agentId,
    state: run.state,
    resources: summariseResources(resourcesOf(run), gpus),
    statuses: run.statuses.map((status) => ({
      state: status.state,
      timestamp: status.timestamp,
      ...(status.container_status === undefined
        ? {}
        : { container_status: status.container_status as unknown as JsonObject }),
    })),
  };
  const ended = isTerminal(run.state);
  return {
    id,
    name: `Command Executor (Task: ${id}) (Command: sh -c '${run.task.command?.value ?? ""}')`,
    source: id,
    container: run.containerId,
    directory: sandboxPath(workDir, state.agentId ?? "", run),
    resources: summariseResources(resourcesOf(run), gpus),
    tasks: ended ? [] : [task],
    queued_tasks: [],
    completed_tasks: ended ? [task] : [],
  };
}

function resourcesOf(run: Run): Resources {
  return run.task.resources.map(readResource);
}
