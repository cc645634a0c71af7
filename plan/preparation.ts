import { reviewCluster } from "../config/oracle/review";
import type { HostFacts } from "../config/oracle/rule";
import type { ClusterSpec } from "../config/spec";

/** What a cluster needs of every host beside ssh. */
export interface HostNeeds {
  /** Whether something of the cluster works with cgroup v1 alone. */
  readonly cgroupV1: boolean;
  /** Major version of Docker from which on it cannot run the images; undefined: any will do. */
  readonly engineBelow: number | undefined;
}

/**
 * Sessions in a connection, and connections at a time, that a prepared sshd allows; by default it allows 10 of each
 * (sshd_config(5)). One number for all clusters, because of several files sshd takes the first.
 */
export const sshSessions = 100;

/** Megabytes that Docker's folder on a host must have left. */
const diskMegabytes = 1024;

/** Releases of Docker that no longer do what older ones did (mesos/host-needs.ts). */
const engineSteps = [26, 28, 29];

/** Asks the rules over clusters what they would say of a host that has less. */
export function hostNeeds(spec: ClusterSpec): HostNeeds {
  const settled = { cgroup: "v1", engine: "20.10.24" } as const;
  const usual = refusedRules(spec, settled);
  const refuses = (host: HostFacts): boolean =>
    refusedRules(spec, { ...settled, ...host }).some((rule) => !usual.includes(rule));
  return {
    cgroupV1: refuses({ cgroup: "v2" }),
    engineBelow: engineSteps.find((major) => refuses({ engine: `${major}.0.0` })),
  };
}

function refusedRules(spec: ClusterSpec, host: HostFacts): string[] {
  return reviewCluster(spec, host).refused.map(({ rule }) => rule);
}

/** A host as the scripts for it take it (components/hosts/scripts); `name` is how messages call it. */
export interface ScriptHost {
  readonly name: string;
  readonly user: string;
  readonly needs: HostNeeds;
}

/**
 * Variables of check.sh.
 * @param options prepare: what prepare.sh will see to is no failure; firewall: whether rules will be made; now:
 *   seconds since 1970, undefined where the clock is not to be looked at
 */
export function checkVariables(
  { name, needs }: ScriptHost,
  options: { prepare: boolean; firewall: boolean; now: number | undefined },
): Record<string, string> {
  return {
    MM_HOST: name,
    MM_PREPARE: options.prepare ? "1" : "0",
    MM_FIREWALL: options.firewall ? "1" : "0",
    MM_NOW: options.now === undefined ? "" : String(options.now),
    MM_DISK_MB: String(diskMegabytes),
    ...needed(needs),
  };
}

/** Variables of prepare.sh; `cluster` names what is taken back with the cluster. */
export function prepareVariables({ name, user, needs }: ScriptHost, cluster: string): Record<string, string> {
  return {
    MM_HOST: name,
    MM_USER: user,
    MM_NAME: cluster,
    MM_SESSIONS: String(sshSessions),
    ...needed(needs),
  };
}

function needed({ cgroupV1, engineBelow }: HostNeeds): Record<string, string> {
  return {
    MM_CGROUP: cgroupV1 ? "v1" : "any",
    MM_ENGINE_BELOW: engineBelow === undefined ? "" : String(engineBelow),
  };
}
