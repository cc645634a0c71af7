import { docker } from "../../readiness/docker";

/** A container that an agent of Mesos started for a Docker task. */
export interface TaskContainer {
  readonly id: string;
  /** `mesos-<uuid>`, before 1.0 `mesos-<agent>.<uuid>`. Source: DOCKER_NAME_PREFIX in src/slave/containerizer/docker.hpp. */
  readonly name: string;
  /** The cluster whose agent started it. */
  readonly cluster: string;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
  readonly Mounts: readonly { readonly Source: string; readonly Destination: string }[];
}

const taskName = /^mesos-[0-9A-Za-z.-]*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/**
 * Task containers of our agents. Mesos gives them no label of ours; what proves where they come from is their sandbox,
 * which lies in the work_dir of an agent container that carries our label, or in a volume that does.
 */
export async function taskContainers(engine?: string): Promise<TaskContainer[]> {
  const all = await docker(
    ["container", "ls", "--all", "--format", "{{.ID}}\t{{.Names}}", "--filter", "name=mesos-"],
    {
      engine,
    },
  );
  const named = all.split("\n").map((line) => line.split("\t"));
  const ids = named.flatMap(([id = "", name = ""]) => (taskName.test(name) ? [id] : []));
  const tasks = (await inspectAll(ids, engine)).filter(
    ({ Config }) => Config.Labels?.["mesos-matrix.cluster"] === undefined,
  );
  if (tasks.length === 0) return [];
  const homes = [...(await agentFolders(engine)), ...(await volumeFolders(engine))];
  return tasks.flatMap(({ Id, Name, Mounts }) => {
    const home = homes.find(({ folder }) => Mounts.some(({ Source }) => Source.startsWith(`${folder}/`)));
    return home === undefined ? [] : [{ id: Id, name: Name.replace(/^\//, ""), cluster: home.cluster }];
  });
}

/** Removes them; answers with what could not be removed, in words. */
export async function removeTaskContainers(
  tasks: readonly TaskContainer[],
  engine?: string,
): Promise<string[]> {
  const failures: string[] = [];
  for (const { id, name } of tasks) {
    await docker(["container", "rm", "--force", "--volumes", id], { engine }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      if (!/no such container/i.test(reason)) failures.push(`container ${name} (${reason})`);
    });
  }
  return failures;
}

interface Home {
  readonly cluster: string;
  /** On the engine's machine. */
  readonly folder: string;
}

/** Where agents keep their work_dirs: a sandbox is at `slaves/<agent>/frameworks/...` below one of these. */
async function agentFolders(engine: string | undefined): Promise<Home[]> {
  const ids = await docker(
    ["container", "ls", "--all", "--quiet", "--filter", "label=mesos-matrix.role=agent"],
    {
      engine,
    },
  );
  const agents = await inspectAll(ids.split("\n").filter(Boolean), engine);
  return agents.flatMap(({ Config, Mounts }) => {
    const cluster = Config.Labels?.["mesos-matrix.cluster"];
    if (cluster === undefined) return [];
    // A socket or a folder of the system is no work_dir.
    const folders = Mounts.map(({ Source }) => Source).filter((source) => source.split("/").length > 3);
    return folders.map((folder) => ({ cluster, folder }));
  });
}

async function volumeFolders(engine: string | undefined): Promise<Home[]> {
  const format = '{{.Label "mesos-matrix.cluster"}}\t{{.Mountpoint}}';
  const text = await docker(["volume", "ls", "--filter", "label=mesos-matrix.cluster", "--format", format], {
    engine,
  });
  return text.split("\n").flatMap((line) => {
    const [cluster = "", folder = ""] = line.split("\t");
    return cluster === "" || folder === "" ? [] : [{ cluster, folder }];
  });
}

/** One by one: a task may end between the two commands, and that must not hide the others. */
async function inspectAll(ids: readonly string[], engine: string | undefined): Promise<Inspected[]> {
  const found = await Promise.all(
    ids.map((id) => docker(["container", "inspect", id], { engine }).catch(() => "[]")),
  );
  return found.flatMap((text) => JSON.parse(text) as Inspected[]);
}
