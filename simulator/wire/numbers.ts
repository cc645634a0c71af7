import { isObject, type Json, type JsonObject } from "./json";

/**
 * Members whose numbers Mesos keeps as floating point, at whatever depth below: scalars of resources and attributes, sums of
 * them by role, metrics. Source: Value.Scalar in include/mesos/mesos.proto, src/common/http.cpp.
 */
const SUMS = new Set(
  [
    "scalar attributes quota resources used_resources offered_resources reserved_resources unreserved_resources",
    "reserved_resources_allocated unreserved_resources_allocated allocated offered reserved limits guarantees",
    "metrics",
  ].flatMap((line) => line.split(" ")),
);

/** Members that are floating point themselves. */
const NUMBERS = new Set(
  [
    "start_time elected_time registered_time reregistered_time unregistered_time timestamp build_time",
    "activated_slaves deactivated_slaves unreachable_slaves failover_timeout heartbeat_interval_seconds",
    "weight refuse_seconds estimated_drain_start_time_seconds cpus_limit cpus_system_time_secs",
    "avg_load_1min avg_load_5min avg_load_15min cpus_user_time_secs delay_seconds interval_seconds timeout_seconds grace_period_seconds",
  ].flatMap((line) => line.split(" ")),
);

/** Below these all numbers are whole, whatever stands around. */
const WHOLE = new Set(["ranges", "nanoseconds", "port", "ports"]);

/**
 * JSON as Mesos writes it from 0.25.0 on: a floating-point member that is a whole number ends in `.0`, which clients that
 * read into integers stumble over. `floats`: all numbers are such, as in `/metrics/snapshot`.
 */
export function writeFloats(value: Json, floats = false): string {
  if (typeof value === "number") return floats && Number.isInteger(value) ? `${value}.0` : String(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => writeFloats(item, floats)).join(",")}]`;
  return isObject(value) ? writeObject(value, floats) : JSON.stringify(value);
}

function writeObject(value: JsonObject, floats: boolean): string {
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (member === undefined) return [];
    const below = !WHOLE.has(name) && (floats || SUMS.has(name) || NUMBERS.has(name));
    return [`${JSON.stringify(name)}:${writeFloats(member, below)}`];
  });
  return `{${members.join(",")}}`;
}
