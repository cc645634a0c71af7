import type { Fact } from "./fact";
import type { MesosRole } from "./flags";
import { inRange } from "./versions";

/** A type of call of the operator API (POST `/api/v1`), and the versions that know it. */
export interface OperatorCallRow extends Fact {
  readonly role: MesosRole;
  readonly type: string;
  readonly range: readonly [first: string, last: string];
}

const NEWEST = "master";

/** Read from enum Call.Type at every tag. */
const rows: readonly OperatorCallRow[] = [
  ...calls("master", "1.0.0-rc2", [
    ..."GET_HEALTH GET_FLAGS GET_VERSION GET_METRICS GET_LOGGING_LEVEL SET_LOGGING_LEVEL".split(" "),
    ..."LIST_FILES READ_FILE GET_STATE GET_AGENTS GET_FRAMEWORKS GET_EXECUTORS GET_TASKS GET_ROLES".split(
      " ",
    ),
    ..."GET_WEIGHTS UPDATE_WEIGHTS SUBSCRIBE RESERVE_RESOURCES UNRESERVE_RESOURCES".split(" "),
    ..."CREATE_VOLUMES DESTROY_VOLUMES GET_MAINTENANCE_STATUS GET_MAINTENANCE_SCHEDULE".split(" "),
    ..."UPDATE_MAINTENANCE_SCHEDULE START_MAINTENANCE STOP_MAINTENANCE".split(" "),
    ..."GET_QUOTA SET_QUOTA REMOVE_QUOTA".split(" "),
  ]),
  ...calls("master", "1.0.0-rc3", ["GET_MASTER"]),
  ...calls("master", "1.5.0-rc1", ["TEARDOWN", "MARK_AGENT_GONE"]),
  ...calls("master", "1.6.0-rc1", ["GET_OPERATIONS", "GROW_VOLUME", "SHRINK_VOLUME"]),
  ...calls("master", "1.8.0-rc1", ["UPDATE_QUOTA"]),
  ...calls("master", "1.9.0-rc1", ["DRAIN_AGENT", "DEACTIVATE_AGENT", "REACTIVATE_AGENT"]),
  ...calls("agent", "1.0.0-rc2", [
    ..."GET_HEALTH GET_FLAGS GET_VERSION GET_METRICS GET_LOGGING_LEVEL SET_LOGGING_LEVEL".split(" "),
    ..."LIST_FILES READ_FILE GET_STATE GET_CONTAINERS".split(" "),
  ]),
  ...calls("agent", "1.1.0-rc1", [
    ..."GET_FRAMEWORKS GET_EXECUTORS GET_TASKS LAUNCH_NESTED_CONTAINER".split(" "),
    ..."WAIT_NESTED_CONTAINER KILL_NESTED_CONTAINER".split(" "),
  ]),
  ...calls("agent", "1.2.0-rc1", [
    ..."LAUNCH_NESTED_CONTAINER_SESSION ATTACH_CONTAINER_INPUT ATTACH_CONTAINER_OUTPUT".split(" "),
  ]),
  ...calls("agent", "1.3.0-rc1", ["GET_AGENT", "REMOVE_NESTED_CONTAINER"]),
  ...calls("agent", "1.5.0-rc1", [
    ..."GET_RESOURCE_PROVIDERS LAUNCH_CONTAINER WAIT_CONTAINER KILL_CONTAINER REMOVE_CONTAINER".split(" "),
    ..."ADD_RESOURCE_PROVIDER_CONFIG UPDATE_RESOURCE_PROVIDER_CONFIG".split(" "),
    ..."REMOVE_RESOURCE_PROVIDER_CONFIG PRUNE_IMAGES".split(" "),
  ]),
  ...calls("agent", "1.6.0-rc1", ["GET_OPERATIONS"]),
  ...calls("agent", "1.8.0-rc1", ["MARK_RESOURCE_PROVIDER_GONE"]),
];

/** Every call that any version knows. */
export function operatorCalls(): readonly OperatorCallRow[] {
  return rows;
}

/** Whether the operator API of `role` at `version` knows a type of call. */
export function knowsOperatorCall(role: MesosRole, version: string, type: string): boolean {
  return rows.some((row) => row.role === role && row.type === type && inRange(version, row.range));
}

function calls(role: MesosRole, since: string, types: readonly string[]): OperatorCallRow[] {
  const source = `apache/mesos include/mesos/v1/${role}/${role}.proto`;
  return types.map((type) => ({
    role,
    type,
    range: [since, NEWEST],
    fact: `${role}: ${type}`,
    source,
  }));
}
