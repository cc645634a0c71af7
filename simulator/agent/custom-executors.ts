import { reregisterWord } from "../../mesos/wire";
import { isTerminal, type TaskStatus } from "../wire/messages";
import { subscribedEvent } from "./executor-events";
import { sendTasks } from "./launch";
import { executorKey, runKey, type AgentStep, type Executor, type Run, type Termination } from "./model";
import type { Exit } from "./processes";
import { shutDown } from "./processes";
import { enqueue, report, retire } from "./updates";

/** What becomes of the tasks of an executor that ended by itself. */
const TERMINATED: Termination = {
  state: "TASK_FAILED",
  reason: "REASON_EXECUTOR_TERMINATED",
  message: "Executor terminated",
};

/** What a custom executor says when it (re-)connects. */
export interface Subscription {
  readonly frameworkId: string;
  readonly executorId: string;
  /** Names the connection, whatever its protocol. */
  readonly link: string;
  /** Ids of tasks that it was sent and no update of which was acknowledged. */
  readonly tasks: readonly string[];
  readonly updates: readonly TaskStatus[];
}

/** A custom executor is there: it is told who it is and what to run. Source: Slave::subscribe in src/slave/slave.cpp. */
export function subscribe(step: AgentStep, sent: Subscription): void {
  const executor = step.state.executors.get(executorKey(sent.frameworkId, sent.executorId));
  const { link } = sent;
  if (executor === undefined || (executor.state !== "REGISTERING" && executor.state !== "RUNNING")) {
    step.log(`Shutting down executor '${sent.executorId}', which is not expected`);
    step.effects.push(
      { kind: "tell-executor", link, event: { type: "SHUTDOWN" } },
      { kind: "close-executor", link },
    );
    return;
  }
  if (executor.link !== undefined) step.effects.push({ kind: "close-executor", link: executor.link });
  step.log(`Executor '${executor.id}' of framework ${executor.frameworkId} subscribed`);
  executor.link = link;
  executor.state = "RUNNING";
  delete executor.registerBy;
  for (const status of sent.updates) update(step, executor, status);
  const sentBefore = new Set(executor.queued.flat());
  for (const run of executor.tasks.values()) {
    const known = sentBefore.has(run.key) || sent.tasks.includes(run.task.task_id.value);
    if (run.state === "TASK_STAGING" && !known) loseStaged(step, run);
  }
  step.tell(executor, subscribedEvent(step.state, executor));
  const { queued } = executor;
  executor.queued = [];
  for (const group of queued) sendTasks(step, executor, group);
  step.change(executor);
}

/** The executor says how a task fares: taken once, and acknowledged as often as it is said. */
export function update(step: AgentStep, executor: Executor, said: TaskStatus): void {
  const run = step.state.runs.get(runKey(executor.frameworkId, said.task_id.value));
  const { uuid } = said;
  if (run === undefined || uuid === undefined) {
    step.count("slave/invalid_status_updates");
    step.log(`Ignoring an update ${said.state} for unknown task ${said.task_id.value}`);
    return;
  }
  step.count("slave/valid_status_updates");
  if (!run.statuses.some((known) => known.uuid === uuid)) {
    enqueue(step, run, {
      ...said,
      agent_id: { value: step.state.agentId ?? "" },
      executor_id: { value: executor.id },
      source: "SOURCE_EXECUTOR",
      container_status: {
        container_id: { value: executor.containerId },
        network_infos: [{ ip_addresses: [{ protocol: "IPv4", ip_address: step.state.config.info.ip }] }],
        ...(executor.pid === undefined ? {} : { executor_pid: executor.pid }),
        ...said.container_status,
      },
    });
  }
  step.tell(executor, { type: "ACKNOWLEDGED", acknowledged: { task_id: said.task_id, uuid } });
}

/** Has the executor kill a task; one that it was not sent yet is taken back. */
export function killCustom(step: AgentStep, run: Run, graceMs: number | undefined): void {
  const { executor } = run;
  if (isTerminal(run.state)) return;
  if (executor.queued.flat().includes(run.key)) {
    executor.queued = executor.queued.map((group) => group.filter((key) => !run.group.includes(key)));
    for (const key of run.group) {
      const member = executor.tasks.get(key);
      if (member === undefined) continue;
      report(step, member, "TASK_KILLED", {
        message: "Killed before delivery to the executor",
        reason: "REASON_TASK_KILLED_DURING_LAUNCH",
        source: "SOURCE_SLAVE",
      });
    }
    return;
  }
  const policy =
    graceMs === undefined ? {} : { kill_policy: { grace_period: { nanoseconds: graceMs * 1e6 } } };
  step.tell(executor, { type: "KILL", kill: { task_id: run.task.task_id, ...policy } });
}

/** The executor's process ended, and its tasks with it. Source: Slave::executorTerminated in src/slave/slave.cpp. */
export function executorExited(step: AgentStep, executor: Executor, { code, signal }: Exit): void {
  const why = executor.termination ?? TERMINATED;
  for (const run of [...executor.tasks.values()]) {
    if (isTerminal(run.state)) continue;
    report(step, run, why.state, { message: why.message, reason: why.reason, source: "SOURCE_SLAVE" });
  }
  if (executor.link !== undefined) step.effects.push({ kind: "close-executor", link: executor.link });
  delete executor.link;
  retire(step, executor, code === null ? (signal === "SIGKILL" ? 9 : -1) : code * 256);
}

/** Ends executors that did not subscribe in time. */
export function expireSubscriptions(step: AgentStep): void {
  const { config, recoverBy } = step.state;
  for (const executor of step.state.executors.values()) {
    if (executor.registerBy === undefined || executor.registerBy > step.now) continue;
    const again = recoverBy !== undefined;
    const aware = executor.framework.capabilities.some(({ type }) => type === "PARTITION_AWARE");
    const ms = again ? config.executorReregistrationMs : config.executorRegistrationMs;
    executor.termination = again
      ? {
          state: aware ? "TASK_GONE" : "TASK_LOST",
          reason: "REASON_EXECUTOR_REREGISTRATION_TIMEOUT",
          message: `Executor did not ${reregisterWord(config.tag)} within ${duration(ms)}`,
        }
      : {
          state: "TASK_FAILED",
          reason: "REASON_EXECUTOR_REGISTRATION_TIMEOUT",
          message: `Executor did not register within ${duration(ms)}`,
        };
    executor.state = "TERMINATING";
    delete executor.registerBy;
    step.change(executor);
    step.log(`Killing executor '${executor.id}': ${executor.termination.message}`);
    step.effects.push({ kind: "signal", key: executor.key, signal: "SIGKILL" });
  }
}

/** What the scheduler sends to its executor. */
export function messageToExecutor(
  step: AgentStep,
  frameworkId: string,
  executorId: string,
  data: string,
): void {
  const executor = step.state.executors.get(executorKey(frameworkId, executorId));
  if (executor?.link === undefined) {
    step.count("slave/invalid_framework_messages");
    step.log(`Dropping message for executor '${executorId}', which is not connected`);
    return;
  }
  step.count("slave/valid_framework_messages");
  step.tell(executor, { type: "MESSAGE", message: { data } });
}

/** The framework wants an executor ended, with its tasks. */
export function shutDownExecutor(step: AgentStep, executor: Executor): void {
  if (executor.state !== "TERMINATING" && executor.state !== "TERMINATED") shutDown(step, executor);
}

function loseStaged(step: AgentStep, run: Run): void {
  const aware = run.framework.capabilities.some(({ type }) => type === "PARTITION_AWARE");
  report(step, run, aware ? "TASK_DROPPED" : "TASK_LOST", {
    message: "Task launched during agent restart",
    reason: "REASON_SLAVE_RESTARTED",
    source: "SOURCE_SLAVE",
  });
}

/** As stout prints durations: the largest unit that keeps the number whole. */
function duration(ms: number): string {
  const units = [
    [60_000, "mins"],
    [1_000, "secs"],
  ] as const;
  const [size, unit] = units.find(([one]) => ms % one === 0) ?? ([1, "ms"] as const);
  return `${ms / size}${unit}`;
}
