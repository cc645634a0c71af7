import type { MesosRole } from "./flags";
import { atLeast, inRange } from "./versions";

type Range = readonly [first: string, last: string];

interface EndpointRow {
  readonly role: MesosRole | "both";
  /** Path without the id of the process that serves it: `/state` stands for `/master/state` and `/slave(1)/state`. */
  readonly path: string;
  readonly range: Range;
}

const OLDEST = "0.20.0-rc1";
const NEWEST = "master";

/** Source: the route() calls of src/{master/master,slave/slave,version/version}.cpp at each tag, and docs/endpoints. */
const rows: readonly EndpointRow[] = [
  { role: "master", path: "/", range: [OLDEST, NEWEST] },
  { role: "both", path: "/health", range: [OLDEST, NEWEST] },
  { role: "both", path: "/version", range: ["0.26.0-rc1", NEWEST] },
  { role: "both", path: "/metrics/snapshot", range: [OLDEST, NEWEST] },
  { role: "both", path: "/state.json", range: [OLDEST, "1.7.3"] },
  { role: "both", path: "/state", range: ["0.25.0-rc1", NEWEST] },
  { role: "both", path: "/stats.json", range: [OLDEST, "0.22.2"] },
  { role: "both", path: "/system/stats.json", range: [OLDEST, NEWEST] },
  { role: "both", path: "/flags", range: ["0.26.0-rc1", NEWEST] },
  { role: "both", path: "/api/v1", range: ["1.0.0-rc1", NEWEST] },
  { role: "master", path: "/redirect", range: [OLDEST, NEWEST] },
  { role: "master", path: "/state-summary", range: ["0.23.0-rc1", NEWEST] },
  { role: "master", path: "/slaves", range: ["0.22.0-rc1", NEWEST] },
  { role: "master", path: "/frameworks", range: ["0.26.0-rc1", NEWEST] },
  { role: "master", path: "/roles", range: ["0.25.0-rc1", NEWEST] },
  { role: "master", path: "/roles.json", range: [OLDEST, "1.7.3"] },
  { role: "master", path: "/tasks", range: ["0.25.0-rc1", NEWEST] },
  { role: "master", path: "/tasks.json", range: [OLDEST, "1.7.3"] },
  { role: "master", path: "/registrar(1)/registry", range: [OLDEST, NEWEST] },
  { role: "master", path: "/shutdown", range: [OLDEST, "0.23.1"] },
  { role: "master", path: "/teardown", range: ["0.23.0-rc1", NEWEST] },
  { role: "master", path: "/api/v1/scheduler", range: ["0.24.0-rc1", NEWEST] },
  { role: "agent", path: "/containers", range: ["1.0.0-rc1", NEWEST] },
  { role: "agent", path: "/files/browse", range: ["0.25.0-rc1", NEWEST] },
  { role: "agent", path: "/files/read", range: ["0.25.0-rc1", NEWEST] },
  { role: "agent", path: "/files/download", range: ["0.25.0-rc1", NEWEST] },
  { role: "agent", path: "/files/browse.json", range: [OLDEST, "1.7.3"] },
  { role: "agent", path: "/files/read.json", range: [OLDEST, "1.7.3"] },
  { role: "agent", path: "/files/download.json", range: [OLDEST, "1.7.3"] },
];

/** Whether the binary of `role` at `version` serves `path` (without a leading `/master` or `/slave(1)`). */
export function servesEndpoint(role: MesosRole, version: string, path: string): boolean {
  return rows.some(
    (row) => row.path === path && (row.role === role || row.role === "both") && inRange(version, row.range),
  );
}

/** How `/redirect` answers at a version, and how a standby master redirects other requests. */
export interface RedirectRule {
  /** What stands before `host:port` in `Location`. */
  readonly locationPrefix: "http://" | "//";
  /** Without a leader: redirect to the asked master itself, or answer 503. */
  readonly withoutLeader: "self" | "unavailable";
  /** What of the request other than `/redirect` goes into `Location`. */
  readonly keeps: "nothing" | "path" | "path and query";
}

/** Source: Master::Http::redirect in src/master/http.cpp at 0.22.2, 0.23.0, 0.28.3, 1.0.0, 1.0.1. */
export function redirectRule(version: string): RedirectRule {
  return {
    locationPrefix: atLeast(version, "0.23.0-rc1") ? "//" : "http://",
    withoutLeader: atLeast(version, "1.0.0-rc1") ? "unavailable" : "self",
    keeps: !atLeast(version, "1.0.0-rc1")
      ? "nothing"
      : atLeast(version, "1.0.1-rc1")
        ? "path and query"
        : "path",
  };
}

/**
 * Whether a standby master sends `/state` and its kind to the leader (307, or 503 without one) rather than
 * answering with its own empty state. Source: src/master/http.cpp, 0.28.3 and 1.0.0.
 */
export function standbyRedirects(version: string): boolean {
  return atLeast(version, "1.0.0-rc1");
}

interface MetricRow {
  readonly key: string;
  readonly range: Range;
}

/** Keys of `/metrics/snapshot` that came later than 0.20. Source: src/{master,slave}/metrics.cpp, src/master/registrar.cpp. */
const lateMetrics: readonly MetricRow[] = [
  { key: "master/slaves_connected", range: ["0.21.0-rc1", NEWEST] },
  { key: "master/slaves_disconnected", range: ["0.21.0-rc1", NEWEST] },
  { key: "master/frameworks_connected", range: ["0.21.0-rc1", NEWEST] },
  { key: "master/frameworks_disconnected", range: ["0.21.0-rc1", NEWEST] },
  { key: "master/slaves_unreachable", range: ["1.2.0-rc1", NEWEST] },
  { key: "master/tasks_killing", range: ["0.28.0-rc1", NEWEST] },
  { key: "master/tasks_unreachable", range: ["1.1.0-rc1", NEWEST] },
  { key: "master/gpus_total", range: ["1.0.0-rc1", NEWEST] },
  { key: "master/gpus_used", range: ["1.0.0-rc1", NEWEST] },
  { key: "registrar/log/recovered", range: ["1.0.0-rc1", NEWEST] },
  { key: "registrar/log/ensemble_size", range: ["1.4.0-rc1", NEWEST] },
  { key: "slave/tasks_killing", range: ["0.28.0-rc1", NEWEST] },
  { key: "slave/gpus_total", range: ["1.0.0-rc1", NEWEST] },
  { key: "slave/gpus_used", range: ["1.0.0-rc1", NEWEST] },
  { key: "slave/recovery_time_secs", range: ["1.6.0-rc1", NEWEST] },
];

/** Whether `/metrics/snapshot` at `version` holds `key`; a key that no row names is taken as old as 0.20. */
export function hasMetric(version: string, key: string): boolean {
  const late = lateMetrics.filter((row) => row.key === key);
  return late.length === 0 || late.some((row) => inRange(version, row.range));
}
