import { referencesFor } from "../../config/references";
import type { MarathonSpec } from "../../config/spec";
import { PreconditionError } from "../precondition";
import { failureText } from "./failures";
import { isFailed, lookUp, type Answer, type ImageErrand } from "./look-up";
import { isOwn, ownImage } from "./own";
import { simulatedImage } from "./simulator";

/** Where Marathon was published; tags have a `v`. Source: https://hub.docker.com/r/mesosphere/marathon/tags. */
const vendor = "mesosphere/marathon";

/** Finds Marathon's image: on the engine, then in its registry. */
export async function marathonImage(
  { image, version }: Pick<MarathonSpec, "image" | "version">,
  errand: ImageErrand,
): Promise<Answer> {
  if (image.kind === "simulator") return simulatedImage({ SIMULATED_MARATHON: version }, errand);
  if (isOwn(image)) return { ...(await ownImage(image, errand)), env: {} };
  const answer = await lookUp(referencesFor(`${vendor}:v${version}`, errand.registry), errand);
  if (!isFailed(answer)) return { ...answer, env: {} };
  throw new PreconditionError(
    `${await failureText(answer, errand)}; ` +
      "other sources: marathon: { image: simulator } (a stand-in, no real Marathon), or custom: {repository, tag} of an image of your own",
  );
}
