import * as path from "node:path";
import { defaultZookeeper } from "../../mesos/zookeeper";
import type { ResolvedImage } from "../../plan/inputs";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { buildOnce, buildReference, imageId, pull, type BuildContext, type Errand } from "./engine";

/** What Debian 12 packages. */
const packaged = "3.8.0";

/** The official image where a registry answers or the engine has it, else one built from Debian's package. */
export async function zookeeperImage(version: string | undefined, errand: Errand): Promise<ResolvedImage> {
  const wanted = version ?? defaultZookeeper;
  const reference = `zookeeper:${wanted}`;
  const present = await imageId(reference);
  if (present !== undefined) return { reference, id: present, env: {} };
  const buildable = packaged === wanted || packaged.startsWith(`${wanted}.`);
  const built = buildable ? await builtBefore(errand) : undefined;
  if (built !== undefined) return built;
  const id = await pull(reference, errand);
  if (id !== undefined) return { reference, id, env: {} };
  if (!buildable) {
    throw new PreconditionError(
      `no registry answers for ${reference}, and Debian's package is ${packaged}; ` +
        `write zookeeper: {version: "${packaged}"}, or leave the version out`,
    );
  }
  errand.say(`no registry answers for ${reference}: using Debian's ZooKeeper ${packaged}`);
  return { ...(await buildOnce(await context(errand), errand)), env: {} };
}

/** What this engine built earlier keeps being used: a registry that comes back must not replace a running ensemble. */
async function builtBefore(errand: Errand): Promise<ResolvedImage | undefined> {
  const base = await imageId("mesos-matrix/debian:bookworm");
  if (base === undefined) return undefined;
  const reference = buildReference(await context(errand));
  const id = await imageId(reference);
  return id === undefined ? undefined : { reference, id, env: {} };
}

async function context(errand: Errand): Promise<BuildContext> {
  const folder = path.join(packageRoot, "images", "zookeeper");
  const names = ["Dockerfile", "archive.sh", "entrypoint.sh"];
  return {
    name: "zookeeper",
    files: Object.fromEntries(names.map((name) => [name, path.join(folder, name)])),
    args: { BASE: await baseImage(errand) },
  };
}
