import type { AgentGroupSpec, ClusterSpec } from "../config/spec";
import { usesDocker } from "../config/oracle/settings";
import { wantsOldDockerCli } from "../mesos/host-needs";
import type { Flag } from "./flags";
import type { PlanInputs } from "./inputs";
import type { ContainerPlan } from "./types";

/** What an agent's container has so that its tasks may be containers of the host's engine. */
export interface DockerTasks extends Pick<
  ContainerPlan,
  "hostMounts" | "capabilities" | "hostProcesses" | "uploads"
> {
  /** The same path on the host and in the container: the engine mounts sandboxes by the agent's words. */
  readonly workDir: string;
  readonly flags: readonly Flag[];
}

const socket = "/var/run/docker.sock";
const client = "/usr/bin/docker";
const wrapper = "/etc/mesos-matrix/docker";

/** Where Debian's and most other engines keep their data. */
const usualRoot = "/var/lib/docker";

/**
 * What a group that runs Docker tasks needs of its host; undefined for one that runs none. The engine's socket is
 * root's key to the host: whoever asks for Docker tasks hands it out. In place of all privileges the agent gets the two
 * with which Mesos looks into its tasks' namespaces (src/slave/containerizer/docker.cpp), and sees the host's
 * processes, of which its tasks are some.
 * @param owner `agents[0]` @param volume name of the volume of its work_dir
 */
export function dockerTasks(
  spec: ClusterSpec,
  group: AgentGroupSpec,
  place: { readonly owner: string; readonly host: string; readonly volume: string },
  inputs: PlanInputs,
): DockerTasks | undefined {
  if (!usesDocker(spec, group)) return undefined;
  const { roots = {}, clients = {} } = inputs.docker ?? {};
  const mounted = clients[place.owner];
  const wrapped = wantsOldDockerCli(group.version);
  return {
    workDir: `${roots[place.host] ?? usualRoot}/volumes/${place.volume}/_data`,
    hostMounts: [
      { source: socket, path: socket, readOnly: false },
      { source: "/sys/fs/cgroup", path: "/sys/fs/cgroup", readOnly: false },
      ...(mounted === undefined ? [] : [{ source: mounted, path: client, readOnly: true }]),
    ],
    capabilities: ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"],
    hostProcesses: true,
    uploads: wrapped ? [{ path: wrapper, content: wrapperText, executable: true }] : [],
    flags: [
      ["docker_kill_orphans", "false"],
      ...(wrapped ? [["docker", wrapper] as const] : []),
      ...(mounted !== undefined && !wrapped ? [["docker", client] as const] : []),
    ],
  };
}

/**
 * Answers `docker version` as a client before 1.8 did, which is all that these agents look at; everything else is the
 * client's. Source: apache/mesos src/docker/docker.cpp at 0.22.1.
 */
const wrapperText = `#!/bin/sh
if [ "$1" = version ]; then
  echo "Client version: 1.7.1"
  exit 0
fi
exec docker "$@"
`;
