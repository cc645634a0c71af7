import type { ImageSource } from "../../config/spec";
import type { MesosRole } from "../../mesos/flags";
import { vendorImage, vendorVersions } from "../../mesos/images";
import type { ResolvedImage } from "../../plan/inputs";
import { PreconditionError } from "../precondition";
import { imageId, pull, type Errand } from "./engine";
import { simulatorImage } from "./simulator";

const otherSources =
  "other sources: image: simulator (a stand-in, no real Mesos), or custom: {repository, tag} of an image of your own";

/** Finds the image for a role and version: on the engine, then in its registry. */
export async function mesosImage(
  source: ImageSource,
  role: MesosRole,
  version: string,
  errand: Errand,
): Promise<ResolvedImage> {
  if (source.kind === "simulator") return simulatorImage(version, errand);
  const wanted = source.kind === "custom" ? source : vendorImage(source.kind, role, version);
  if (wanted === undefined) {
    const vendor = source.kind as Exclude<typeof source.kind, "custom">;
    throw new PreconditionError(
      `${vendor} has no image of Mesos ${version} (it has ${vendorVersions(vendor).join(", ")}); ${otherSources}`,
    );
  }
  const reference = `${wanted.repository}:${wanted.tag}`;
  const id = (await imageId(reference)) ?? (await pull(reference, errand));
  if (id === undefined) {
    throw new PreconditionError(
      `image ${reference} is not on the Docker engine, and no registry gives it out to this machine; ${otherSources}`,
    );
  }
  return { reference, id, env: {} };
}
