import { sendsTaskStarting } from "../../mesos/wire";
import { isTerminal } from "../wire/messages";
import { startChecks } from "./checks";
import { failExecutor } from "./launch";
import type { AgentStep, Executor, Run } from "./model";
import { complete, report, retire } from "./updates";

/** Time a task has between SIGTERM and SIGKILL. Source: DEFAULT_KILL_POLICY in src/launcher/executor.cpp. */
const GRACE_MS = 3_000;

/** How a process ended; both null where nobody saw it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A task's process runs; one that an earlier life started goes on. */
export function started(step: AgentStep, run: Run, pid: number): void {
  run.pid = pid;
  run.executor.pid ??= pid;
  step.change(run.executor);
  if (isTerminal(run.state)) {
    step.effects.push({ kind: "signal", key: run.key, signal: "SIGKILL" });
    return;
  }
  if (run.state === "TASK_STAGING") {
    if (sendsTaskStarting(step.state.config.tag)) report(step, run, "TASK_STARTING");
    report(step, run, "TASK_RUNNING");
  }
  if (run.killBy === undefined) startChecks(step, run);
  else {
    const signal = Number.isFinite(run.killBy) ? "SIGTERM" : "SIGKILL";
    step.effects.push({ kind: "signal", key: run.key, signal });
  }
}

/** A task's process could not be started. */
export function notStarted(step: AgentStep, run: Run, why: string): void {
  if (run.executor.kind === "command") failExecutor(step, run.executor, why);
  else {
    report(step, run, "TASK_FAILED", { message: `Failed to launch container: ${why}` });
    afterEnd(step, run);
  }
}

/** A task's process ended. */
export function exited(step: AgentStep, run: Run, exit: Exit): void {
  const asked = run.killBy !== undefined;
  delete run.killBy;
  if (isTerminal(run.state)) return;
  const { code, signal } = exit;
  if (code === null && signal === null) {
    report(step, run, "TASK_FAILED", {
      message: "Executor terminated",
      reason: "REASON_EXECUTOR_TERMINATED",
      source: "SOURCE_SLAVE",
    });
  } else {
    const message =
      signal === null
        ? `Command exited with status ${code ?? 0}`
        : `Command terminated with signal ${signalName(signal)}`;
    const state = asked ? "TASK_KILLED" : code === 0 ? "TASK_FINISHED" : "TASK_FAILED";
    report(step, run, state, { message, ...(run.unhealthy === true ? { healthy: false } : {}) });
  }
  afterEnd(step, run);
}

/** Ends a task of the agent's own executors: SIGTERM now, SIGKILL after the grace period. */
export function kill(step: AgentStep, run: Run, graceMs: number | undefined): void {
  if (isTerminal(run.state) || run.killBy !== undefined) return;
  const policy = run.task.kill_policy?.grace_period?.nanoseconds;
  run.killBy = step.now + (graceMs ?? (policy === undefined ? GRACE_MS : policy / 1e6));
  delete run.health;
  delete run.check;
  step.change(run.executor);
  if (run.pid === undefined) return;
  if (run.framework.capabilities.some(({ type }) => type === "TASK_KILLING_STATE"))
    report(step, run, "TASK_KILLING");
  step.effects.push({ kind: "signal", key: run.key, signal: "SIGTERM" });
}

/** Ends an executor of the agent's own with its tasks. */
export function killAll(step: AgentStep, executor: Executor): void {
  for (const run of [...executor.tasks.values()]) kill(step, run, undefined);
}

/** The framework is gone, and nobody is left to acknowledge: records go at once, processes are ended. */
export function shutDownFramework(step: AgentStep, frameworkId: string): void {
  const { state } = step;
  state.frameworks.delete(frameworkId);
  for (const executor of [...state.executors.values()]) {
    if (executor.frameworkId !== frameworkId) continue;
    if (executor.kind === "custom" && executor.state !== "TERMINATED") shutDown(step, executor);
    for (const run of [...executor.tasks.values()]) {
      const ended = isTerminal(run.state);
      complete(step, run);
      if (ended) continue;
      run.state = "TASK_KILLED";
      if (executor.kind === "custom") continue;
      step.effects.push({ kind: "signal", key: run.key, signal: "SIGTERM" });
      step.effects.push({ kind: "signal", key: run.key, signal: "SIGKILL" });
    }
    if (executor.kind !== "custom") retire(step, executor, -1);
  }
}

/** Asks a custom executor to end; it is killed where it does not within its grace period. */
export function shutDown(step: AgentStep, executor: Executor): void {
  const own = executor.info.shutdown_grace_period?.nanoseconds;
  executor.state = "TERMINATING";
  delete executor.registerBy;
  executor.killBy = step.now + (own === undefined ? step.state.config.executorShutdownGraceMs : own / 1e6);
  step.tell(executor, { type: "SHUTDOWN" });
  step.change(executor);
}

/** Kills what did not end within its grace period. */
export function killOverdue(step: AgentStep): void {
  for (const { key, killBy } of overdue(step)) {
    step.effects.push({ kind: "signal", key, signal: "SIGKILL" });
    const held = step.state.runs.get(key) ?? step.state.executors.get(key);
    if (held !== undefined && killBy !== undefined) held.killBy = Number.POSITIVE_INFINITY;
  }
}

function overdue({ state, now }: AgentStep): readonly (Run | Executor)[] {
  return [...state.runs.values(), ...state.executors.values()].filter(
    ({ killBy }) => killBy !== undefined && killBy <= now,
  );
}

/** One failed or killed task ends its group; an executor of the agent's own ends with its last task. */
function afterEnd(step: AgentStep, run: Run): void {
  const { executor } = run;
  if (run.state === "TASK_FAILED" || run.state === "TASK_KILLED") {
    for (const key of run.group) {
      const other = step.state.runs.get(key);
      if (other !== undefined && other !== run) kill(step, other, undefined);
    }
  }
  if ([...executor.tasks.values()].every(({ state }) => isTerminal(state))) retire(step, executor, 0);
}

/** Names as strsignal has them for the signals that end tasks in practice. */
function signalName(signal: string): string {
  const names: Readonly<Record<string, string>> = {
    SIGTERM: "Terminated",
    SIGKILL: "Killed",
    SIGINT: "Interrupt",
    SIGSEGV: "Segmentation fault",
    SIGABRT: "Aborted",
  };
  return names[signal] ?? signal;
}
