import { badRequest, empty, plain, unavailable, type HttpReply, type HttpRequest } from "../http/message";
import { acceptedEncoding, readCall } from "../http/negotiation";
import type { Codec } from "../wire/codec";
import { executorCall, type ExecutorCall, type SentStatus } from "../wire/executor-messages";
import { v1Messages } from "../wire/message-set";
import { taskStates, type TaskState, type TaskStatus } from "../wire/messages";
import { executorKey, type AgentState, type Executor } from "./model";

/** What is to be done with a request to `/api/v1/executor`. */
export type JudgedExecutorCall =
  | { readonly kind: "refused"; readonly reply: HttpReply }
  | (Unencoded & { readonly codec: Codec })
  | { readonly kind: "update"; readonly executor: Executor; readonly status: TaskStatus }
  | { readonly kind: "message"; readonly executor: Executor; readonly data: string };

/** SUBSCRIBE, before it is known in which encoding its events go. */
interface Unencoded {
  readonly kind: "subscribe";
  readonly executor: Executor;
  readonly call: ExecutorCall;
}

/** States that an executor may report: a task is staging before there is one. */
const STATES: ReadonlySet<string> = new Set(taskStates.filter((state) => state !== "TASK_STAGING"));

/** Judges a request as the agent of this version would. Source: Http::executor in src/slave/http.cpp. */
export function judgeExecutorCall(state: AgentState, request: HttpRequest): JudgedExecutorCall {
  const read = readCall(request, v1Messages(state.config.tag), "executor.Call");
  if ("refused" in read) return refused(read.refused);
  const call = executorCall(read.call, "call");
  const invalid = callError(call);
  if (invalid !== undefined) {
    return refused(badRequest(`Failed to validate Executor::Call: ${invalid}`));
  }
  const judged = judge(state, call);
  if (judged.kind !== "subscribe") return judged;
  const accepted = acceptedEncoding(request);
  return "refused" in accepted ? refused(accepted.refused) : { ...judged, codec: accepted.codec };
}

function judge(state: AgentState, call: ExecutorCall): JudgedExecutorCall | Unencoded {
  if (call.type === "HEARTBEAT") return refused(empty(202));
  if (call.type !== "SUBSCRIBE" && state.recoverBy !== undefined) {
    return refused(unavailable("Agent has not finished recovery"));
  }
  const frameworkId = call.framework_id?.value ?? "";
  if (![...state.executors.values()].some((one) => one.frameworkId === frameworkId)) {
    return refused(badRequest("Framework cannot be found"));
  }
  const executor = state.executors.get(executorKey(frameworkId, call.executor_id?.value ?? ""));
  if (executor === undefined) return refused(badRequest("Executor cannot be found"));
  if (call.type === "SUBSCRIBE") return { kind: "subscribe", executor, call };
  if (executor.state === "REGISTERING") return refused(plain(403, "Executor is not subscribed"));
  if (call.type === "UPDATE" && call.update !== undefined) {
    return { kind: "update", executor, status: statusOf(call.update.status) };
  }
  if (call.type === "MESSAGE" && call.message !== undefined) {
    return { kind: "message", executor, data: call.message.data };
  }
  return refused(empty(501));
}

/** An executor's status as the agent passes it on. */
export function statusOf(sent: SentStatus): TaskStatus {
  return {
    ...(sent as unknown as TaskStatus),
    state: sent.state as TaskState,
    source: "SOURCE_EXECUTOR",
    timestamp: sent.timestamp ?? Date.now() / 1000,
  };
}

/** Source: validateExecutorCall in src/common/validation.cpp. */
function callError(call: ExecutorCall): string | undefined {
  const { type, executor_id: executor, framework_id: framework } = call;
  if (type === undefined) return "Expecting 'type' to be present";
  if (executor === undefined) return "Expecting 'executor_id' to be present";
  if (framework === undefined) return "Expecting 'framework_id' to be present";
  if (type === "SUBSCRIBE" && call.subscribe === undefined) return "Expecting 'subscribe' to be present";
  if (type === "MESSAGE" && call.message === undefined) return "Expecting 'message' to be present";
  if (type !== "UPDATE") return undefined;
  if (call.update === undefined) return "Expecting 'update' to be present";
  return statusError(call.update.status, executor.value, framework.value);
}

function statusError(status: SentStatus, executor: string, framework: string): string | undefined {
  const from = `executor ${executor} of framework ${framework}`;
  if (status.uuid === undefined) return "Expecting 'uuid' to be present";
  const bytes = Buffer.from(status.uuid, "base64").length;
  if (bytes !== 16) return `Expecting 16 bytes for a UUID, got ${bytes}`;
  const said = status.executor_id?.value ?? executor;
  if (said !== executor) {
    return `ExecutorID in Call: ${executor} does not match ExecutorID in TaskStatus: ${said}`;
  }
  if (status.source !== "SOURCE_EXECUTOR") {
    return `Received Call from ${from} with invalid source, expecting 'SOURCE_EXECUTOR'`;
  }
  if (status.state === "TASK_STAGING") return `Received TASK_STAGING from ${from} which is not allowed`;
  return STATES.has(status.state) ? undefined : `Unknown state '${status.state}'`;
}

function refused(reply: HttpReply): JudgedExecutorCall {
  return { kind: "refused", reply };
}
