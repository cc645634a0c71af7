import { takesDriverCalls } from "../../mesos/wire";
import type { Received } from "../libprocess/message";
import { isObject, type Json, type JsonObject } from "../wire/json";
import { libprocessMessages } from "../wire/libprocess-messages";
import { frameworkInfo, schedulerCall, type FrameworkInfo, type SchedulerCall } from "../wire/messages";

/** What a driver's message asks for, in the terms of the v1 API. */
export type DriverMessage =
  | { readonly kind: "register"; readonly framework: FrameworkInfo }
  | { readonly kind: "reregister"; readonly framework: FrameworkInfo; readonly failover: boolean }
  | { readonly kind: "deactivate"; readonly frameworkId: string }
  | { readonly kind: "call"; readonly frameworkId: string; readonly call: SchedulerCall };

const INTERNAL = "mesos.internal.";

/**
 * Reads what a driver sent; undefined for a message that a master of this version does not take. Throws on bytes that are
 * no such message. Source: Master::initialize in src/master/master.cpp.
 */
export function readDriverMessage(tag: string, { name, body }: Received): DriverMessage | undefined {
  const messages = libprocessMessages(tag);
  if (name === "mesos.scheduler.Call") {
    return takesDriverCalls(tag) ? readCall(messages.fromProtobuf("scheduler.Call", body)) : undefined;
  }
  const type = name.startsWith(INTERNAL) ? name.slice(INTERNAL.length) : "";
  return readers[type]?.(messages.fromProtobuf(type, body));
}

const readers: Readonly<Record<string, (sent: JsonObject) => DriverMessage>> = {
  RegisterFrameworkMessage: ({ framework }) => ({ kind: "register", framework: infoOf(framework) }),
  ReregisterFrameworkMessage: ({ framework, failover }) => ({
    kind: "reregister",
    framework: infoOf(framework),
    failover: failover === true,
  }),
  DeactivateFrameworkMessage: (sent) => ({ kind: "deactivate", frameworkId: idOf(sent) }),
  UnregisterFrameworkMessage: (sent) => call(sent, { type: "TEARDOWN" }),
  ResourceRequestMessage: (sent) => call(sent, { type: "REQUEST", request: { requests: sent.requests } }),
  ReviveOffersMessage: (sent) => call(sent, { type: "REVIVE", revive: { roles: sent.roles ?? [] } }),
  LaunchTasksMessage: (sent) => {
    const { offer_ids, filters, tasks } = sent;
    if (!Array.isArray(tasks) || tasks.length === 0) {
      return call(sent, { type: "DECLINE", decline: { offer_ids, filters } });
    }
    const operations = [{ type: "LAUNCH", launch: { task_infos: tasks as readonly Json[] } }];
    return call(sent, { type: "ACCEPT", accept: { offer_ids, operations, filters } });
  },
  KillTaskMessage: (sent) => call(sent, { type: "KILL", kill: { task_id: sent.task_id } }),
  StatusUpdateAcknowledgementMessage: (sent) => {
    const { agent_id, task_id, uuid } = sent;
    return call(sent, { type: "ACKNOWLEDGE", acknowledge: { agent_id, task_id, uuid } });
  },
  FrameworkToExecutorMessage: (sent) => {
    const { agent_id, executor_id, data } = sent;
    return call(sent, { type: "MESSAGE", message: { agent_id, executor_id, data } });
  },
  ReconcileTasksMessage: (sent) => {
    const statuses: readonly Json[] = Array.isArray(sent.statuses) ? sent.statuses : [];
    const tasks = statuses.filter(isObject).map(({ task_id, agent_id }) => ({ task_id, agent_id }));
    return call(sent, { type: "RECONCILE", reconcile: { tasks } });
  },
};

/** A call that a driver of 0.24 or later sends in place of a message of its own. */
function readCall(sent: JsonObject): DriverMessage {
  if (sent.type !== "SUBSCRIBE" || !isObject(sent.subscribe)) return call(sent, sent);
  const { framework_info, force } = sent.subscribe;
  const framework = infoOf(framework_info);
  return (framework.id?.value ?? "") === ""
    ? { kind: "register", framework }
    : { kind: "reregister", framework, failover: force === true };
}

function call(sent: JsonObject, asked: JsonObject): DriverMessage {
  const frameworkId = idOf(sent);
  const whole = { ...asked, framework_id: { value: frameworkId } };
  return { kind: "call", frameworkId, call: schedulerCall(whole, "call") };
}

function idOf({ framework_id: id }: JsonObject): string {
  return isObject(id) && typeof id.value === "string" ? id.value : "";
}

function infoOf(sent: Json | undefined): FrameworkInfo {
  return frameworkInfo(sent, "framework");
}
