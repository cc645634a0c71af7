import { availableParallelism, freemem, loadavg, totalmem } from "node:os";
import type { JsonObject } from "./wire/json";

/** The `system/...` keys of `/metrics/snapshot`. */
export function systemMetrics(): Record<string, number> {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    "system/cpus_total": availableParallelism(),
    "system/load_1min": one,
    "system/load_5min": five,
    "system/load_15min": fifteen,
    "system/mem_free_bytes": freemem(),
    "system/mem_total_bytes": totalmem(),
  };
}

/** Body of `/system/stats.json`. Source: 3rdparty/libprocess/include/process/system.hpp. */
export function systemStats(): JsonObject {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    avg_load_1min: one,
    avg_load_5min: five,
    avg_load_15min: fifteen,
    cpus_total: availableParallelism(),
    mem_total_bytes: totalmem(),
    mem_free_bytes: freemem(),
  };
}
