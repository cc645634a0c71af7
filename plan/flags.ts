import type { AgentGroupSpec, ClusterSpec, EnvValue } from "../config/spec";
import { firstKnown } from "../mesos/flag-history";
import { majorityOf } from "../mesos/majority";
import { canonicalFlag, type MesosRole } from "../mesos/flags";
import { atLeast } from "../mesos/versions";
import { usualPorts, type Place } from "./places";
import type { DockerTasks } from "./docker-tasks";
import type { UserFlags } from "./user-flags";

/** Where a master's or agent's data lies in its container. */
export const workDir = "/var/lib/mesos";

/** What a user says of a process's flags: in `flags`, and by `MESOS_*` variables. */
interface UserSettings {
  readonly flags: UserFlags["values"];
  readonly env: Readonly<Record<string, EnvValue>>;
}

/** A flag under its name now and, where it was renamed, the older names: the first that the version knows is used. */
export type Flag = readonly [names: string | readonly string[], value: string];

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

/** The flags that `timings: fast` sets, of masters and agents. */
export const fastFlags: readonly Flag[] = [...fastMaster, ...fastAgent];

/** argv of a master: only flags that its version accepts, each once; the user's before our defaults. */
export function masterArgv(
  spec: ClusterSpec,
  user: UserFlags["values"],
  { address, ports }: Place,
  zk: string,
): string[] {
  const settings = { flags: user, env: spec.masters.env };
  return argv("master", spec.masters.version, settings, [
    ["zk", zk],
    ["quorum", String(majorityOf(spec.masters.count))],
    ["cluster", spec.name],
    ["ip", address],
    ...portFlag("master", ports[0]),
    // The address is the name: it resolves for everybody who can reach the cluster (facts on /redirect).
    ["hostname", address],
    ["work_dir", workDir],
    ...(spec.timings === "fast" ? fastMaster : []),
  ]);
}

/**
 * argv of an agent: only flags that its version accepts, each once; the user's before our defaults. The default
 * isolation is the one that needs no rights of the host.
 */
export function agentArgv(
  spec: ClusterSpec,
  group: AgentGroupSpec,
  user: UserFlags["values"],
  { address, ports, tasks }: Place,
  zk: string,
  docker: Pick<DockerTasks, "workDir" | "flags"> | undefined,
): string[] {
  const resources = withTaskPorts(group.resources, tasks);
  const attributes = Object.entries(group.attributes).map(([name, value]) => `${name}:${value}`);
  return argv("agent", group.version, { flags: user, env: group.env }, [
    ["master", zk],
    ["ip", address],
    ...portFlag("agent", ports[0]),
    ["hostname", address],
    ["work_dir", docker?.workDir ?? workDir],
    ["containerizers", "mesos"],
    ...(docker?.flags ?? []),
    ["isolation", "posix/cpu,posix/mem"],
    ["launcher", "posix"],
    ["systemd_enable_support", "false"],
    ["switch_user", "false"],
    ...(resources === undefined ? [] : [["resources", resources] as const]),
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

/**
 * A flag that the user gives, by argv or environment, replaces ours: given in both ways it would end a Mesos until
 * 1.0.1, and under two names every Mesos (stout flags.hpp).
 */
function argv(role: MesosRole, version: string, user: UserSettings, flags: readonly Flag[]): string[] {
  const variables = Object.keys(user.env).flatMap((name) =>
    name.startsWith("MESOS_") ? [name.slice("MESOS_".length).toLowerCase()] : [],
  );
  const theirs = new Set(
    [...Object.keys(user.flags), ...variables].map((name) => canonicalFlag(role, version, name)),
  );
  const ours = flags.flatMap(([names, value]) => {
    const known = firstKnown(role, version, [names].flat());
    const free = known !== undefined && !theirs.has(canonicalFlag(role, version, known));
    return free ? [`--${known}=${value}`] : [];
  });
  return [...ours, ...Object.entries(user.flags).map(([name, value]) => `--${name}=${value}`)];
}

/** Said only where it is not Mesos' own default. */
function portFlag(role: MesosRole, port: number): readonly Flag[] {
  return port === usualPorts[role][0] ? [] : [["port", String(port)]];
}

/** Agents that share a host must not offer the same ports; what the user says of ports, or writes as JSON, stands. */
function withTaskPorts(resources: string | undefined, tasks: Place["tasks"]): string | undefined {
  const own = resources ?? "";
  if (tasks === undefined || /\bports\b/.test(own) || own.trimStart().startsWith("[")) return resources;
  return [...(own === "" ? [] : [own.replace(/;\s*$/, "")]), `ports:[${tasks.join("-")}]`].join(";");
}
