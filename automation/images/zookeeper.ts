import { referencesFor } from "../../config/references";
import * as path from "node:path";
import type { ZookeeperSpec } from "../../config/spec";
import { defaultZookeeper } from "../../mesos/zookeeper";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage, localBase } from "./base";
import { buildOnce, buildReference, findImage, type BuildContext } from "./engine";
import { failureText } from "./failures";
import { found, isFailed, publishedOr, type Found, type ImageErrand } from "./look-up";
import { ownImage } from "./own";

/** What Debian 12 packages. */
const packaged = "3.8.0";

/** The user's own image; else the official one where a registry answers or the engine has it; else Debian's package. */
export async function zookeeperImage(
  { version, image }: Pick<ZookeeperSpec, "version" | "image">,
  errand: ImageErrand,
): Promise<Found> {
  if (image !== undefined) return ownImage(image, errand);
  const wanted = version ?? defaultZookeeper;
  const references = referencesFor(`zookeeper:${wanted}`, errand.registry);
  const buildable = packaged === wanted || packaged.startsWith(`${wanted}.`);
  const packagedOne = { before: () => builtBefore(errand), make: () => built(errand) };
  const answer = await publishedOr(references, buildable ? packagedOne : undefined, errand);
  if (!isFailed(answer)) return answer;
  throw new PreconditionError(
    `${await failureText(answer, errand)}; Debian's package is ${packaged}: ` +
      `write zookeeper: {version: "${packaged}"}, or leave the version out`,
  );
}

async function built(errand: ImageErrand): Promise<Found> {
  const image = await buildOnce(await context(errand), errand);
  return found(image.reference, image, "build");
}

async function builtBefore(errand: ImageErrand): Promise<Found | undefined> {
  if ((await findImage(localBase)) === undefined) return undefined;
  const reference = buildReference(await context(errand));
  const image = await findImage(reference);
  return image === undefined ? undefined : found(reference, image, "build");
}

async function context(errand: ImageErrand): Promise<BuildContext> {
  const folder = path.join(packageRoot, "images", "zookeeper");
  const names = ["Dockerfile", "archive.sh", "entrypoint.sh"];
  return {
    name: "zookeeper",
    files: Object.fromEntries(names.map((name) => [name, path.join(folder, name)])),
    args: { BASE: await baseImage(errand) },
  };
}
