import { executorKey, runKey, type AgentState, type AgentStep, type Executor, type Run } from "./model";
import { shutDown, killAll } from "./processes";
import { startOver } from "./registration";
import {
  isTerminal,
  type ExecutorInfo,
  type FrameworkInfo,
  type TaskInfo,
  type TaskStatus,
} from "../wire/messages";

/** What another life of the agent needs of an executor. */
export interface SavedExecutor {
  readonly kind: Executor["kind"];
  readonly framework: FrameworkInfo;
  readonly info: ExecutorInfo;
  readonly containerId: string;
  readonly terminated: boolean;
  readonly queued: Executor["queued"];
  readonly tasks: readonly SavedTask[];
}

interface SavedTask {
  readonly task: TaskInfo;
  readonly containerId: string;
  readonly startedAt: number;
  readonly group: readonly string[];
  readonly statuses: readonly TaskStatus[];
  /** How many of the last statuses were not acknowledged. */
  readonly pending: number;
  readonly isDying: boolean;
  readonly unhealthy: boolean;
}

/** An executor as it is stored. */
export function save(executor: Executor): SavedExecutor {
  const { kind, framework, info, containerId, state, queued, tasks } = executor;
  return {
    kind,
    framework,
    info,
    containerId,
    terminated: state === "TERMINATED",
    queued,
    tasks: [...tasks.values()].map((run) => ({
      task: run.task,
      containerId: run.containerId,
      startedAt: run.startedAt,
      group: run.group,
      statuses: run.statuses,
      pending: run.pending.length,
      isDying: run.killBy !== undefined,
      unhealthy: run.unhealthy === true,
    })),
  };
}

/** Puts a stored executor into the state of a new life; whether its processes still run is told by events. */
export function restore(state: AgentState, saved: SavedExecutor, now: number): Executor {
  const { kind, framework, info, containerId, queued } = saved;
  const frameworkId = framework.id?.value ?? "";
  const id = info.executor_id.value;
  const custom = kind === "custom" && !saved.terminated;
  const until = now + state.config.executorReregistrationMs;
  const executor: Executor = {
    key: executorKey(frameworkId, id),
    kind,
    id,
    frameworkId,
    framework,
    info,
    containerId,
    state: saved.terminated ? "TERMINATED" : custom ? "REGISTERING" : "RUNNING",
    ...(custom ? { registerBy: until } : {}),
    queued,
    tasks: new Map(),
  };
  state.frameworks.set(frameworkId, framework);
  state.executors.set(executor.key, executor);
  for (const sent of saved.tasks) {
    const run = restoreTask(executor, sent, now);
    executor.tasks.set(run.key, run);
    state.runs.set(run.key, run);
  }
  state.recoverBy = until;
  state.recoveredAt = undefined;
  return executor;
}

/** Tasks have been put back: under `--recover=cleanup` everything is ended. */
export function cleanUp(step: AgentStep): void {
  if (step.state.config.recover !== "cleanup") return;
  for (const executor of [...step.state.executors.values()]) {
    if (executor.kind === "custom") shutDown(step, executor);
    else killAll(step, executor);
  }
}

/** Whoever did not come back by now is gone: the agent registers with what it holds. */
export function endRecovery(step: AgentStep): void {
  const { state } = step;
  state.recoverBy = undefined;
  state.recoveredAt = step.now;
  step.log("Finished recovery");
  if (state.leader !== undefined && state.config.recover === "reconnect") startOver(step);
}

/** `--recover=cleanup` is done when no executor is left. */
export function leaveIfClean(step: AgentStep): void {
  const { config, executors } = step.state;
  if (config.recover !== "cleanup") return;
  const live = [...executors.values()].filter(({ state }) => state !== "TERMINATED");
  if (live.length === 0) step.effects.push({ kind: "leave" });
}

function restoreTask(executor: Executor, sent: SavedTask, now: number): Run {
  const { framework, frameworkId } = executor;
  const { task, containerId, startedAt, group, statuses, pending } = sent;
  const last = statuses.at(-1);
  return {
    key: runKey(frameworkId, task.task_id.value),
    framework,
    frameworkId,
    executor,
    task,
    containerId,
    startedAt,
    group,
    state: last?.state ?? "TASK_STAGING",
    ...(sent.isDying && !isTerminal(last?.state ?? "TASK_STAGING") ? { killBy: now } : {}),
    ...(sent.unhealthy ? { unhealthy: true } : {}),
    statuses: [...statuses],
    pending: pending === 0 ? [] : statuses.slice(-pending),
    retryAt: undefined,
    retryMs: 0,
  };
}
