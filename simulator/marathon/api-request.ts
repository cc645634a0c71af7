import { json, type HttpReply, type HttpRequest } from "../http/message";
import { isObject, type Json, type JsonObject } from "../wire/json";

export const JSON_TYPE = { "Content-Type": "application/json" } as const;

/** A mistake of a request: the status and Marathon's `message`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The body as JSON. Throws {@link ApiError} of 400. */
export function bodyOf(request: HttpRequest): Json {
  try {
    return JSON.parse(request.body.toString()) as Json;
  } catch (error) {
    throw new ApiError(400, `Invalid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The body as a JSON object. */
export function objectOf(request: HttpRequest): JsonObject {
  const body = bodyOf(request);
  if (isObject(body)) return body;
  throw new ApiError(400, "Invalid JSON: an object is expected");
}

/** Whether `?name=true` is there. */
export function asked(request: HttpRequest, name: string): boolean {
  return request.query.get(name) === "true";
}

/** 200 or another status, with a body and the id of the deployment that follows. */
export function deployed(status: number, body: JsonObject, deploymentId: string): HttpReply {
  return { ...json(body), status, headers: { ...JSON_TYPE, "Marathon-Deployment-Id": deploymentId } };
}
