import { referencesFor } from "../../config/references";
import type { OwnImage } from "../../config/spec";
import { PreconditionError } from "../precondition";
import { archiveImage } from "./archive";
import { failureText } from "./failures";
import { isFailed, lookUp, type Found, type ImageErrand } from "./look-up";
import { userBuild } from "./user-build";

/** Finds, loads or builds an image of the user's own. @throws PreconditionError where it cannot be had */
export async function ownImage(source: OwnImage, errand: ImageErrand): Promise<Found> {
  switch (source.kind) {
    case "custom": {
      const references = referencesFor(`${source.repository}:${source.tag}`, errand.registry);
      const answer = await lookUp(references, errand);
      if (!isFailed(answer)) return answer;
      throw new PreconditionError(`${await failureText(answer, errand)}; ${otherSources}`);
    }
    case "archive":
      return archiveImage(source.file, errand);
    case "build":
      return userBuild(source, errand);
  }
}

/** Whether an image's source is one of the user's own, of which `ownImage` knows. */
export function isOwn(image: { readonly kind: string }): image is OwnImage {
  return image.kind === "custom" || image.kind === "archive" || image.kind === "build";
}

/** What else may be written where an image cannot be had. */
export const otherSources =
  "other sources: custom: {repository, tag}, archive: a saved image, build: a Dockerfile, " +
  "installTree: a make install, registry: a mirror, or image: simulator (a stand-in, no real Mesos)";
