import type { MarathonSpec } from "../../config/spec";
import type { ResolvedImage } from "../../plan/inputs";
import { PreconditionError } from "../precondition";
import { imageId, pull, type Errand } from "./engine";
import { simulatedImage } from "./simulator";

/** Where Marathon was published; tags have a `v`. Source: https://hub.docker.com/r/mesosphere/marathon/tags. */
const vendor = "mesosphere/marathon";

/** Finds Marathon's image: on the engine, then in its registry. */
export async function marathonImage(
  { image, version }: Pick<MarathonSpec, "image" | "version">,
  errand: Errand,
): Promise<ResolvedImage> {
  if (image.kind === "simulator") return simulatedImage({ SIMULATED_MARATHON: version }, errand);
  const reference = image.kind === "custom" ? `${image.repository}:${image.tag}` : `${vendor}:v${version}`;
  const id = (await imageId(reference)) ?? (await pull(reference, errand));
  if (id !== undefined) return { reference, id, env: {} };
  throw new PreconditionError(
    `image ${reference} is not on the Docker engine, and no registry gives it out to this machine; ` +
      "other sources: marathon: { image: simulator } (a stand-in, no real Marathon), or custom: {repository, tag} of an image of your own",
  );
}
