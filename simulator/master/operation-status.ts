import { createHash } from "node:crypto";
import { schedulerHas } from "../../mesos/scheduler-wire";
import type { JsonObject } from "../wire/json";
import type { Operation, SchedulerCall } from "../wire/messages";
import type { Agent, Framework, PendingOperation, Step } from "./model";

/** First pause before a status is sent again; it doubles. Source: STATUS_UPDATE_RETRY_INTERVAL_MIN, MAX in src/slave/constants.hpp. */
const RETRY_MIN_MS = 10_000;
const RETRY_MAX_MS = 600_000;

/** Why an operation's id is refused. Source: Master::accept in src/master/master.cpp. */
export function feedbackError(step: Step, agent: Agent, { id }: Operation): string | undefined {
  if (id === undefined || agent.info.capabilities.includes("AGENT_OPERATION_FEEDBACK")) return undefined;
  return schedulerHas("tellsAgentOperations", step.state.config.tag)
    ? `Operation on agent default resources requested feedback, but agent ${agent.id} does not have the required AGENT_OPERATION_FEEDBACK and RESOURCE_PROVIDER capabilities`
    : "Operation on agent default resources requested feedback, which is not supported";
}

/** An operation that was refused: its framework hears of it where the operation has an id. */
export function dropOperation(step: Step, framework: Framework, operation: Operation, why: string): void {
  step.log(
    `Dropping ${operation.type ?? "UNKNOWN"} operation from framework ${framework.id} (${framework.info.name}): ${why}`,
  );
  const { id } = operation;
  if (id === undefined || !schedulerHas("tellsOperations", step.state.config.tag)) return;
  send(step, framework, { operation_id: id, state: "OPERATION_ERROR", message: why });
}

/** An operation that was carried out: its framework is told until it acknowledges, where the operation has an id. */
export function finishOperation(step: Step, framework: Framework, agent: Agent, { id }: Operation): void {
  if (id === undefined) return;
  const { state } = step;
  const name = `${state.config.info.id} operation ${state.nextOperation}`;
  state.nextOperation += 1;
  const uuid = createHash("sha256").update(name).digest().subarray(0, 16).toString("base64");
  const pending: PendingOperation = {
    id: id.value,
    frameworkId: framework.id,
    agentId: agent.id,
    uuid,
    retryMs: RETRY_MIN_MS,
    retryAt: step.now + RETRY_MIN_MS,
  };
  state.operations.set(uuid, pending);
  send(step, framework, { ...statusOf(pending), uuid: { value: uuid } });
}

/** Sends statuses again that nobody acknowledged. */
export function retryOperations(step: Step): void {
  for (const pending of step.state.operations.values()) {
    if (pending.retryAt > step.now) continue;
    pending.retryMs = Math.min(pending.retryMs * 2, RETRY_MAX_MS);
    pending.retryAt = step.now + pending.retryMs;
    const framework = step.state.frameworks.get(pending.frameworkId);
    if (framework !== undefined)
      send(step, framework, { ...statusOf(pending), uuid: { value: pending.uuid } });
  }
}

/** ACKNOWLEDGE_OPERATION_STATUS. */
export function acknowledgeOperation(
  step: Step,
  framework: Framework,
  { uuid, operation_id }: NonNullable<SchedulerCall["acknowledge_operation_status"]>,
): void {
  const pending = step.state.operations.get(uuid);
  if (pending?.frameworkId === framework.id && pending.id === operation_id.value) {
    step.state.operations.delete(uuid);
  }
}

/** RECONCILE_OPERATIONS: the state of the named operations, or of all. Source: Master::reconcileOperations in src/master/master.cpp. */
export function reconcileOperations(
  step: Step,
  framework: Framework,
  { operations }: NonNullable<SchedulerCall["reconcile_operations"]>,
): void {
  const own = [...step.state.operations.values()].filter(({ frameworkId }) => frameworkId === framework.id);
  if (operations.length === 0) for (const pending of own) send(step, framework, statusOf(pending));
  for (const { operation_id, agent_id } of operations) {
    const pending = own.find(({ id }) => id === operation_id.value);
    const status =
      pending === undefined
        ? { operation_id, ...unknown(step, agent_id?.value), ...(agent_id === undefined ? {} : { agent_id }) }
        : statusOf(pending);
    send(step, framework, status);
  }
}

/** A framework that is gone acknowledges nothing. */
export function forgetOperations(step: Step, frameworkId: string): void {
  for (const [uuid, pending] of step.state.operations) {
    if (pending.frameworkId === frameworkId) step.state.operations.delete(uuid);
  }
}

function unknown({ state }: Step, agentId: string | undefined): { state: string; message: string } {
  const because = (what: string, why: string) => ({
    state: `OPERATION_${what}`,
    message: `Reconciliation: ${why}`,
  });
  if (agentId === undefined) return because("UNKNOWN", "Operation is unknown and no 'agent_id' was provided");
  if (state.recovered.has(agentId)) {
    return because("RECOVERING", "Agent is recovered but has not re-registered");
  }
  if (state.agents.has(agentId)) return because("UNKNOWN", "Operation is unknown");
  return state.unreachable.has(agentId)
    ? because("UNREACHABLE", "Agent is unreachable")
    : because("UNKNOWN", "Both operation and agent are unknown");
}

function statusOf({ id, agentId }: PendingOperation): JsonObject {
  return { operation_id: { value: id }, state: "OPERATION_FINISHED", agent_id: { value: agentId } };
}

function send(step: Step, framework: Framework, status: JsonObject): void {
  step.event(framework, { type: "UPDATE_OPERATION_STATUS", update_operation_status: { status } });
}
