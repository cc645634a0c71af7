import { atLeast, findVersion } from "./versions";

/** Label of the znode under the cluster's path that holds a master's MasterInfo. */
export type MasterInfoLabel = "info" | "json.info";

/**
 * The label a master writes: binary protobuf as `info_` up to 0.23.1, JSON as `json.info_` from 0.24.0.
 * Source: src/master/contender.cpp, src/master/constants.cpp at 0.23.1 and 0.24.0.
 */
export function masterInfoLabel(version: string): MasterInfoLabel {
  return atLeast(version, "0.24.0-rc1") ? "json.info" : "info";
}

/**
 * The labels a master or agent understands; others end its detection with an error. Source: src/master/detector.cpp
 * at 0.22.2 and 0.23.0; docs/upgrades.md 0.23 -> 0.24.
 */
export function readableLabels(version: string): readonly MasterInfoLabel[] {
  return atLeast(version, "0.23.0-rc1") ? ["info", "json.info"] : ["info"];
}

/** Optional fields of MasterInfo and the first version that fills them. Source: include/mesos/mesos.proto at each tag. */
const masterInfoFields: Readonly<Record<"version" | "address" | "capabilities", string>> = {
  version: "0.23.0-rc1",
  address: "0.24.0-rc1",
  capabilities: "1.5.0-rc1",
};

/** Whether MasterInfo has the field at this version. */
export function masterInfoHas(version: string, field: keyof typeof masterInfoFields): boolean {
  return atLeast(version, masterInfoFields[field]);
}

/** How a master makes ids: its own is a UUID from 0.25.0 (date-ip-port-pid before), agents' and offers' carry a letter from 0.21.0. */
export interface IdStyle {
  readonly master: "uuid" | "date-address-pid";
  readonly agentPrefix: "-S" | "-";
  readonly offerPrefix: "-O" | "-";
}

/** Source: constructor, newSlaveId, newOfferId of src/master/master.cpp at 0.20.1, 0.21.0, 0.24.2, 0.25.0. */
export function idStyle(version: string): IdStyle {
  const lettered = atLeast(version, "0.21.0-rc1");
  return {
    master: atLeast(version, "0.25.0-rc1") ? "uuid" : "date-address-pid",
    agentPrefix: lettered ? "-S" : "-",
    offerPrefix: lettered ? "-O" : "-",
  };
}

/** Whether every call but SUBSCRIBE must carry `Mesos-Stream-Id`. Source: src/master/http.cpp at 0.27.3 and 0.28.0. */
export function usesStreamId(version: string): boolean {
  return atLeast(version, "0.28.0-rc1");
}

/** Whether built-in executors send TASK_STARTING. Source: docs/upgrades.md 1.5, src/launcher/executor.cpp. */
export function sendsTaskStarting(version: string): boolean {
  return atLeast(version, "1.5.0-rc1");
}

/** Whether SUBSCRIBED tells of the master. Source: include/mesos/v1/scheduler/scheduler.proto at 1.0.0, 1.1.0. */
export function subscribedHasMasterInfo(version: string): boolean {
  return atLeast(version, "1.1.0-rc1");
}

/** Whether resources and offers carry `allocation_info`. Source: Master::offer in src/master/master.cpp at 1.1.3 and 1.2.0. */
export function hasAllocationInfo(version: string): boolean {
  return atLeast(version, "1.2.0-rc1");
}

/** Whether the binary is called agent as well as slave. Source: src/Makefile.am at 0.28.3 and 1.0.0. */
export function hasAgentBinary(version: string): boolean {
  return atLeast(version, "1.0.0-rc1");
}

/** Whether a flag in the environment and on the command line is fatal rather than decided by the command line. Source: stout flags.hpp at 1.0.1, 1.0.2. */
export function duplicateFlagIsFatal(version: string): boolean {
  return !atLeast(version, "1.0.2-rc1");
}

/**
 * Whether a master lets an agent of `agentReports` (what the agent's binary reports) register: 1.2.1 and later ignore
 * agents before 1.0.0. Source: MINIMUM_AGENT_VERSION in src/master/constants.hpp at 1.2.0, 1.2.1.
 */
export function admitsAgent(masterVersion: string, agentReports: string): boolean {
  if (!atLeast(masterVersion, "1.2.1-rc1")) return true;
  const known = findVersion(agentReports);
  return known === undefined || atLeast(known.tag, "1.0.0-rc1");
}

/** Whether an agent that was removed may come back under its id (partition awareness) rather than being told to shut down. Source: docs/upgrades.md 1.1. */
export function readmitsRemovedAgents(version: string): boolean {
  return atLeast(version, "1.1.0-rc1");
}

/** Whether a new leader knows frameworks from re-registering agents before they resubscribe. Source: Master::recoverFramework, 1.2.0. */
export function recoversFrameworks(version: string): boolean {
  return atLeast(version, "1.2.0-rc1");
}

/** Whether TASK_ERROR for a task larger than its offers reads "Total resources ..." (1.1.0 on) or "Task uses more resources ...". Source: src/master/validation.cpp at 1.0.4, 1.1.0. */
export function saysTotalResources(version: string): boolean {
  return atLeast(version, "1.1.0-rc1");
}
