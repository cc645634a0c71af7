import { atLeast } from "../../mesos/versions";
import type { AgentMessage } from "../protocol";
import type { SchedulerCall, TaskStatus } from "../wire/messages";
import type { MasterEvent } from "./machine";
import { frameworkKey, type Framework, type Step } from "./model";

/** The counter of each message of an agent. Source: src/master/master.cpp, src/master/metrics.cpp. */
const AGENT_MESSAGES: Readonly<Partial<Record<AgentMessage["kind"], readonly string[]>>> = {
  register: ["messages_register_slave"],
  reregister: ["messages_reregister_slave"],
  unregister: ["messages_unregister_slave"],
  update: ["messages_status_update", "valid_status_updates"],
  "executor-exited": ["messages_exited_executor"],
  "executor-message": ["messages_executor_to_framework", "valid_executor_to_framework_messages"],
};

/** The counter of each call of a framework. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  ACCEPT: ["messages_launch_tasks"],
  DECLINE: ["messages_decline_offers"],
  REVIVE: ["messages_revive_offers"],
  SUPPRESS: ["messages_suppress_offers"],
  KILL: ["messages_kill_task"],
  ACKNOWLEDGE: ["messages_status_update_acknowledgement", "valid_status_update_acknowledgements"],
  RECONCILE: ["messages_reconcile_tasks"],
  RECONCILE_OPERATIONS: ["messages_reconcile_operations"],
  ACKNOWLEDGE_OPERATION_STATUS: ["messages_operation_status_update_acknowledgement"],
  MESSAGE: ["messages_framework_to_executor", "valid_framework_to_executor_messages"],
  REQUEST: ["messages_resource_request"],
  TEARDOWN: ["messages_unregister_framework"],
};

/** Counts what arrives, for `/metrics/snapshot`, before it is dealt with. */
export function countEvent(step: Step, event: MasterEvent): void {
  if (event.kind === "agent") countMessage(step, event.message.kind);
  if (event.kind === "subscribe") {
    const again = (event.framework.id?.value ?? "") !== "";
    step.count(`master/messages_${again ? "reregister" : "register"}_framework`);
  }
  if (event.kind !== "call") return;
  for (const name of CALLS[event.call.type ?? ""] ?? []) step.count(`master/${name}`);
  const framework = step.state.frameworks.get(event.frameworkId);
  if (framework !== undefined) countCall(step, framework, event.call);
}

/** A framework's own counters of one call; SUBSCRIBE is counted once the framework is known. */
export function countCall(step: Step, framework: Framework, call: SchedulerCall): void {
  const prefix = frameworkKey(framework);
  step.count(`${prefix}calls`);
  step.count(`${prefix}calls/${(call.type ?? "").toLowerCase()}`);
  if (call.type === "DECLINE") step.count(`${prefix}offers/declined`, call.decline?.offer_ids.length ?? 0);
  if (call.type !== "ACCEPT" || call.accept === undefined) return;
  const { offer_ids, operations } = call.accept;
  const valid = offer_ids.filter(({ value }) => step.state.offers.has(value)).length;
  // An ACCEPT without operations is a DECLINE under another name.
  step.count(`${prefix}offers/${operations.length === 0 ? "declined" : "accepted"}`, valid);
  for (const { type } of operations) {
    step.count(`${prefix}operations`);
    step.count(`${prefix}operations/${(type ?? "unknown").toLowerCase()}`);
  }
}

function countMessage(step: Step, kind: AgentMessage["kind"]): void {
  for (const name of AGENT_MESSAGES[kind] ?? []) step.count(`master/${name}`);
  // From 1.5 on every agent that has registered tells of its resources in a message of its own.
  const tells = kind === "register" || kind === "reregister";
  if (tells && atLeast(step.state.config.tag, "1.5.0-rc1")) step.count("master/messages_update_slave");
}

/** A task that ended, by the word of an agent or of the master. */
export function countEnd(step: Step, frameworkId: string, status: TaskStatus): void {
  const state = status.state.toLowerCase();
  step.count(`master/${state.replace("task_", "tasks_")}`);
  if (status.reason !== undefined) {
    step.count(`master/${state}/${status.source.toLowerCase()}/${status.reason.toLowerCase()}`);
  }
  const framework = step.state.frameworks.get(frameworkId);
  if (framework !== undefined) step.count(`${frameworkKey(framework)}tasks/terminal/${state}`);
}

/** A framework that even the completed ones no longer hold has no metrics. */
export function forgetCounters(step: Step, framework: Framework): void {
  for (const key of [...step.state.counters.keys()]) {
    if (key.startsWith(frameworkKey(framework))) step.state.counters.delete(key);
  }
}
