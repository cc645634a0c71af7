import { sendsTaskStarting } from "../../mesos/wire";
import { FatalError } from "../fatal";
import type { MasterMessage } from "../protocol";
import { isTerminal, type FrameworkInfo, type TaskInfo } from "../wire/messages";
import { isObject } from "../wire/json";
import type { MasterInfo } from "../zk/master-info";
import { AgentStep, type AgentEffect, type AgentState, type Chance, type Run } from "./model";
import { detected, lostMaster, registered, tryToRegister } from "./registration";
import { acknowledged, report, sendFirst } from "./updates";

/** Time a task has between SIGTERM and SIGKILL. Source: DEFAULT_KILL_POLICY in src/launcher/executor.cpp. */
const GRACE_MS = 3_000;

/** What happens to an agent. */
export type AgentEvent =
  | { readonly kind: "detected"; readonly leader: MasterInfo | undefined }
  | { readonly kind: "link-broken" }
  | { readonly kind: "message"; readonly message: MasterMessage }
  | { readonly kind: "started"; readonly key: string; readonly pid: number }
  | { readonly kind: "not-started"; readonly key: string; readonly why: string }
  | {
      readonly kind: "exited";
      readonly key: string;
      readonly code: number | null;
      readonly signal: string | null;
    }
  | { readonly kind: "tick" };

/** Takes the agent one step on: changes `state`, answers what is to be done, in this order. */
export function advanceAgent(
  state: AgentState,
  event: AgentEvent,
  now: number,
  chance: Chance,
): readonly AgentEffect[] {
  const step = new AgentStep(state, now, chance);
  happen(step, event);
  doWhatIsDue(step);
  return step.effects;
}

/** When the machine wants its next tick, in ms since 1970; undefined while nothing is due. */
export function nextAgentDue(state: AgentState): number | undefined {
  const times = [
    state.registerAt,
    state.pingBy,
    ...[...state.runs.values()].flatMap((run) => [run.killBy, run.retryAt]),
  ]
    .filter((time) => time !== undefined)
    .filter((time) => Number.isFinite(time));
  return times.length === 0 ? undefined : Math.min(...times);
}

function happen(step: AgentStep, event: AgentEvent): void {
  const { state } = step;
  switch (event.kind) {
    case "detected": {
      detected(step, event.leader);
      return;
    }
    case "link-broken": {
      lostMaster(step, "Master disconnected");
      return;
    }
    case "message": {
      fromMaster(step, event.message);
      return;
    }
    case "started": {
      const run = state.runs.get(event.key);
      if (run !== undefined) started(step, run, event.pid);
      return;
    }
    case "not-started": {
      const run = state.runs.get(event.key);
      if (run !== undefined) failLaunch(step, run, event.why);
      return;
    }
    case "exited": {
      const run = state.runs.get(event.key);
      if (run !== undefined) exited(step, run, event);
      return;
    }
    case "tick":
      return;
  }
}

function fromMaster(step: AgentStep, message: MasterMessage): void {
  const { state } = step;
  switch (message.kind) {
    case "registered": {
      registered(step, message.agentId, message.pingTimeoutMs);
      return;
    }
    case "ping":
      state.pingBy = step.now + state.pingTimeoutMs;
      {
        step.post({ kind: "pong", agentId: state.agentId ?? "" });
        return;
      }
    case "run": {
      launch(step, message.framework, message.task);
      return;
    }
    case "run-group": {
      for (const task of message.tasks) launch(step, message.framework, task);
      return;
    }
    case "scheduler-message":
    case "shutdown-executor":
      step.log(`Ignoring ${message.kind} for unknown executor '${message.executorId}'`);
      return;
    case "kill": {
      const run = state.runs.get(runKey(message.frameworkId, message.taskId));
      if (run === undefined) step.log(`Cannot kill unknown task ${message.taskId}`);
      else kill(step, run, message.graceMs);
      return;
    }
    case "acknowledge": {
      const run = state.runs.get(runKey(message.frameworkId, message.taskId));
      if (run !== undefined) acknowledged(step, run, message.uuid);
      return;
    }
    case "update-framework": {
      const id = message.framework.id?.value;
      if (id !== undefined && state.frameworks.has(id)) state.frameworks.set(id, message.framework);
      return;
    }
    case "shutdown-framework": {
      shutDownFramework(step, message.frameworkId);
      return;
    }
    case "shutdown":
      step.effects.push({
        kind: "die",
        error: new FatalError(`Agent asked to shut down by master: ${message.why}`),
      });
      return;
  }
}

/** Key of a run: task ids are unique within a framework only. */
export function runKey(frameworkId: string, taskId: string): string {
  return `${frameworkId} ${taskId}`;
}

function launch(step: AgentStep, framework: FrameworkInfo, task: TaskInfo): void {
  const { state } = step;
  const frameworkId = framework.id?.value ?? "";
  const key = runKey(frameworkId, task.task_id.value);
  state.frameworks.set(frameworkId, framework);
  const run: Run = {
    key,
    framework,
    frameworkId,
    task,
    containerId: step.chance.uuid(),
    startedAt: step.now,
    state: "TASK_STAGING",
    statuses: [],
    pending: [],
    retryAt: undefined,
    retryMs: 0,
  };
  state.runs.set(key, run);
  step.log(`Launching task ${task.task_id.value} of framework ${frameworkId}`);
  if (state.config.failLaunches) {
    failLaunch(step, run, "SIMULATED_FAULT=task-launch is set");
    return;
  }
  const why = unsupported(task, state.config.runsDocker);
  if (why === undefined) step.effects.push({ kind: "launch", run });
  else failLaunch(step, run, why);
}

/** Why this agent cannot run a task: it starts processes and calls the docker client, and has no executors. */
function unsupported({ executor, container }: TaskInfo, runsDocker: boolean): string | undefined {
  const none =
    "None of the enabled containerizers could create a container for the provided TaskInfo/ExecutorInfo message";
  if (executor !== undefined)
    return `${none}: the simulator cannot run custom executors, give the task a CommandInfo`;
  if (container === undefined) return undefined;
  const { mesos, type } = container;
  if (type === "DOCKER" && runsDocker) return undefined;
  const hasImage = isObject(mesos) && mesos.image !== undefined;
  if (type === "MESOS" && !hasImage) return undefined;
  const what = hasImage ? "images" : `containers of type ${JSON.stringify(type)}`;
  return `${none}: the simulator runs plain commands, no ${what}`;
}

function started(step: AgentStep, run: Run, pid: number): void {
  run.pid = pid;
  if (sendsTaskStarting(step.state.config.tag)) report(step, run, "TASK_STARTING");
  report(step, run, "TASK_RUNNING");
  if (run.killBy !== undefined) step.effects.push({ kind: "signal", key: run.key, signal: "SIGTERM" });
}

function failLaunch(step: AgentStep, run: Run, why: string): void {
  report(step, run, "TASK_FAILED", {
    message: `Failed to launch container: ${why}`,
    reason: "REASON_CONTAINER_LAUNCH_FAILED",
    source: "SOURCE_SLAVE",
  });
}

function kill(step: AgentStep, run: Run, graceMs: number | undefined): void {
  if (isTerminal(run.state) || run.killBy !== undefined) return;
  const policy = run.task.kill_policy?.grace_period?.nanoseconds;
  run.killBy = step.now + (graceMs ?? (policy === undefined ? GRACE_MS : policy / 1e6));
  if (run.pid === undefined) return;
  if (run.framework.capabilities.some(({ type }) => type === "TASK_KILLING_STATE"))
    report(step, run, "TASK_KILLING");
  step.effects.push({ kind: "signal", key: run.key, signal: "SIGTERM" });
}

function exited(step: AgentStep, run: Run, { code, signal }: Extract<AgentEvent, { kind: "exited" }>): void {
  const asked = run.killBy !== undefined;
  delete run.killBy;
  const message =
    signal === null
      ? `Command exited with status ${code ?? 0}`
      : `Command terminated with signal ${signalName(signal)}`;
  if (asked) report(step, run, "TASK_KILLED", { message });
  else report(step, run, code === 0 ? "TASK_FINISHED" : "TASK_FAILED", { message });
}

function shutDownFramework(step: AgentStep, frameworkId: string): void {
  step.state.frameworks.delete(frameworkId);
  for (const run of [...step.state.runs.values()]) {
    if (run.frameworkId !== frameworkId) continue;
    // Nobody is left to acknowledge: the record goes, the process is ended.
    step.state.runs.delete(run.key);
    run.pending.length = 0;
    step.state.completed.push(run);
    if (!isTerminal(run.state)) {
      run.state = "TASK_KILLED";
      step.effects.push({ kind: "signal", key: run.key, signal: "SIGTERM" });
      step.effects.push({ kind: "signal", key: run.key, signal: "SIGKILL" });
    }
  }
}

function doWhatIsDue(step: AgentStep): void {
  const { state, now } = step;
  if (state.pingBy !== undefined && state.pingBy <= now) lostMaster(step, "No pings from the master");
  if (state.registerAt !== undefined && state.registerAt <= now) tryToRegister(step);
  for (const run of state.runs.values()) {
    if (run.killBy !== undefined && run.killBy <= now) {
      run.killBy = Number.POSITIVE_INFINITY;
      step.effects.push({ kind: "signal", key: run.key, signal: "SIGKILL" });
    }
    if (run.retryAt !== undefined && run.retryAt <= now) sendFirst(step, run);
  }
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
