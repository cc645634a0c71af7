import type { AgentGroupSpec, ClusterSpec } from "../config/spec";
import { acceptsFlag, type MesosRole } from "../mesos/flags";
import { atLeast } from "../mesos/versions";

/** Where a master's or agent's data lies in its container. */
export const workDir = "/var/lib/mesos";

/** A flag under its name now and, where it was renamed, the older names: the first that the version knows is used. */
type Flag = readonly [names: string | readonly string[], value: string];

const fastMaster: readonly Flag[] = [
  ["zk_session_timeout", "2secs"],
  ["allocation_interval", "200ms"],
  [["agent_ping_timeout", "slave_ping_timeout"], "1secs"],
  [["max_agent_ping_timeouts", "max_slave_ping_timeouts"], "4"],
];

const fastAgent: readonly Flag[] = [
  ["zk_session_timeout", "2secs"],
  ["registration_backoff_factor", "10ms"],
];

/** argv of a master, only flags that its version accepts. */
export function masterArgv(spec: ClusterSpec, address: string, zk: string): string[] {
  return argv("master", spec.masters.version, [
    ["zk", zk],
    ["quorum", String(Math.floor(spec.masters.count / 2) + 1)],
    ["cluster", spec.name],
    ["ip", address],
    // The address is the name: it resolves for everybody who can reach the cluster (facts on /redirect).
    ["hostname", address],
    ["work_dir", workDir],
    ...(spec.timings === "fast" ? fastMaster : []),
  ]);
}

/** argv of an agent, only flags that its version accepts. The isolation is the one that needs no rights of the host. */
export function agentArgv(spec: ClusterSpec, group: AgentGroupSpec, address: string, zk: string): string[] {
  const attributes = Object.entries(group.attributes).map(([name, value]) => `${name}:${value}`);
  return argv("agent", group.version, [
    ["master", zk],
    ["ip", address],
    ["hostname", address],
    ["work_dir", workDir],
    ["containerizers", "mesos"],
    ["isolation", "posix/cpu,posix/mem"],
    ["launcher", "posix"],
    ["systemd_enable_support", "false"],
    ["switch_user", "false"],
    ...(group.resources === undefined ? [] : [["resources", group.resources] as const]),
    ...(attributes.length === 0 ? [] : [["attributes", attributes.join(";")] as const]),
    ...(spec.timings === "fast" ? fastAgent : []),
  ]);
}

/** The master's program. */
export const masterProgram = "mesos-master";

/** The agent's program: `mesos-agent` exists from 1.0 on (src/Makefile.am). */
export function agentProgram(version: string): string {
  return atLeast(version, "1.0.0-rc1") ? "mesos-agent" : "mesos-slave";
}

function argv(role: MesosRole, version: string, flags: readonly Flag[]): string[] {
  return flags.flatMap(([names, value]) => {
    const known = [names].flat().find((name) => acceptsFlag(role, version, name));
    return known === undefined ? [] : [`--${known}=${value}`];
  });
}
