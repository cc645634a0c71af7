import { atLeast, inRange } from "./versions";
import type { Fact } from "./fact";

/** What the machine under the containers must have. */
export const hostNeeds = {
  cgroupV1: {
    fact: "the docker containerizer tests at start that the cgroup v1 hierarchy `cpu` is mounted, and the agent exits without it, at every tag and on master",
    source: "apache/mesos src/docker/docker.cpp",
  },
  cgroupV1Isolation: {
    fact: "isolators of cgroups and namespaces, the linux launcher and Docker images of the Mesos containerizer need cgroup v1 controllers; master (1.12-dev) alone knows cgroup v2",
    source: "apache/mesos docs/cgroups2-support.md, src/slave/containerizer/mesos/linux_launcher.cpp",
  },
  schema1: {
    fact: "images pushed by Docker before 1.10 (February 2016) have schema-1 manifests, which Docker Engine no longer pulls by default from 26.0 and not at all from 28.2",
    source: "https://docs.docker.com/engine/deprecated/#pushing-and-pulling-with-image-manifest-v2-schema-1",
  },
  dockerApi: {
    fact: "Docker Engine 25 speaks API 1.24 and newer, Engine 29 API 1.44 and newer; a client in an old image (17.05: API 1.29) cannot talk to it",
    source: "https://docs.docker.com/engine/deprecated/#deprecate-legacy-api-versions",
  },
  oldDockerCli: {
    fact: "agents of 0.20.0 to 0.21.1 and 0.22.0 to 0.22.1 want `docker version` to print `Client version:`, as clients before Docker 1.8 did",
    source: "apache/mesos src/docker/docker.cpp",
  },
  killsOrphans: {
    fact: "an agent removes Docker containers of Mesos that are not its own when it recovers; from 0.23 on docker_kill_orphans=false turns that off, before nothing does",
    source: "apache/mesos src/slave/containerizer/docker.cpp, src/slave/flags.cpp",
  },
} as const satisfies Record<string, Fact>;

/** Versions whose docker containerizer takes only a docker client older than 1.8. */
const oldCliRanges: readonly (readonly [string, string])[] = [
  ["0.20.0-rc1", "0.21.1"],
  ["0.22.0-rc1", "0.22.1"],
];

/** Whether the docker containerizer of this version takes only a docker client older than 1.8. */
export function wantsOldDockerCli(version: string): boolean {
  return oldCliRanges.some((range) => inRange(version, range));
}

/** Docker engines by the first release that speaks no older API. Source: docs.docker.com/engine/deprecated. */
const engineApis: readonly (readonly [engine: number, minimum: string])[] = [
  [25, "1.24"],
  [29, "1.44"],
];

/** The oldest API that an engine (`28.2.1`) speaks, or undefined where it speaks all that Mesos' clients need. */
export function engineApiMinimum(engine: string): string | undefined {
  return engineApis.findLast(([since]) => Number(engine.split(".")[0]) >= since)?.[1];
}

/** The oldest Docker client that the docker containerizer takes. Source: apache/mesos src/docker/docker.cpp. */
export function dockerCliMinimum(version: string): string {
  const since18 = ["1.4.3", "1.5.2", "1.6.2", "1.7.1"];
  const own = since18.find((tag) => tag.split(".")[1] === version.split(".")[1] && version.startsWith("1."));
  const raised = own === undefined ? atLeast(version, "1.8.0-rc1") : atLeast(version, own);
  return raised ? "1.8" : "1.0";
}

/** Whether an isolator needs cgroup v1, that is, everything but the ones that only watch processes. */
export function needsCgroupV1(isolator: string): boolean {
  return /^(?:cgroups\/|namespaces\/|filesystem\/linux$|linux\/)/.test(isolator);
}
