import { withFieldsOf } from "../../mesos/json-fields";
import { hasMetric } from "../../mesos/metrics";
import { atLeast, findVersion } from "../../mesos/versions";
import { buildInfo } from "../identity";
import { summariseAttributes } from "../resources/attributes";
import { readResource, summariseResources, writeResources } from "../resources/message";
import { scalar, sum, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import { isTerminal } from "../wire/messages";
import { idleMetrics } from "./idle-metrics";
import type { AgentState, Executor, Run } from "./model";
import { sandboxPath } from "./sandbox";

/** What `/state` says beyond the state machine's knowledge. */
export interface AgentSurroundings {
  readonly flags: Readonly<Record<string, string>>;
  readonly logDir: string | undefined;
  /** What the files API shows as its log. */
  readonly logFile: string | undefined;
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
  return withFieldsOf("agent state", tag, {
    ...(version === undefined ? {} : buildInfo(version)),
    start_time: state.startedAt / 1000,
    ...(state.agentId === undefined ? {} : { id: state.agentId }),
    pid: `slave(1)@${info.ip}:${info.port}`,
    hostname: info.hostname,
    capabilities: info.capabilities,
    resources: summariseResources(info.resources, gpus),
    reserved_resources: Object.fromEntries(
      roles.map((role) => [role, summariseResources(ofRole(role), gpus)]),
    ),
    unreserved_resources: summariseResources(unreserved, gpus),
    reserved_resources_full: Object.fromEntries(roles.map((role) => [role, writeResources(ofRole(role))])),
    unreserved_resources_full: writeResources(unreserved),
    ...allocatedView(state, roles),
    resource_providers: [],
    attributes: summariseAttributes(info.attributes),
    ...(state.leader === undefined ? {} : { master_hostname: state.leader.hostname }),
    ...(around.logDir === undefined ? {} : { log_dir: around.logDir }),
    flags: around.flags,
    ...oldCounters(state),
    ...frameworks(state, around.workDir),
  });
}

/** What an agent before 0.23 counted in `/state.json` itself. */
function oldCounters({ runs, counters }: AgentState): JsonObject {
  const inState = (name: string): number => [...runs.values()].filter(({ state }) => state === name).length;
  const ended = ["finished", "killed", "failed", "lost"].map((name): [string, number] => [
    `${name}_tasks`,
    counters.get(`slave/tasks_${name}`) ?? 0,
  ]);
  return {
    staged_tasks: inState("TASK_STAGING"),
    started_tasks: inState("TASK_STARTING"),
    ...Object.fromEntries(ended),
  };
}

/** The agent's part of `/metrics/snapshot`, with the keys that its version has. */
export function agentMetrics(state: AgentState, now: number): Record<string, number> {
  const runs = [...state.runs.values()];
  const inState = (name: string): number => runs.filter((run) => run.state === name).length;
  const live = [...state.executors.values()];
  const inLife = (name: Executor["state"]): number => live.filter((one) => one.state === name).length;
  const used = usedResources(state);
  const total = state.config.info.resources;
  const all: Record<string, number> = {
    ...idleMetrics(state),
    "slave/registered": state.registered ? 1 : 0,
    "slave/uptime_secs": (now - state.startedAt) / 1000,
    "slave/frameworks_active": new Set(live.map((executor) => executor.frameworkId)).size,
    "slave/recovery_errors": 0,
    "slave/recovery_time_secs": ((state.recoveredAt ?? now) - state.startedAt) / 1000,
    "slave/executors_registering": inLife("REGISTERING"),
    "slave/executors_running": inLife("RUNNING"),
    "slave/executors_terminating": inLife("TERMINATING"),
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

function frameworks(state: AgentState, workDir: string): JsonObject {
  const live = [...state.executors.values()];
  const view = (id: string): JsonObject => {
    const own = live.filter((executor) => executor.frameworkId === id);
    const ended = new Set(state.completed.map((run) => run.executor).filter((one) => one.frameworkId === id));
    for (const executor of own) ended.delete(executor);
    const framework = state.frameworks.get(id) ?? [...own, ...ended][0]?.framework;
    return {
      id,
      name: framework?.name,
      user: framework?.user,
      role: framework?.role ?? "*",
      hostname: framework?.hostname ?? "",
      checkpoint: framework?.checkpoint ?? false,
      failover_timeout: framework?.failover_timeout ?? 0,
      executors: own.map((executor) => executorView(state, executor, workDir)),
      completed_executors: [...ended].map((executor) => executorView(state, executor, workDir)),
    };
  };
  const active = [...new Set(live.map((executor) => executor.frameworkId))];
  const completed = [...new Set(state.completed.map((run) => run.frameworkId))].filter(
    (id) => !active.includes(id),
  );
  return { frameworks: active.map(view), completed_frameworks: completed.map(view) };
}

function allocatedView(state: AgentState, roles: readonly string[]): JsonObject {
  const used = usedResources(state);
  const ofRole = (role: string): JsonObject =>
    summariseResources(
      used.filter((resource) => resource.role === role),
      true,
    );
  const isUsed = (role: string): boolean => used.some((resource) => resource.role === role);
  return {
    reserved_resources_allocated: Object.fromEntries(
      roles.filter(isUsed).map((role) => [role, ofRole(role)]),
    ),
    unreserved_resources_allocated: ofRole("*"),
  };
}

function executorView(state: AgentState, executor: Executor, workDir: string): JsonObject {
  const gpus = atLeast(state.config.tag, "1.0.0-rc1");
  const tasks = [...executor.tasks.values()];
  const queued = new Set(executor.queued.flat());
  const completed = state.completed.filter((run) => run.executor === executor);
  const view = (runs: readonly Run[]): JsonObject[] => runs.map((run) => taskView(state, run, gpus));
  return {
    id: executor.id,
    name: executor.info.name ?? "",
    source: executor.info.source ?? "",
    container: executor.containerId,
    directory: sandboxPath(workDir, state.agentId ?? "", executor),
    resources: summariseResources(executorResources(executor), gpus),
    tasks: view(tasks.filter((run) => !isTerminal(run.state) && !queued.has(run.key))),
    queued_tasks: view(tasks.filter((run) => queued.has(run.key))),
    completed_tasks: view([...tasks.filter((run) => isTerminal(run.state)), ...completed]),
  };
}

function taskView(state: AgentState, run: Run, gpus: boolean): JsonObject {
  return {
    id: run.task.task_id.value,
    name: run.task.name,
    framework_id: run.frameworkId,
    executor_id: run.executor.kind === "command" ? "" : run.executor.id,
    slave_id: state.agentId,
    state: run.state,
    resources: summariseResources(resourcesOf(run), gpus),
    statuses: run.statuses.map((status) => ({
      state: status.state,
      timestamp: status.timestamp,
      ...(status.healthy === undefined ? {} : { healthy: status.healthy }),
      ...(status.container_status === undefined
        ? {}
        : { container_status: status.container_status as unknown as JsonObject }),
    })),
  };
}

/** What an executor holds: its own, and that of its tasks that have not ended. */
export function executorResources(executor: Executor): Resources {
  const live = [...executor.tasks.values()].filter((run) => !isTerminal(run.state));
  return sum([executor.info.resources.map(readResource), ...live.map(resourcesOf)]);
}

/** What all executors hold. */
function usedResources(state: AgentState): Resources {
  const live = [...state.executors.values()].filter((executor) => executor.state !== "TERMINATED");
  return sum(live.map(executorResources));
}

function resourcesOf(run: Run): Resources {
  return run.task.resources.map(readResource);
}
