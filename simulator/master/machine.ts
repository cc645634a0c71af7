import type { AgentMessage } from "../protocol";
import type { FrameworkInfo, SchedulerCall } from "../wire/messages";
import { exited, expireRecovered, ping, register, reregister, unregister } from "./agents";
import { countEvent } from "./counting";
import { executorExited, fromExecutor, shutDownExecutor, toExecutor } from "./executors";
import type { DriverMessage } from "./driver-calls";
import { fromDriver } from "./drivers";
import {
  disconnected,
  HEARTBEAT_SECONDS,
  removeFramework,
  subscribe,
  updateFramework,
  type SubscribeOptions,
} from "./frameworks";
import { accept } from "./launch";
import { decline, makeOffers, rescindExpired } from "./offers";
import { acknowledgeOperation, reconcileOperations, retryOperations } from "./operation-status";
import { revive, suppress } from "./roles";
import { acknowledge, forwardUpdate, kill, reconcile } from "./tasks";
import { Step, type Effect, type Framework, type MasterState, type Registry } from "./model";

/** What happens to a master. */
export type MasterEvent =
  /** It leads, and knows what the registry held. */
  | { readonly kind: "recovered"; readonly registry: Registry }
  | { readonly kind: "agent"; readonly message: AgentMessage }
  /** The link to an agent broke. */
  | { readonly kind: "exited"; readonly agentId: string }
  | {
      readonly kind: "subscribe";
      readonly connection: string;
      readonly framework: FrameworkInfo;
      readonly options?: SubscribeOptions;
    }
  /** A message that a driver sent, from its pid. */
  | { readonly kind: "driver"; readonly from: string; readonly message: DriverMessage }
  /** The framework's event stream or the link to its driver broke. */
  | { readonly kind: "disconnected"; readonly connection: string }
  /** A call that was found valid, of a framework that is subscribed. */
  | { readonly kind: "call"; readonly frameworkId: string; readonly call: SchedulerCall }
  /** Something is due: see {@link nextDue}. */
  | { readonly kind: "tick" };

/** Takes the master one step on: changes `state`, answers what is to be done, in this order. */
export function advance(state: MasterState, event: MasterEvent, now: number): readonly Effect[] {
  const step = new Step(state, now);
  countEvent(step, event);
  happen(step, event);
  doWhatIsDue(step);
  return step.effects;
}

/** When the machine wants its next tick, in ms since 1970. */
export function nextDue(state: MasterState): number {
  const { offerTimeoutMs } = state.config;
  const times = [
    ...[...state.agents.values()].map((agent) => agent.nextPingAt),
    ...[...state.recovered.values()].map(({ until }) => until),
    ...[...state.operations.values()].map(({ retryAt }) => retryAt),
    ...[...state.frameworks.values()].flatMap((f) =>
      f.connection === undefined ? (f.failoverBy === undefined ? [] : [f.failoverBy]) : [f.nextHeartbeatAt],
    ),
    state.allocateAt,
    ...(offerTimeoutMs === undefined ? [] : [...state.offers.values()].map((o) => o.madeAt + offerTimeoutMs)),
  ];
  return Math.min(...times);
}

function happen(step: Step, event: MasterEvent): void {
  const { state, now } = step;
  switch (event.kind) {
    case "recovered": {
      const until = now + state.config.reregisterTimeoutMs;
      for (const [id, info] of Object.entries(event.registry)) state.recovered.set(id, { info, until });
      step.log(`Recovered ${state.recovered.size} agents from the registry`);
      return;
    }
    case "agent": {
      fromAgent(step, event.message);
      return;
    }
    case "exited": {
      const agent = state.agents.get(event.agentId);
      if (agent !== undefined) exited(step, agent);
      return;
    }
    case "subscribe": {
      subscribe(step, event.connection, event.framework, event.options);
      return;
    }
    case "driver": {
      const asked = fromDriver(step, event.from, event.message);
      if (asked !== undefined) fromFramework(step, asked.framework, asked.call);
      return;
    }
    case "disconnected": {
      disconnected(step, event.connection);
      return;
    }
    case "call": {
      const framework = state.frameworks.get(event.frameworkId);
      if (framework !== undefined) fromFramework(step, framework, event.call);
      return;
    }
    case "tick":
      return;
  }
}

function fromAgent(step: Step, message: AgentMessage): void {
  if (message.kind === "register") {
    register(step, message.info, message.made);
    return;
  }
  if (message.kind === "reregister") {
    reregister(step, message);
    return;
  }
  const agent = step.state.agents.get(message.agentId);
  if (agent === undefined) {
    step.log(`Ignoring ${message.kind} from unknown agent ${message.agentId}`);
    return;
  }
  switch (message.kind) {
    case "update": {
      forwardUpdate(step, agent, message.frameworkId, message.status, message.latest);
      return;
    }
    case "executor-exited": {
      executorExited(step, agent, message);
      return;
    }
    case "executor-message": {
      fromExecutor(step, message);
      return;
    }
    case "pong":
      agent.missedPings = 0;
      return;
    case "unregister": {
      unregister(step, agent);
      return;
    }
  }
}

function fromFramework(step: Step, framework: Framework, call: SchedulerCall): void {
  if (call.accept !== undefined && call.type === "ACCEPT") {
    accept(step, framework, call.accept);
    return;
  }
  if (call.decline !== undefined && call.type === "DECLINE") {
    const ids = call.decline.offer_ids.map(({ value }) => value);
    decline(step, framework, ids, call.decline.filters?.refuse_seconds);
    return;
  }
  if (call.kill !== undefined && call.type === "KILL") {
    kill(step, framework, call.kill);
    return;
  }
  if (call.reconcile !== undefined && call.type === "RECONCILE") {
    reconcile(step, framework, call.reconcile);
    return;
  }
  if (call.acknowledge !== undefined && call.type === "ACKNOWLEDGE") {
    acknowledge(step, framework, call.acknowledge);
    return;
  }
  if (call.message !== undefined && call.type === "MESSAGE") {
    toExecutor(step, framework, call.message);
    return;
  }
  if (call.shutdown !== undefined && call.type === "SHUTDOWN") {
    shutDownExecutor(step, framework, call.shutdown);
    return;
  }
  if (call.update_framework !== undefined && call.type === "UPDATE_FRAMEWORK") {
    updateFramework(step, framework, call.update_framework);
    return;
  }
  if (call.acknowledge_operation_status !== undefined && call.type === "ACKNOWLEDGE_OPERATION_STATUS") {
    acknowledgeOperation(step, framework, call.acknowledge_operation_status);
    return;
  }
  if (call.reconcile_operations !== undefined && call.type === "RECONCILE_OPERATIONS") {
    reconcileOperations(step, framework, call.reconcile_operations);
    return;
  }
  if (call.type === "TEARDOWN") {
    removeFramework(step, framework);
    return;
  }
  if (call.type === "SUPPRESS") suppress(step, framework, namedRoles(call.suppress));
  if (call.type === "REVIVE") revive(step, framework, namedRoles(call.revive));
}

/** Roles of SUPPRESS or REVIVE; 1.2 has one at most. */
function namedRoles(call: SchedulerCall["revive"]): readonly string[] {
  return call === undefined ? [] : call.role === undefined ? call.roles : [call.role];
}

function doWhatIsDue(step: Step): void {
  const { state, now } = step;
  for (const agent of [...state.agents.values()]) if (agent.nextPingAt <= now) ping(step, agent);
  expireRecovered(step);
  for (const framework of [...state.frameworks.values()]) {
    if (framework.connection === undefined) {
      if (framework.failoverBy !== undefined && framework.failoverBy <= now) removeFramework(step, framework);
    } else if (framework.nextHeartbeatAt <= now) {
      framework.nextHeartbeatAt = now + HEARTBEAT_SECONDS * 1000;
      step.event(framework, { type: "HEARTBEAT" });
    }
  }
  rescindExpired(step);
  retryOperations(step);
  if (state.allocateAt <= now) makeOffers(step);
}
