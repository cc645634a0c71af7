import type { Fact } from "./fact";
import { inRange } from "./versions";

type Range = readonly [first: string, last: string];

/** An object of the JSON that masters and agents answer GETs with. */
export type JsonView =
  | "master state"
  | "agent of a master"
  | "agent in full"
  | "framework"
  | "task"
  | "task status"
  | "offer"
  | "role"
  | "summary"
  | "agent state"
  | "framework of an agent"
  | "executor";

/** A member that not every version has, and the versions that have it. */
export interface FieldRow extends Fact {
  readonly view: JsonView;
  readonly field: string;
  readonly range: Range;
}

const OLDEST = "0.20.0-rc1";
const NEWEST = "master";

const inMaster = "apache/mesos src/master/http.cpp, src/master/readonly_handler.cpp";
const inCommon = "apache/mesos src/common/http.cpp";
const inAgent = "apache/mesos src/slave/http.cpp";

/** Read from the functions that write each object, at every tag. */
const rows: readonly FieldRow[] = [
  ...fields("master state", inMaster, [
    [[OLDEST, "0.22.2"], "staged_tasks started_tasks failed_tasks finished_tasks killed_tasks lost_tasks"],
    [["1.0.2-rc2", "1.0.4"], "leader_info"],
    [["1.1.0-rc2", NEWEST], "leader_info"],
    [["1.2.0-rc1", NEWEST], "unreachable_slaves recovered_slaves"],
    [["1.5.0-rc1", NEWEST], "capabilities"],
  ]),
  ...fields("agent of a master", inMaster, [
    [["0.22.0-rc1", NEWEST], "active"],
    [["0.23.0-rc1", NEWEST], "used_resources offered_resources reserved_resources unreserved_resources"],
    [["0.26.0-rc1", NEWEST], "version"],
    [["1.2.0-rc1", NEWEST], "port"],
    [["1.3.0-rc1", NEWEST], "capabilities"],
    [["1.9.0-rc1", NEWEST], "deactivated drain_info estimated_drain_start_time_seconds"],
  ]),
  ...fields("agent in full", inMaster, [
    [["0.28.0-rc1", NEWEST], "reserved_resources_full used_resources_full offered_resources_full"],
    [["1.4.0-rc1", NEWEST], "unreserved_resources_full"],
    [["1.2.0-rc1", NEWEST], "recovered_slaves"],
  ]),
  ...fields("framework", inMaster, [
    [["0.21.0-rc1", NEWEST], "used_resources offered_resources webui_url"],
    [["0.23.0-rc1", NEWEST], "pid executors"],
    [["0.24.0-rc1", NEWEST], "capabilities labels"],
    [["0.27.0-rc1", NEWEST], "principal"],
    [["1.2.0-rc1", NEWEST], "connected recovered roles unreachable_tasks"],
    [["1.11.0-rc1", NEWEST], "offer_constraints"],
  ]),
  ...fields("summary", inMaster, [
    [["0.28.0-rc1", NEWEST], "TASK_KILLING"],
    [["1.2.0-rc1", NEWEST], "TASK_UNREACHABLE"],
  ]),
  ...fields("role", inMaster, [
    [["1.3.0-rc1", NEWEST], "quota"],
    [["1.9.0-rc1", NEWEST], "allocated offered reserved"],
  ]),
  ...fields("offer", inCommon, [[["1.3.0-rc1", NEWEST], "allocation_info"]]),
  ...fields("task", inCommon, [
    [["0.22.0-rc1", NEWEST], "labels discovery"],
    [["0.27.0-rc1", NEWEST], "container"],
    [["1.0.0-rc1", NEWEST], "user"],
    [["1.3.0-rc1", NEWEST], "role"],
    [["1.8.0-rc1", NEWEST], "health_check"],
    [["1.10.0-rc1", NEWEST], "limits"],
  ]),
  ...fields("task status", inCommon, [
    [["0.24.0-rc1", NEWEST], "labels"],
    [["0.25.0-rc1", NEWEST], "container_status"],
    [["0.26.0-rc5", NEWEST], "healthy"],
  ]),
  ...fields("agent state", inAgent, [
    [[OLDEST, "0.22.2"], "staged_tasks started_tasks failed_tasks finished_tasks killed_tasks lost_tasks"],
    [["1.1.0-rc1", NEWEST], "reserved_resources unreserved_resources reserved_resources_full"],
    [["1.3.0-rc1", NEWEST], "capabilities"],
    [
      ["1.4.0-rc1", NEWEST],
      "unreserved_resources_full reserved_resources_allocated unreserved_resources_allocated",
    ],
    [["1.8.0-rc1", NEWEST], "resource_providers"],
    [["1.9.0-rc1", NEWEST], "drain_config estimated_drain_start_time_seconds"],
  ]),
  ...fields("framework of an agent", inAgent, [[["1.2.0-rc1", NEWEST], "principal roles"]]),
  ...fields("executor", inAgent, [
    [["1.0.0-rc1", NEWEST], "labels"],
    [["1.1.0-rc1", NEWEST], "type"],
    [["1.3.0-rc1", NEWEST], "role"],
  ]),
];

/** Every member that came or went with a version. */
export function jsonFields(): readonly FieldRow[] {
  return rows;
}

/** Whether the object has the member at this version; one that no row names is as old as 0.20. */
export function hasField(view: JsonView, version: string, field: string): boolean {
  const own = rows.filter((row) => row.view === view && row.field === field);
  return own.length === 0 || own.some(({ range }) => inRange(version, range));
}

/** The object without the members that this version does not have. */
export function withFieldsOf<T>(
  view: JsonView,
  version: string,
  object: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(Object.entries(object).filter(([field]) => hasField(view, version, field)));
}

function fields(view: JsonView, source: string, groups: readonly (readonly [Range, string])[]): FieldRow[] {
  return groups.flatMap(([range, names]) =>
    names.split(" ").map((field) => ({ view, field, range, fact: `${view}: ${field}`, source })),
  );
}
