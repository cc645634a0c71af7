import { docker } from "./docker";

/** Agents give their containers names of this kind. Source: DOCKER_NAME_PREFIX, apache/mesos src/slave/containerizer/docker.hpp. */
const prefix = "mesos-";

interface Inspected {
  readonly Name: string;
  readonly Mounts: readonly { readonly Source?: string }[];
}

/**
 * Containers of Docker tasks, and of their executors, that agents of a cluster started. Mesos puts no label of ours on
 * them; what proves whose they are is the sandbox that is mounted, in the volume of one of the cluster's agents.
 */
export function taskContainers(cluster: string, engine?: string): Promise<string[]> {
  return containersWithSandbox((path) => isSandboxOf(cluster, path), engine);
}

/**
 * Removes the containers of Docker tasks of the agent whose work_dir is this volume; answers with their names.
 * @throws DockerError where one stays
 */
export async function removeTaskContainers(volume: string, engine?: string): Promise<string[]> {
  const names = await containersWithSandbox((path) => volumeOf(path) === volume, engine);
  if (names.length > 0) await docker(["container", "rm", "--force", "--volumes", ...names], { engine });
  return names;
}

async function containersWithSandbox(own: (path: string) => boolean, engine?: string): Promise<string[]> {
  const listed = await docker(
    [
      ...["container", "ls", "--all", "--no-trunc", "--filter", `name=^/?${prefix}`],
      ...["--format", "{{.ID}}"],
    ],
    { engine },
  );
  const ids = listed.split("\n").filter((id) => id !== "");
  if (ids.length === 0) return [];
  // One that ends meanwhile and is removed makes the whole command fail, though it tells of the others.
  const texts = await Promise.all(
    ids.map((id) => docker(["container", "inspect", id], { engine }).catch(() => "[]")),
  );
  return texts
    .flatMap((text) => JSON.parse(text) as Inspected[])
    .filter(({ Mounts }) => Mounts.some(({ Source = "" }) => own(Source)))
    .map(({ Name }) => Name.replace(/^\//, ""))
    .sort();
}

/** Whether a path of the host lies in the volume of a work_dir of one of the cluster's agents. */
export function isSandboxOf(cluster: string, path: string): boolean {
  const volume = volumeOf(path);
  if (volume?.startsWith(`${cluster}-`) !== true) return false;
  return /^agent(?:-\d+){1,2}-work-[0-9a-f]{8}$/.test(volume.slice(cluster.length + 1));
}

/** Name of the volume in which a path of the host lies. */
function volumeOf(path: string): string | undefined {
  return /\/volumes\/([^/]+)\/_data(?:\/|$)/.exec(path)?.[1];
}
