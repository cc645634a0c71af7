import { referencesFor } from "../../config/references";
import { existsSync, realpathSync } from "node:fs";
import * as path from "node:path";
import type { MesosDnsSpec } from "../../config/spec";
import { mesosDnsBuilt, mesosDnsImages } from "../../mesos/mesos-dns";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage, localBase } from "./base";
import { buildOnce, buildReference, findImage, type BuildContext } from "./engine";
import { failureText } from "./failures";
import { found, isFailed, publishedOr, type Found, type ImageErrand } from "./look-up";
import { isOwn, ownImage } from "./own";

const another = 'image: { custom: { repository: my/mesos-dns, tag: "{version}" } }';

/**
 * The image of a Mesos-DNS: the one that is asked for; else the published one where the engine has it or a registry
 * answers, else the one that is built from its Go module.
 */
export async function mesosDnsImage(
  { version, image }: Pick<MesosDnsSpec, "version" | "image">,
  errand: ImageErrand,
): Promise<Found> {
  const release = version.replace(/^v/, "");
  if (image?.kind === "go") return built(release, errand);
  if (image !== undefined && isOwn(image)) return ownImage(image, errand);
  const tag = mesosDnsImages.tags[release];
  const buildable = image === undefined && release === mesosDnsBuilt;
  const ofModule = { before: () => builtBefore(), make: () => built(release, errand) };
  if (tag === undefined) {
    if (buildable) return built(release, errand);
    throw new PreconditionError(
      `${mesosDnsImages.repository} has no image of Mesos-DNS ${release} (it has ${Object.keys(mesosDnsImages.tags).join(", ")}); write mesosDns: { ${another} }`,
    );
  }
  const references = referencesFor(`${mesosDnsImages.repository}:${tag}`, errand.registry);
  const answer = await publishedOr(references, buildable ? ofModule : undefined, errand);
  if (!isFailed(answer)) return answer;
  throw new PreconditionError(
    `${await failureText(answer, errand)}; take version ${mesosDnsBuilt}, which can be built, or write mesosDns: { ${another} }`,
  );
}

async function built(release: string, errand: ImageErrand): Promise<Found> {
  if (release !== mesosDnsBuilt) {
    throw new PreconditionError(
      `only Mesos-DNS ${mesosDnsBuilt} can be built from its Go module, not ${release}; write version: "${mesosDnsBuilt}", or mesosDns: { ${another} }`,
    );
  }
  if (!existsSync(program())) {
    throw new PreconditionError(
      `Mesos-DNS ${release} is not built yet; run: node toolchain/setup.js --only mesos-dns`,
    );
  }
  const image = await buildOnce(context(await baseImage(errand)), errand);
  return found(image.reference, image, "build");
}

async function builtBefore(): Promise<Found | undefined> {
  const base = await findImage(localBase);
  if (base === undefined || !existsSync(program())) return undefined;
  const reference = buildReference(context(base.id));
  const image = await findImage(reference);
  return image === undefined ? undefined : found(reference, image, "build");
}

/** The set-up leaves a link to what it built. */
function program(): string {
  return path.join(packageRoot, "dist", "mesos-dns");
}

function context(base: string): BuildContext {
  return {
    name: "mesos-dns",
    files: {
      Dockerfile: path.join(packageRoot, "images", "mesos-dns", "Dockerfile"),
      "mesos-dns": realpathSync(program()),
    },
    args: { BASE: base },
  };
}
