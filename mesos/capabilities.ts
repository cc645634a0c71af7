import { atLeast } from "./versions";

type Row = readonly [name: string, since: string];

/** Where the capabilities stand, at each tag: AGENT_CAPABILITIES, MASTER_CAPABILITIES, SlaveInfo::Capability. */
export const capabilitySource =
  "apache/mesos src/slave/constants.cpp, src/master/constants.cpp, include/mesos/mesos.proto";

const agentRows: readonly Row[] = [
  ["MULTI_ROLE", "1.2.0-rc1"],
  ["HIERARCHICAL_ROLE", "1.4.0-rc1"],
  ["RESERVATION_REFINEMENT", "1.4.0-rc1"],
  ["RESOURCE_PROVIDER", "1.5.0-rc1"],
  ["RESIZE_VOLUME", "1.6.0-rc1"],
  ["AGENT_OPERATION_FEEDBACK", "1.8.0-rc1"],
  ["AGENT_DRAINING", "1.9.0-rc1"],
  ["TASK_RESOURCE_LIMITS", "1.10.0-rc1"],
];

const masterRows: readonly Row[] = [
  ["AGENT_UPDATE", "1.5.0-rc1"],
  ["AGENT_DRAINING", "1.9.0-rc1"],
  ["QUOTA_V2", "1.9.0-rc1"],
];

/** Capabilities that an agent of this version registers with, in the order it lists them. */
export function agentCapabilities(version: string): string[] {
  return namesAt(agentRows, version);
}

/** Capabilities in a master's MasterInfo and `/state`. */
export function masterCapabilities(version: string): string[] {
  return namesAt(masterRows, version);
}

function namesAt(rows: readonly Row[], version: string): string[] {
  return rows.filter(([, since]) => atLeast(version, since)).map(([name]) => name);
}
