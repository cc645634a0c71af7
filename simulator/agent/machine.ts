import { FatalError } from "../fatal";
import type { MasterMessage } from "../protocol";
import type { TaskStatus } from "../wire/messages";
import type { MasterInfo } from "../zk/master-info";
import { checked, doChecks, type Which } from "./checks";
import {
  executorExited,
  expireSubscriptions,
  killCustom,
  messageToExecutor,
  shutDownExecutor,
  subscribe,
  update,
  type Subscription,
} from "./custom-executors";
import { failExecutor, launch } from "./launch";
import {
  AgentStep,
  executorKey,
  runKey,
  type AgentEffect,
  type AgentState,
  type Chance,
  type CheckResult,
  type Run,
} from "./model";
import { exited, kill, killAll, killOverdue, notStarted, shutDownFramework, started } from "./processes";
import { cleanUp, endRecovery, leaveIfClean } from "./recovery";
import { detected, lostMaster, registered, tryToRegister } from "./registration";
import { acknowledged, sendFirst } from "./updates";

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
  /** Executors of an earlier life were put into the state. */
  | { readonly kind: "recovered" }
  | { readonly kind: "subscribe"; readonly sent: Subscription }
  /** The link of a custom executor broke; the executor may come back. */
  | { readonly kind: "executor-gone"; readonly link: string }
  | { readonly kind: "executor-update"; readonly executor: string; readonly status: TaskStatus }
  | { readonly kind: "executor-message"; readonly executor: string; readonly data: string }
  | {
      readonly kind: "checked";
      readonly key: string;
      readonly which: Which;
      readonly result: CheckResult;
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
  leaveIfClean(step);
  return step.done();
}

/** When the machine wants its next tick, in ms since 1970; undefined while nothing is due. */
export function nextAgentDue(state: AgentState): number | undefined {
  const times = [
    state.registerAt,
    state.pingBy,
    state.recoverBy,
    ...[...state.executors.values()].flatMap((executor) => [executor.killBy, executor.registerBy]),
    ...[...state.runs.values()].flatMap((run) => [
      run.killBy,
      run.retryAt,
      run.health?.nextAt,
      run.check?.nextAt,
    ]),
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
      const executor = state.executors.get(event.key);
      if (executor !== undefined) {
        executor.pid = event.pid;
        step.change(executor);
      } else if (run === undefined) {
        // Its framework was shut down while it started.
        step.effects.push({ kind: "signal", key: event.key, signal: "SIGKILL" });
      }
      return;
    }
    case "not-started": {
      const run = state.runs.get(event.key);
      if (run !== undefined) notStarted(step, run, event.why);
      const executor = state.executors.get(event.key);
      if (executor !== undefined) failExecutor(step, executor, event.why);
      return;
    }
    case "exited": {
      const run = state.runs.get(event.key);
      if (run !== undefined) exited(step, run, event);
      const executor = state.executors.get(event.key);
      if (executor !== undefined) executorExited(step, executor, event);
      return;
    }
    case "recovered": {
      cleanUp(step);
      return;
    }
    case "subscribe": {
      subscribe(step, event.sent);
      return;
    }
    case "executor-gone": {
      const executor = [...state.executors.values()].find(({ link }) => link === event.link);
      if (executor !== undefined) delete executor.link;
      return;
    }
    case "executor-update": {
      const executor = state.executors.get(event.executor);
      if (executor !== undefined) update(step, executor, event.status);
      return;
    }
    case "executor-message": {
      const executor = state.executors.get(event.executor);
      if (executor === undefined) return;
      const { frameworkId, id: executorId } = executor;
      const agentId = state.agentId ?? "";
      step.post({ kind: "executor-message", agentId, frameworkId, executorId, data: event.data });
      return;
    }
    case "checked": {
      const run = state.runs.get(event.key);
      if (run !== undefined) checked(step, run, event.which, event.result);
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
      launch(step, message.framework, [message.task]);
      return;
    }
    case "run-group": {
      launch(step, message.framework, message.tasks);
      return;
    }
    case "scheduler-message": {
      messageToExecutor(step, message.frameworkId, message.executorId, message.data);
      return;
    }
    case "shutdown-executor": {
      const executor = state.executors.get(executorKey(message.frameworkId, message.executorId));
      if (executor === undefined) step.log(`Cannot shut down unknown executor '${message.executorId}'`);
      else if (executor.kind === "custom") shutDownExecutor(step, executor);
      else killAll(step, executor);
      return;
    }
    case "kill": {
      const run = state.runs.get(runKey(message.frameworkId, message.taskId));
      if (run === undefined) step.log(`Cannot kill unknown task ${message.taskId}`);
      else killTask(step, run, message.graceMs);
      return;
    }
    case "acknowledge": {
      const run = state.runs.get(runKey(message.frameworkId, message.taskId));
      if (run !== undefined) acknowledged(step, run, message.uuid);
      return;
    }
    case "made":
      step.state.made = message.resources;
      step.effects.push({ kind: "keep-made", resources: message.resources });
      return;
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

function killTask(step: AgentStep, run: Run, graceMs: number | undefined): void {
  if (run.executor.kind === "custom") killCustom(step, run, graceMs);
  else kill(step, run, graceMs);
}

function doWhatIsDue(step: AgentStep): void {
  const { state, now } = step;
  if (state.pingBy !== undefined && state.pingBy <= now) lostMaster(step, "No pings from the master");
  expireSubscriptions(step);
  if (state.recoverBy !== undefined && state.recoverBy <= now) endRecovery(step);
  if (state.registerAt !== undefined && state.registerAt <= now) tryToRegister(step);
  killOverdue(step);
  doChecks(step);
  for (const run of state.runs.values()) {
    if (run.retryAt !== undefined && run.retryAt <= now) sendFirst(step, run);
  }
}
