import type { ClusterPlan, ContainerPlan, TaskRemovalPlan } from "./types";

/** Key of what removes an agent's Docker tasks: `agent-1-tasks`. */
export function taskRemovalKey({ key }: Pick<ContainerPlan, "key">): string {
  return `${key}-tasks`;
}

/** Which Docker tasks go with a container; undefined where it starts none. */
export function taskRemoval(
  { hosts, volumes }: Pick<ClusterPlan, "hosts" | "volumes">,
  { role, host, hostProcesses, mounts }: ContainerPlan,
): TaskRemovalPlan | undefined {
  if (role !== "agent" || !hostProcesses) return undefined;
  const found = hosts.find(({ key }) => key === host);
  const volume = volumes.find(({ key }) => mounts.some((mount) => mount.volume === key));
  return found === undefined || volume === undefined ? undefined : { host: found, volume: volume.name };
}
