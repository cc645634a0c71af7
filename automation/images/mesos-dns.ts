import { existsSync, realpathSync } from "node:fs";
import * as path from "node:path";
import type { MesosDnsSpec } from "../../config/spec";
import { mesosDnsBuilt, mesosDnsImages } from "../../mesos/mesos-dns";
import type { ResolvedImage } from "../../plan/inputs";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { baseImage } from "./base";
import { buildOnce, buildReference, imageId, pull, type BuildContext, type Errand } from "./engine";

const ownImage = 'image: { custom: { repository: my/mesos-dns, tag: "{version}" } }';

/**
 * The image of a Mesos-DNS: the one that is asked for; else the published one where the engine has it or a registry
 * answers, else the one that is built from its Go module.
 */
export async function mesosDnsImage(
  { version, image }: MesosDnsSpec,
  errand: Errand,
): Promise<ResolvedImage> {
  const release = version.replace(/^v/, "");
  if (image?.kind === "go") return built(release, errand);
  const tag = mesosDnsImages.tags[release];
  const reference =
    image?.kind === "custom"
      ? `${image.repository}:${image.tag}`
      : tag === undefined
        ? undefined
        : `${mesosDnsImages.repository}:${tag}`;
  const present = reference === undefined ? undefined : await imageId(reference);
  if (reference !== undefined && present !== undefined) return { reference, id: present, env: {} };
  // What this engine built earlier keeps being used: a registry that comes back must not replace it.
  if (image === undefined && release === mesosDnsBuilt && (await builtBefore()))
    return built(release, errand);
  const id = reference === undefined ? undefined : await pull(reference, errand);
  if (reference !== undefined && id !== undefined) return { reference, id, env: {} };
  if (image === undefined && release === mesosDnsBuilt) {
    errand.say(`no registry answers for ${reference ?? ""}: using Mesos-DNS ${release} of its Go module`);
    return built(release, errand);
  }
  throw new PreconditionError(
    reference === undefined
      ? `${mesosDnsImages.repository} has no image of Mesos-DNS ${release} (it has ${Object.keys(mesosDnsImages.tags).join(", ")}); write mesosDns: { ${ownImage} }`
      : `image ${reference} is not on the Docker engine, and no registry gives it out to this machine; ` +
          `take version ${mesosDnsBuilt}, which can be built, or write mesosDns: { ${ownImage} }`,
  );
}

async function built(release: string, errand: Errand): Promise<ResolvedImage> {
  if (release !== mesosDnsBuilt) {
    throw new PreconditionError(
      `only Mesos-DNS ${mesosDnsBuilt} can be built from its Go module, not ${release}; write version: "${mesosDnsBuilt}", or mesosDns: { ${ownImage} }`,
    );
  }
  if (!existsSync(program())) {
    throw new PreconditionError(
      `Mesos-DNS ${release} is not built yet; run: node toolchain/setup.js --only mesos-dns`,
    );
  }
  return { ...(await buildOnce(context(await baseImage(errand)), errand)), env: {} };
}

async function builtBefore(): Promise<boolean> {
  const base = await imageId("mesos-matrix/debian:bookworm");
  if (base === undefined || !existsSync(program())) return false;
  return (await imageId(buildReference(context(base)))) !== undefined;
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
