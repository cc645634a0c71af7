import { badRequest, type HttpReply } from "../http/message";
import { done } from "../operator-api";
import { isObject, type Json, type JsonObject } from "../wire/json";
import type { MasterState } from "./model";

/** The weights that were set, by role; every other role weighs 1. */
export function weightInfos(state: MasterState): JsonObject[] {
  return [...state.operator.weights].sort().map(([role, weight]) => ({ weight, role }));
}

/** Sets weights, all or none. They are kept and shown; the simulated allocator goes by shares alone. Source: src/master/weights_handler.cpp. */
export function updateWeights(state: MasterState, sent: Json): HttpReply {
  const weights = new Map<string, number>();
  for (const info of Array.isArray(sent) ? (sent as readonly Json[]) : []) {
    if (!isObject(info) || typeof info.role !== "string" || typeof info.weight !== "number") {
      return badRequest("Failed to parse update weights request JSON: expecting role and weight");
    }
    const { role, weight } = info;
    if (!isRole(role))
      return badRequest(`Failed to validate update weights request JSON: Invalid role '${role}'`);
    if (weight <= 0) {
      return badRequest(
        `Failed to validate update weights request JSON for role '${role}': Invalid weight '${weight}': Weights must be positive`,
      );
    }
    weights.set(role, weight);
  }
  for (const [role, weight] of weights) state.operator.weights.set(role, weight);
  return done();
}

function isRole(name: string): boolean {
  return name === "*" || (/^[^\s/\\-][^\s\\]*$/.test(name) && name !== "." && name !== "..");
}
