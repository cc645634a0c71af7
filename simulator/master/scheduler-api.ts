import { schedulerHas } from "../../mesos/scheduler-wire";
import { namesWrongStream, usesStreamId } from "../../mesos/wire";
import { badRequest, empty, plain, type HttpReply, type HttpRequest } from "../http/message";
import { acceptedEncoding, readCall } from "../http/negotiation";
import type { Codec } from "../wire/codec";
import { v1Messages } from "../wire/message-set";
import { schedulerCall, type SchedulerCall } from "../wire/messages";
import { updateError, type SubscribeOptions } from "./frameworks";
import type { MasterState } from "./model";

/** A call that may go to the state machine, or the answer to one that may not. */
export type Judged =
  | { readonly kind: "refused"; readonly reply: HttpReply }
  | {
      readonly kind: "subscribe";
      readonly call: NonNullable<SchedulerCall["subscribe"]>;
      readonly codec: Codec;
    }
  | { readonly kind: "call"; readonly frameworkId: string; readonly call: SchedulerCall };

/**
 * Judges a request to `/api/v1/scheduler` at a leading, recovered master, in the order and with the statuses of
 * Master::Http::scheduler in src/master/http.cpp.
 */
export function judgeCall(state: MasterState, request: HttpRequest): Judged {
  const read = readCall(request, v1Messages(state.config.tag), "scheduler.Call");
  if ("refused" in read) return refused(read.refused);
  const call = schedulerCall(read.call, "call");
  const error = callError(call);
  if (error !== undefined) return refused(badRequest(`Failed to validate scheduler::Call: ${error}`));
  if (call.subscribe !== undefined && call.type === "SUBSCRIBE")
    return judgeSubscribe(call.subscribe, request);
  return judgeSubscribed(state, call, request.headers["mesos-stream-id"]);
}

/** What a SUBSCRIBE asks for beside its FrameworkInfo. */
export function subscribeOptions(
  tag: string,
  { suppressed_roles: suppressedRoles, force }: NonNullable<SchedulerCall["subscribe"]>,
): SubscribeOptions {
  return { suppressedRoles, force: schedulerHas("alwaysTakesOver", tag) || force === true };
}

/** What is missing in a call. Source: scheduler::call::validate in src/master/validation.cpp. */
export function callError(call: SchedulerCall): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  const member = MEMBERS.get(call.type);
  if (call.type === "SUBSCRIBE") {
    if (call.subscribe === undefined) return "Expecting 'subscribe' to be present";
    const inner = call.subscribe.framework_info.id?.value ?? "";
    return inner === (call.framework_id?.value ?? "")
      ? undefined
      : "'framework_id' differs from 'subscribe.framework_info.id'";
  }
  if (call.framework_id === undefined) return "Expecting 'framework_id' to be present";
  if (member !== undefined && call[member] === undefined) return `Expecting '${member}' to be present`;
  if (call.type === "ACKNOWLEDGE_OPERATION_STATUS") {
    const sent = call.acknowledge_operation_status;
    if (!isUuid(sent?.uuid)) return "Not a valid UUID";
    return sent?.agent_id === undefined ? "Expecting 'agent_id' to be present" : undefined;
  }
  if (
    call.type === "UPDATE_FRAMEWORK" &&
    call.update_framework?.framework_info.id?.value !== call.framework_id.value
  ) {
    return "'framework_id' differs from 'update_framework.framework_info.id'";
  }
  if (call.type === "ACKNOWLEDGE" && !isUuid(call.acknowledge?.uuid)) return "Not a valid UUID";
  return undefined;
}

function isUuid(base64 = ""): boolean {
  return Buffer.from(base64, "base64").length === 16;
}

const MEMBERS = new Map<string, keyof SchedulerCall>([
  ["ACCEPT", "accept"],
  ["DECLINE", "decline"],
  ["KILL", "kill"],
  ["SHUTDOWN", "shutdown"],
  ["ACKNOWLEDGE", "acknowledge"],
  ["RECONCILE", "reconcile"],
  ["MESSAGE", "message"],
  ["REQUEST", "request"],
  ["ACCEPT_INVERSE_OFFERS", "accept_inverse_offers"],
  ["DECLINE_INVERSE_OFFERS", "decline_inverse_offers"],
  ["ACKNOWLEDGE_OPERATION_STATUS", "acknowledge_operation_status"],
  ["RECONCILE_OPERATIONS", "reconcile_operations"],
  ["UPDATE_FRAMEWORK", "update_framework"],
]);

const WITHOUT_MEMBER = new Set(["TEARDOWN", "REVIVE", "SUPPRESS"]);

function judgeSubscribe(call: NonNullable<SchedulerCall["subscribe"]>, request: HttpRequest): Judged {
  const accepted = acceptedEncoding(request);
  if ("refused" in accepted) return refused(accepted.refused);
  if (request.headers["mesos-stream-id"] !== undefined) {
    return refused(badRequest("Subscribe calls should not include the 'Mesos-Stream-Id' header"));
  }
  return { kind: "subscribe", call, codec: accepted.codec };
}

function judgeSubscribed(
  state: MasterState,
  call: SchedulerCall,
  stream: string | string[] | undefined,
): Judged {
  const framework = state.frameworks.get(call.framework_id?.value ?? "");
  if (framework === undefined) return refused(badRequest("Framework cannot be found"));
  if (framework.connection === undefined) return refused(plain(403, "Framework is not subscribed"));
  if (usesStreamId(state.config.tag)) {
    if (stream === undefined) {
      return refused(badRequest("All non-subscribe calls should include the 'Mesos-Stream-Id' header"));
    }
    if (stream !== framework.connection) {
      const [named, id] = namesWrongStream(state.config.tag)
        ? [` '${String(stream)}'`, framework.id]
        : ["", `'${framework.id}'`];
      const why = `The stream ID${named} included in this request didn't match the stream ID currently`;
      return refused(badRequest(`${why} associated with framework ID ${id}`));
    }
  }
  const type = call.type ?? "";
  if (!MEMBERS.has(type) && !WITHOUT_MEMBER.has(type)) return refused(empty(501));
  if (call.type === "UPDATE_FRAMEWORK" && call.update_framework !== undefined) {
    const error = updateError(state, call.update_framework);
    if (error !== undefined) return refused(badRequest(error));
  }
  return { kind: "call", frameworkId: framework.id, call };
}

function refused(reply: HttpReply): Judged {
  return { kind: "refused", reply };
}
