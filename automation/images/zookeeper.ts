import * as path from "node:path";
import { defaultZookeeper } from "../../mesos/zookeeper";
import type { ResolvedImage } from "../../plan/inputs";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { buildOnce, buildReference, imageId, pull, type BuildContext, type Say } from "./engine";

/** What Debian 12 packages. */
const packaged = "3.8.0";

/** The official image where a registry answers or the engine has it, else one built from Debian's package. */
export async function zookeeperImage(version: string | undefined, say: Say): Promise<ResolvedImage> {
  const wanted = version ?? defaultZookeeper;
  const reference = `zookeeper:${wanted}`;
  const present = await imageId(reference);
  if (present !== undefined) return { reference, id: present, env: {} };
  const buildable = packaged === wanted || packaged.startsWith(`${wanted}.`);
  const built = buildable ? await builtBefore(say) : undefined;
  if (built !== undefined) return built;
  const id = await pull(reference, say);
  if (id !== undefined) return { reference, id, env: {} };
  if (!buildable) {
    throw new PreconditionError(
      `no registry answers for ${reference}, and Debian's package is ${packaged}; ` +
        `write zookeeper: {version: "${packaged}"}, or leave the version out`,
    );
  }
  say(`no registry answers for ${reference}: using Debian's ZooKeeper ${packaged}`);
  return { ...(await buildOnce(await context(say), say)), env: {} };
}

/** What this engine built earlier keeps being used: a registry that comes back must not replace a running ensemble. */
async function builtBefore(say: Say): Promise<ResolvedImage | undefined> {
  const base = await imageId("mesos-matrix/debian:bookworm");
  if (base === undefined) return undefined;
  const reference = buildReference(await context(say));
  const id = await imageId(reference);
  return id === undefined ? undefined : { reference, id, env: {} };
}

async function context(say: Say): Promise<BuildContext> {
  const folder = path.join(packageRoot, "images", "zookeeper");
  const names = ["Dockerfile", "archive.sh", "entrypoint.sh"];
  return {
    name: "zookeeper",
    files: Object.fromEntries(names.map((name) => [name, path.join(folder, name)])),
    args: { BASE: await baseImage(say) },
  };
}
