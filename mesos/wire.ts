import { atLeast, findVersion } from "./versions";
import type { Fact } from "./fact";

/** Something that another process can see and that changed with a version. */
export interface WireChange extends Fact {
  /** The first tag that behaves so. */
  readonly since: string;
}

const changes = {
  lettersInIds: change(
    "0.21.0-rc1",
    "ids of agents and offers carry a letter: -S1, -O1",
    "apache/mesos src/master/master.cpp",
  ),
  namesSender: change(
    "0.21.0-rc1",
    "libprocess messages are HTTP/1.1 requests that name their sender in Libprocess-From; before, HTTP/1.0 ones with User-Agent only",
    "apache/mesos 3rdparty/libprocess/src/encoder.hpp",
  ),
  readsJson: change(
    "0.23.0-rc1",
    "masters, agents and libmesos understand json.info_ nodes in ZooKeeper; older ones end their detection with an unknown label",
    "apache/mesos src/master/detector.cpp, docs/upgrades.md",
  ),
  masterVersion: change(
    "0.23.0-rc1",
    "MasterInfo holds the version",
    "apache/mesos include/mesos/mesos.proto",
  ),
  updatesWithoutUuid: change(
    "0.23.0-rc1",
    "StatusUpdate.uuid is optional; before, a master's own updates carry one that nobody has to acknowledge",
    "apache/mesos src/messages/messages.proto",
  ),
  writesJson: change(
    "0.24.0-rc1",
    "masters write MasterInfo as JSON into json.info_ nodes; before, as protobuf into info_ nodes",
    "apache/mesos src/master/contender.cpp, src/master/constants.cpp",
  ),
  masterAddress: change(
    "0.24.0-rc1",
    "MasterInfo holds the address",
    "apache/mesos include/mesos/mesos.proto",
  ),
  driverCalls: change(
    "0.24.0-rc1",
    "drivers may send scheduler::Call in place of messages of their own; registering with an id is refused",
    "apache/mesos src/master/master.cpp, src/sched/sched.cpp",
  ),
  floats: change(
    "0.25.0-rc1",
    "a floating-point number in JSON that is whole is written with .0; before, without",
    "apache/mesos 3rdparty/libprocess/3rdparty/stout/include/stout/json.hpp, 3rdparty/stout/include/stout/json.hpp",
  ),
  uuid: change(
    "0.25.0-rc1",
    "a master's id is a UUID; before, date, address, port and process id",
    "apache/mesos src/master/master.cpp",
  ),
  redirectsSchedulers: change(
    "0.27.0-rc1",
    "a standby master redirects calls of the v1 scheduler API to the leader; before, it answers 503",
    "apache/mesos src/master/http.cpp",
  ),
  streamId: change(
    "0.28.0-rc1",
    "calls of the v1 scheduler API other than SUBSCRIBE must carry Mesos-Stream-Id",
    "apache/mesos src/master/http.cpp",
  ),
  tellsDisconnected: change(
    "1.0.0-rc1",
    "a driver whose link broke is told so when it calls",
    "apache/mesos src/master/master.cpp",
  ),
  agentBinary: change(
    "1.0.0-rc1",
    "the agent's program is called mesos-agent too; mesos-slave exists in every version",
    "apache/mesos src/Makefile.am",
  ),
  readmits: change(
    "1.1.0-rc1",
    "an agent that was removed may come back under its id",
    "apache/mesos docs/upgrades.md",
  ),
  namesStream: change(
    "1.1.0-rc1",
    "the refusal of a wrong Mesos-Stream-Id names it",
    "apache/mesos src/master/http.cpp",
  ),
  subscribedMaster: change(
    "1.1.0-rc1",
    "SUBSCRIBED tells of the master",
    "apache/mesos include/mesos/v1/scheduler/scheduler.proto",
  ),
  totalResources: change(
    "1.1.0-rc1",
    "TASK_ERROR for a task larger than its offers reads `Total resources ...`; before, `Task uses more resources ...`",
    "apache/mesos src/master/validation.cpp",
  ),
  taskGroups: change(
    "1.1.0-rc1",
    "LAUNCH_GROUP runs tasks together under the default executor",
    "apache/mesos include/mesos/mesos.proto",
  ),
  nativeChecks: change(
    "1.1.0-rc1",
    "health checks by HTTP and TCP; before, by a command only",
    "apache/mesos include/mesos/mesos.proto",
  ),
  checks: change(
    "1.2.0-rc1",
    "a task may have a `check` besides its health check",
    "apache/mesos include/mesos/mesos.proto",
  ),
  allocationInfo: change(
    "1.2.0-rc1",
    "resources and offers carry allocation_info",
    "apache/mesos src/master/master.cpp",
  ),
  recoversFrameworks: change(
    "1.2.0-rc1",
    "a new leader knows frameworks from agents that register again, before the frameworks do",
    "apache/mesos src/master/master.cpp",
  ),
  ignoresOldAgents: change(
    "1.2.1-rc1",
    "masters ignore the registration of agents older than 1.0.0",
    "apache/mesos src/master/constants.hpp, src/master/master.cpp",
  ),
  stripsAllocationInfo: change(
    "1.3.2-rc1",
    "offers to frameworks without MULTI_ROLE carry no allocation_info any more (not in 1.4.0 and 1.4.1)",
    "apache/mesos src/master/master.cpp",
  ),
  latestSandbox: change(
    "1.4.0-rc1",
    "the files API knows a sandbox by `runs/latest` below its executor's folder",
    "apache/mesos src/slave/slave.cpp",
  ),
  virtualSandbox: change(
    "1.5.0-rc1",
    "the files API knows a sandbox by /frameworks/F/executors/E/runs/latest, without work_dir and agent id",
    "apache/mesos src/slave/slave.cpp",
  ),
  taskStarting: change(
    "1.5.0-rc1",
    "the built-in executors send TASK_STARTING",
    "apache/mesos src/launcher/executor.cpp, docs/upgrades.md",
  ),
  reregisterInOneWord: change(
    "1.6.0-rc1",
    "a task of an executor that did not come back reads `did not reregister within`; before, `did not re-register within`",
    "apache/mesos src/slave/slave.cpp",
  ),
  executorHeartbeat: change(
    "1.8.0-rc1",
    "agents send HEARTBEAT to executors of the v1 API",
    "apache/mesos docs/executor-http-api.md",
  ),
  masterCapabilities: change(
    "1.5.0-rc1",
    "MasterInfo holds the master's capabilities",
    "apache/mesos include/mesos/mesos.proto",
  ),
} as const satisfies Record<string, WireChange>;

/** Everything here that changed, oldest first. */
export function wireChanges(): readonly WireChange[] {
  return Object.values(changes);
}

/** Label of the znode under the cluster's path that holds a master's MasterInfo. */
export type MasterInfoLabel = "info" | "json.info";

/**
 * The label a master writes: binary protobuf as `info_` up to 0.23.1, JSON as `json.info_` from 0.24.0.
 * Source: src/master/contender.cpp, src/master/constants.cpp at 0.23.1 and 0.24.0.
 */
export function masterInfoLabel(version: string): MasterInfoLabel {
  return has("writesJson", version) ? "json.info" : "info";
}

/**
 * The labels a master or agent understands; others end its detection with an error. Source: src/master/detector.cpp
 * at 0.22.2 and 0.23.0; docs/upgrades.md 0.23 -> 0.24.
 */
export function readableLabels(version: string): readonly MasterInfoLabel[] {
  return has("readsJson", version) ? ["info", "json.info"] : ["info"];
}

/** Optional fields of MasterInfo. */
const masterInfoFields = {
  version: "masterVersion",
  address: "masterAddress",
  capabilities: "masterCapabilities",
} as const;

/** Whether MasterInfo has the field at this version. */
export function masterInfoHas(version: string, field: keyof typeof masterInfoFields): boolean {
  return has(masterInfoFields[field], version);
}

/** How a master makes ids: its own is a UUID from 0.25.0 (date-ip-port-pid before), agents' and offers' carry a letter from 0.21.0. */
export interface IdStyle {
  readonly master: "uuid" | "date-address-pid";
  readonly agentPrefix: "-S" | "-";
  readonly offerPrefix: "-O" | "-";
}

/** Source: constructor, newSlaveId, newOfferId of src/master/master.cpp at 0.20.1, 0.21.0, 0.24.2, 0.25.0. */
export function idStyle(version: string): IdStyle {
  const lettered = has("lettersInIds", version);
  return {
    master: has("uuid", version) ? "uuid" : "date-address-pid",
    agentPrefix: lettered ? "-S" : "-",
    offerPrefix: lettered ? "-O" : "-",
  };
}

/** Whether whole floating-point numbers end in `.0` in JSON. Source: stout/json.hpp at 0.24.2 and 0.25.0. */
export function marksFloats(version: string): boolean {
  return has("floats", version);
}

/** Whether every call but SUBSCRIBE must carry `Mesos-Stream-Id`. Source: src/master/http.cpp at 0.27.3 and 0.28.0. */
export function usesStreamId(version: string): boolean {
  return has("streamId", version);
}

/** Whether a standby redirects `/api/v1/scheduler` rather than answering 503. Source: Master::Http::scheduler at 0.26.2 and 0.27.0. */
export function redirectsSchedulers(version: string): boolean {
  return has("redirectsSchedulers", version);
}

/** Whether the refusal of a wrong stream id names it. Source: Master::Http::scheduler at 1.0.4 and 1.1.0. */
export function namesWrongStream(version: string): boolean {
  return has("namesStream", version);
}

/** Whether built-in executors send TASK_STARTING. Source: docs/upgrades.md 1.5, src/launcher/executor.cpp. */
export function sendsTaskStarting(version: string): boolean {
  return has("taskStarting", version);
}

/** Whether SUBSCRIBED tells of the master. Source: include/mesos/v1/scheduler/scheduler.proto at 1.0.0, 1.1.0. */
export function subscribedHasMasterInfo(version: string): boolean {
  return has("subscribedMaster", version);
}

/** Whether resources and offers carry `allocation_info`. Source: Master::offer in src/master/master.cpp at 1.1.3 and 1.2.0. */
export function hasAllocationInfo(version: string): boolean {
  return has("allocationInfo", version);
}

/** Whether LAUNCH_GROUP and the default executor exist. Source: TaskGroupInfo in include/mesos/mesos.proto at 1.0.4, 1.1.0. */
export function launchesGroups(version: string): boolean {
  return has("taskGroups", version);
}

/** Whether health checks by HTTP and TCP are done. Source: HealthCheck in include/mesos/mesos.proto at 1.0.4, 1.1.0. */
export function checksByNetwork(version: string): boolean {
  return has("nativeChecks", version);
}

/** Whether a task may have a `check`. Source: CheckInfo in include/mesos/mesos.proto at 1.1.3, 1.2.0. */
export function hasChecks(version: string): boolean {
  return has("checks", version);
}

/** Whether agents send HEARTBEAT to v1 executors. Source: docs/executor-http-api.md at 1.7.3, 1.8.0. */
export function beatsExecutors(version: string): boolean {
  return has("executorHeartbeat", version);
}

/** Whether `runs/latest` names a sandbox to the files API. Source: src/slave/slave.cpp at 1.3.2, 1.4.0. */
export function attachesLatest(version: string): boolean {
  return has("latestSandbox", version);
}

/** Whether `/frameworks/F/executors/E/runs/latest` does. Source: src/slave/slave.cpp at 1.4.3, 1.5.0. */
export function attachesVirtualLatest(version: string): boolean {
  return has("virtualSandbox", version);
}

/** How messages of the agent spell registering again. Source: src/slave/slave.cpp at 1.5.3, 1.6.0. */
export function reregisterWord(version: string): "reregister" | "re-register" {
  return has("reregisterInOneWord", version) ? "reregister" : "re-register";
}

/** Whether frameworks without MULTI_ROLE are offered resources without `allocation_info`. Source: Master::offer at 1.3.1 to 1.5.0, MESOS-8237. */
export function stripsAllocationInfo(version: string): boolean {
  const notYet = atLeast(version, "1.4.0-rc1") && !atLeast(version, "1.4.2-rc1");
  return has("stripsAllocationInfo", version) && !notYet;
}

/** Whether the binary is called agent as well as slave. Source: src/Makefile.am at 0.28.3 and 1.0.0. */
export function hasAgentBinary(version: string): boolean {
  return has("agentBinary", version);
}

/**
 * Whether a master lets an agent of `agentReports` (what the agent's binary reports) register: 1.2.1 and later ignore
 * agents before 1.0.0. Source: MINIMUM_AGENT_VERSION in src/master/constants.hpp at 1.2.0, 1.2.1.
 */
export function admitsAgent(masterVersion: string, agentReports: string): boolean {
  if (!has("ignoresOldAgents", masterVersion)) return true;
  const known = findVersion(agentReports);
  return known === undefined || atLeast(known.tag, "1.0.0-rc1");
}

/** Whether an agent that was removed may come back under its id (partition awareness) rather than being told to shut down. Source: docs/upgrades.md 1.1. */
export function readmitsRemovedAgents(version: string): boolean {
  return has("readmits", version);
}

/** Whether a new leader knows frameworks from re-registering agents before they resubscribe. Source: Master::recoverFramework, 1.2.0. */
export function recoversFrameworks(version: string): boolean {
  return has("recoversFrameworks", version);
}

/** Whether TASK_ERROR for a task larger than its offers reads "Total resources ..." (1.1.0 on) or "Task uses more resources ...". Source: src/master/validation.cpp at 1.0.4, 1.1.0. */
export function saysTotalResources(version: string): boolean {
  return has("totalResources", version);
}

/** Whether libprocess messages are HTTP/1.1 and name their sender in `Libprocess-From`. Source: encoder.hpp at 0.20.1, 0.21.0. */
export function namesSender(version: string): boolean {
  return has("namesSender", version);
}

/** Whether every StatusUpdate carries a uuid, also those that a master makes. Source: src/messages/messages.proto at 0.22.2, 0.23.0. */
export function updatesNeedUuid(version: string): boolean {
  return !has("updatesWithoutUuid", version);
}

/** Whether masters take scheduler::Call as a libprocess message. Source: Master::receive at 0.23.1, 0.24.0. */
export function takesDriverCalls(version: string): boolean {
  return has("driverCalls", version);
}

/** What a driver is told that may not register or call; undefined where the master goes on without a word. */
export interface DriverErrors {
  readonly registersWithId: string | undefined;
  readonly reregistersWithoutId: string;
  readonly completed: string;
  readonly disconnected: string | undefined;
}

/** Source: registerFramework, reregisterFramework, receive of src/master/master.cpp at 0.22.2, 0.24.0, 0.28.3, 1.0.0. */
export function driverErrors(version: string): DriverErrors {
  const calls = has("driverCalls", version);
  return {
    registersWithId: calls ? "Registering with 'id' already set" : undefined,
    reregistersWithoutId: calls
      ? "Re-registering without an 'id'"
      : "Framework reregistering without a framework id",
    completed: calls ? "Framework has been removed" : "Completed framework attempted to re-register",
    disconnected: has("tellsDisconnected", version) ? "Framework disconnected" : undefined,
  };
}

function has(name: keyof typeof changes, version: string): boolean {
  return atLeast(version, changes[name].since);
}

function change(since: string, fact: string, source: string): WireChange {
  return { since, fact, source };
}
