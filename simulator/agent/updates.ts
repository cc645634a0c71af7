import { hasChecks } from "../../mesos/wire";
import { checkType, isTerminal, type CheckStatus, type TaskState, type TaskStatus } from "../wire/messages";
import type { AgentStep, Executor, Run } from "./model";

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
  readonly healthy?: boolean;
  readonly check_status?: CheckStatus;
}

/** A task reached a state: the update is queued, and sent where nothing older waits. */
export function report(step: AgentStep, run: Run, state: TaskState, detail: StatusDetail = {}): void {
  const last = run.statuses.at(-1);
  const ended = isTerminal(state);
  const healthy = detail.healthy ?? (ended ? undefined : last?.healthy);
  const checked = detail.check_status ?? last?.check_status ?? unchecked(step, run);
  const { executor } = run;
  const nested = executor.kind === "default" ? { parent: { value: executor.containerId } } : {};
  enqueue(step, run, {
    task_id: run.task.task_id,
    state,
    ...(detail.message === undefined ? {} : { message: detail.message }),
    source: detail.source ?? "SOURCE_EXECUTOR",
    ...(detail.reason === undefined ? {} : { reason: detail.reason }),
    agent_id: { value: step.state.agentId ?? "" },
    executor_id: { value: executor.id },
    timestamp: step.now / 1000,
    uuid: uuidBytes(step.chance.uuid()),
    ...(healthy === undefined ? {} : { healthy }),
    ...(checked === undefined ? {} : { check_status: checked }),
    container_status: {
      container_id: { value: run.containerId, ...nested },
      network_infos: [{ ip_addresses: [{ protocol: "IPv4", ip_address: step.state.config.info.ip }] }],
      ...(run.pid === undefined ? {} : { executor_pid: run.pid }),
    },
  });
}

/** Takes a status as the task's newest. */
export function enqueue(step: AgentStep, run: Run, status: TaskStatus): void {
  run.state = status.state;
  run.statuses.push(status);
  run.pending.push(status);
  step.change(run.executor);
  if (isTerminal(status.state)) {
    step.count(`slave/${status.state.toLowerCase().replace("task_", "tasks_")}`);
    delete run.health;
    delete run.check;
  }
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
  step.change(run.executor);
  if (run.pending.length > 0) sendFirst(step, run);
  else if (isTerminal(run.state)) complete(step, run);
}

/** Moves a task that is done with to the completed ones; an executor that ended goes with its last task. */
export function complete(step: AgentStep, run: Run): void {
  const { state } = step;
  const { executor } = run;
  run.pending.length = 0;
  run.retryAt = undefined;
  state.runs.delete(run.key);
  executor.tasks.delete(run.key);
  state.completed.push(run);
  if (state.completed.length > MAX_COMPLETED) state.completed.shift();
  step.change(executor);
  forgetIfDone(step, executor);
}

/**
 * An executor ended, with a status of wait(2), -1 where it is not known. The master hears of one that it knows; it is
 * forgotten with the last acknowledgement.
 */
export function retire(step: AgentStep, executor: Executor, status: number): void {
  if (executor.state === "TERMINATED") return;
  const { id, frameworkId } = executor;
  executor.state = "TERMINATED";
  delete executor.killBy;
  delete executor.registerBy;
  step.count("slave/executors_terminated");
  step.change(executor);
  if (executor.kind !== "command") {
    const agentId = step.state.agentId ?? "";
    step.post({ kind: "executor-exited", agentId, frameworkId, executorId: id, status });
  }
  forgetIfDone(step, executor);
}

function forgetIfDone(step: AgentStep, executor: Executor): void {
  if (executor.state !== "TERMINATED" || executor.tasks.size > 0) return;
  step.state.executors.delete(executor.key);
  step.effects.push({ kind: "discard", executor });
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

/** What a task with a `check` says before the first result. */
function unchecked(step: AgentStep, { task }: Run): CheckStatus | undefined {
  return task.check === undefined || !hasChecks(step.state.config.tag)
    ? undefined
    : UNCHECKED[checkType(task.check)];
}

const UNCHECKED = {
  COMMAND: { type: "COMMAND", command: {} },
  HTTP: { type: "HTTP", http: {} },
  TCP: { type: "TCP", tcp: {} },
} as const;
