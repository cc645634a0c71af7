import { existsSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { usesDocker } from "../config/oracle/settings";
import type { AgentGroupSpec, ClusterSpec } from "../config/spec";
import { imageTraits } from "../mesos/image-quirks";
import type { DockerInputs, PlanInputs } from "../plan/inputs";
import { localHost } from "../plan/placement";
import { docker, DockerError } from "../readiness/docker";
import { PreconditionError } from "./precondition";

/** Where the docker client is on hosts that ssh reaches. */
const usualClient = "/usr/bin/docker";

/**
 * What Docker tasks need to know of the hosts: where the engine keeps its volumes, and which docker client each group of
 * agents uses. Undefined where no group runs Docker tasks.
 * @throws PreconditionError where there is no client that runs in a group's image
 */
export async function dockerInputs(
  spec: ClusterSpec,
  images: PlanInputs["images"],
): Promise<DockerInputs | undefined> {
  const groups = spec.agents.map((group, g) => ({ group, owner: `agents[${g}]` }));
  const running = groups.filter(({ group }) => usesDocker(spec, group));
  if (running.length === 0) return undefined;
  if (spec.target.kind !== "local") {
    const clients = running.flatMap(({ group, owner }) => (hasOwn(group) ? [] : [[owner, usualClient]]));
    return { roots: {}, clients: Object.fromEntries(clients) as DockerInputs["clients"] };
  }
  const root = (await docker(["info", "--format", "{{.DockerRootDir}}"])).trim();
  const clients: [string, string][] = [];
  for (const { group, owner } of running) {
    const mounted = await clientFor(group, owner, images[owner]?.id ?? "");
    if (mounted !== undefined) clients.push([owner, mounted]);
  }
  return {
    roots: { [localHost]: root },
    clients: Object.fromEntries(clients),
  };
}

/** By the table, proven by running it: the image's own client, or this machine's, which is mounted. */
async function clientFor(group: AgentGroupSpec, owner: string, image: string): Promise<string | undefined> {
  const expected = hasOwn(group);
  if (expected || group.image.kind !== "simulator") {
    const own = await runsIn(image, "docker", []);
    if (own === undefined) return undefined;
    if (expected)
      throw new PreconditionError(
        `the docker client that ${owner}'s image should have does not run there: ${own}`,
      );
  }
  const client = clientOfThisMachine();
  if (client === undefined) {
    throw new PreconditionError(
      `${owner} runs Docker tasks, its image has no docker client, and none is on this machine's PATH to be mounted; ` +
        "install one (docker-cli, or the static one of download.docker.com), or use an image that has one",
    );
  }
  const failure = await runsIn(image, usualClient, [
    "--mount",
    `type=bind,source=${client},target=${usualClient},readonly`,
  ]);
  if (failure === undefined) return client;
  throw new PreconditionError(
    `${owner} runs Docker tasks, its image has no docker client, and this machine's ${client} does not run there: ${failure}; ` +
      "put the static client of download.docker.com first on PATH, or use an image that has one",
  );
}

/** What the tables say of the image; of images of the user's own nothing is known before they are asked. */
function hasOwn({ image, version }: AgentGroupSpec): boolean {
  return image.kind === "mesosphere" || image.kind === "redjack" || image.kind === "mesos"
    ? imageTraits(image.kind, "agent", version).dockerCli
    : false;
}

/** Why the client does not run in a container of the image; undefined where it does. */
async function runsIn(image: string, client: string, mounts: readonly string[]): Promise<string | undefined> {
  const words = ["run", "--rm", "--network", "none", ...mounts, "--entrypoint", client, image, "--version"];
  try {
    await docker(words, { timeout: 60 });
    return undefined;
  } catch (error) {
    if (error instanceof DockerError) return error.message;
    throw error;
  }
}

function clientOfThisMachine(): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, "docker");
    if (path.isAbsolute(folder) && existsSync(file)) return realpathSync(file);
  }
  return undefined;
}
