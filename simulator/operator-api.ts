import { knowsOperatorCall } from "../mesos/operator-calls";
import type { MesosRole } from "../mesos/flags";
import { badRequest, empty, plain, type HttpReply, type HttpRequest } from "./http/message";
import { acceptedEncoding, readCall } from "./http/negotiation";
import type { JsonObject } from "./wire/json";
import { v1Messages } from "./wire/message-set";

/** Answers one type of call: what goes into the response, undefined where there is nothing to say, or a reply of its own. */
export type OperatorAnswer<F> = (facts: F, call: JsonObject) => JsonObject | HttpReply | undefined;

/** Answers a POST to `/api/v1` in JSON or protobuf. Source: Http::api in src/master/http.cpp and src/slave/http.cpp. */
export function answerOperatorCall<F>(
  role: MesosRole,
  tag: string,
  answers: Readonly<Record<string, OperatorAnswer<F>>>,
  facts: F,
  request: HttpRequest,
): HttpReply {
  const messages = v1Messages(tag);
  const read = readCall(request, messages, `${role}.Call`);
  if ("refused" in read) return read.refused;
  const type = typeof read.call.type === "string" ? read.call.type : "";
  if (!knowsOperatorCall(role, tag, type)) return invalid(role, "Expecting 'type' to be present");
  const member = REQUIRED.has(type) ? type.toLowerCase() : undefined;
  if (member !== undefined && read.call[member] === undefined) {
    return invalid(role, `Expecting '${member}' to be present`);
  }
  const accepted = acceptedEncoding(request);
  if ("refused" in accepted) return accepted.refused;
  const answer = answers[type];
  if (answer === undefined) return plain(501, `The simulator has no ${type}`);
  const said = answer(facts, read.call);
  if (isReply(said)) return said;
  const body = said === undefined ? { type } : { type, [type.toLowerCase()]: said };
  const { codec } = accepted;
  return {
    status: 200,
    headers: { "Content-Type": codec.contentType },
    body: codec.encode(messages, `${role}.Response`, body),
  };
}

/** Calls whose member must be there. Source: validate in src/master/validation.cpp, src/slave/validation.cpp. */
const REQUIRED = new Set(
  [
    "SET_LOGGING_LEVEL LIST_FILES READ_FILE UPDATE_WEIGHTS RESERVE_RESOURCES UNRESERVE_RESOURCES",
    "CREATE_VOLUMES DESTROY_VOLUMES GROW_VOLUME SHRINK_VOLUME UPDATE_MAINTENANCE_SCHEDULE START_MAINTENANCE",
    "STOP_MAINTENANCE UPDATE_QUOTA SET_QUOTA REMOVE_QUOTA TEARDOWN MARK_AGENT_GONE DRAIN_AGENT",
    "DEACTIVATE_AGENT REACTIVATE_AGENT",
  ].flatMap((line) => line.split(" ")),
);

/** What a call that changes something is answered with. */
export function done(): HttpReply {
  return empty(200);
}

/** `metrics` in the form of GET_METRICS. */
export function metricList(metrics: Readonly<Record<string, number>>): JsonObject {
  return { metrics: Object.entries(metrics).map(([name, value]) => ({ name, value })) };
}

/** `flags` in the form of GET_FLAGS. */
export function flagList(flags: Readonly<Record<string, string>>): JsonObject {
  return { flags: Object.entries(flags).map(([name, value]) => ({ name, value })) };
}

function invalid(role: MesosRole, why: string): HttpReply {
  return badRequest(`Failed to validate ${role}::Call: ${why}`);
}

function isReply(said: JsonObject | HttpReply | undefined): said is HttpReply {
  return typeof said?.status === "number";
}
