import { badRequest, methodNotAllowed, plain, type HttpReply, type HttpRequest } from "./http/message";
import type { Json, JsonObject } from "./wire/json";
import { operatorCall } from "./wire/messages";

/** The type named by the body of a POST to `/api/v1`, or the answer to a request that names none. */
export function operatorType(role: "master" | "agent", request: HttpRequest): string | HttpReply {
  if (request.method !== "POST") return methodNotAllowed("POST", request.method);
  const contentType = request.headers["content-type"]?.split(";")[0]?.trim();
  if (contentType === undefined) return badRequest("Expecting 'Content-Type' to be present");
  if (contentType !== "application/json") return plain(415, "Expecting 'Content-Type' of application/json");
  try {
    const { type } = operatorCall(JSON.parse(request.body.toString()) as Json, "call");
    return type ?? badRequest(`Failed to validate ${role}::Call: Expecting 'type' to be present`);
  } catch (error) {
    return badRequest(
      `Failed to parse body into JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** `metrics` in the form of GET_METRICS. */
export function metricList(metrics: Readonly<Record<string, number>>): JsonObject {
  return { metrics: Object.entries(metrics).map(([name, value]) => ({ name, value })) };
}

/** `flags` in the form of GET_FLAGS. */
export function flagList(flags: Readonly<Record<string, string>>): JsonObject {
  return { flags: Object.entries(flags).map(([name, value]) => ({ name, value })) };
}
