import type { MesosRole } from "./flags";
import { atLeast, inRange } from "./versions";

type Range = readonly [first: string, last: string];

/** Who may ask: `none` is open in every version, the others are closed by a flag (endpointGuard). */
type Guard = "none" | "readonly" | "readwrite" | "maintenance" | "schedulers" | "executors";

/** A path of master or agent, and the versions that serve it. */
export interface EndpointRow {
  readonly role: MesosRole | "both";
  /** Path without the id of the process that serves it: `/state` stands for `/master/state` and `/slave(1)/state`. */
  readonly path: string;
  readonly range: Range;
  readonly guard: Guard;
  readonly source: string;
}

const OLDEST = "0.20.0-rc1";
const NEWEST = "master";
const LAST_JSON = "1.7.3";

const inMaster = "apache/mesos src/master/master.cpp";
const inAgent = "apache/mesos src/slave/slave.cpp";
const inBoth = "apache/mesos src/master/master.cpp, src/slave/slave.cpp";
const inFiles = "apache/mesos src/files/files.cpp";
const inMetrics = "apache/mesos 3rdparty/libprocess/src/metrics/metrics.cpp";
const inMonitor = "apache/mesos src/slave/monitor.cpp, src/slave/slave.cpp";

/** Ranges read from the route() calls at every tag. */
const rows: readonly EndpointRow[] = [
  row("master", "/", [OLDEST, NEWEST], "none", "apache/mesos src/master/main.cpp, src/master/master.cpp"),
  row("both", "/health", [OLDEST, NEWEST], "none", inBoth),
  row("both", "/version", ["0.26.0-rc1", NEWEST], "none", "apache/mesos src/version/version.cpp"),
  row("both", "/metrics/snapshot", [OLDEST, NEWEST], "readonly", inMetrics),
  row("both", "/state.json", [OLDEST, LAST_JSON], "readonly", inBoth),
  row("both", "/state", ["0.25.0-rc1", NEWEST], "readonly", inBoth),
  row("both", "/stats.json", [OLDEST, "0.22.2"], "none", inBoth),
  row(
    "both",
    "/system/stats.json",
    [OLDEST, NEWEST],
    "none",
    "apache/mesos 3rdparty/libprocess/include/process/system.hpp",
  ),
  row("both", "/flags", ["0.26.0-rc1", NEWEST], "readonly", inBoth),
  row("both", "/api/v1", ["1.0.0-rc1", NEWEST], "readwrite", "apache/mesos docs/operator-http-api.md"),
  row("master", "/redirect", [OLDEST, NEWEST], "none", inMaster),
  row("master", "/state-summary", ["0.23.0-rc1", NEWEST], "readonly", inMaster),
  row("master", "/slaves", ["0.22.0-rc1", NEWEST], "readonly", inMaster),
  row("master", "/frameworks", ["0.26.0-rc1", NEWEST], "readonly", inMaster),
  row("master", "/roles", ["0.25.0-rc1", NEWEST], "readonly", inMaster),
  row("master", "/roles.json", [OLDEST, LAST_JSON], "readonly", inMaster),
  row("master", "/tasks", ["0.25.0-rc1", NEWEST], "readonly", inMaster),
  row("master", "/tasks.json", [OLDEST, LAST_JSON], "readonly", inMaster),
  row(
    "master",
    "/registrar(1)/registry",
    [OLDEST, NEWEST],
    "readonly",
    "apache/mesos src/master/registrar.cpp",
  ),
  row("master", "/observe", [OLDEST, "0.28.3"], "none", inMaster),
  row("master", "/shutdown", [OLDEST, "0.23.1"], "readwrite", inMaster),
  row("master", "/teardown", ["0.23.0-rc1", NEWEST], "readwrite", inMaster),
  row("master", "/reserve", ["0.25.0-rc1", NEWEST], "readwrite", inMaster),
  row("master", "/unreserve", ["0.25.0-rc1", NEWEST], "readwrite", inMaster),
  row("master", "/machine/up", ["0.25.0-rc1", NEWEST], "maintenance", inMaster),
  row("master", "/machine/down", ["0.25.0-rc1", NEWEST], "maintenance", inMaster),
  row("master", "/maintenance/schedule", ["0.25.0-rc1", NEWEST], "maintenance", inMaster),
  row("master", "/maintenance/status", ["0.25.0-rc1", NEWEST], "readonly", inMaster),
  row("master", "/quota", ["0.27.0-rc1", NEWEST], "readwrite", inMaster),
  row("master", "/create-volumes", ["0.27.0-rc1", NEWEST], "readwrite", inMaster),
  row("master", "/destroy-volumes", ["0.27.0-rc1", NEWEST], "readwrite", inMaster),
  row("master", "/weights", ["1.0.0-rc1", NEWEST], "readwrite", inMaster),
  row(
    "master",
    "/api/v1/scheduler",
    ["0.24.0-rc1", NEWEST],
    "schedulers",
    "apache/mesos docs/scheduler-http-api.md",
  ),
  row(
    "agent",
    "/api/v1/executor",
    ["0.25.0-rc1", NEWEST],
    "executors",
    "apache/mesos docs/executor-http-api.md",
  ),
  row("agent", "/monitor/statistics", ["0.25.0-rc1", NEWEST], "readonly", inMonitor),
  row("agent", "/monitor/statistics.json", [OLDEST, LAST_JSON], "readonly", inMonitor),
  row("agent", "/containers", ["1.0.0-rc1", NEWEST], "readonly", inAgent),
  row("agent", "/containerizer/debug", ["1.9.0-rc1", NEWEST], "readonly", inAgent),
  ...["browse", "read", "download", "debug"].flatMap((name) => [
    row("both", `/files/${name}`, ["0.25.0-rc1", NEWEST], "readonly", inFiles),
    row("both", `/files/${name}.json`, [OLDEST, LAST_JSON], "readonly", inFiles),
  ]),
];

/** Every path that any version serves. */
export function everyEndpoint(): readonly EndpointRow[] {
  return rows;
}

/** Whether the binary of `role` at `version` serves `path` (without a leading `/master` or `/slave(1)`). */
export function servesEndpoint(role: MesosRole, version: string, path: string): boolean {
  return rows.some(
    (one) => one.path === path && (one.role === role || one.role === "both") && inRange(version, one.range),
  );
}

/**
 * The flag that makes `version` ask for a name and password at endpoints of a guard, or undefined where anybody may
 * ask. Source: apache/mesos docs/authentication.md, src/master/http.cpp at 0.26.2, 0.27.0, 1.0.0.
 */
export function endpointGuard(guard: Guard, version: string): string | undefined {
  const split = atLeast(version, "1.0.0-rc3");
  switch (guard) {
    case "none":
      return undefined;
    case "readonly":
      return split ? "authenticate_http_readonly" : undefined;
    case "maintenance":
      return split ? "authenticate_http_readwrite" : undefined;
    case "readwrite":
      if (split) return "authenticate_http_readwrite";
      return atLeast(version, "0.27.0-rc1") ? "authenticate_http" : "credentials";
    case "schedulers":
      return atLeast(version, "1.0.0-rc1") ? "authenticate_http_frameworks" : undefined;
    case "executors":
      return atLeast(version, "1.3.0-rc1") ? "authenticate_http_executors" : undefined;
  }
}

/** Endpoints that `role` serves at one version and no more at the other. */
export function endpointsLost(role: MesosRole, from: string, to: string): string[] {
  return rows
    .filter((row) => row.role === role || row.role === "both")
    .filter((row) => inRange(from, row.range) && !inRange(to, row.range))
    .map((row) => row.path);
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

function row(
  role: EndpointRow["role"],
  path: string,
  range: Range,
  guard: Guard,
  source: string,
): EndpointRow {
  return { role, path, range, guard, source };
}
