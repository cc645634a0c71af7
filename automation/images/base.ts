import { referencesFor } from "../../config/references";
import { PreconditionError } from "../precondition";
import { findImage } from "./engine";
import { isFailed, lookUp, type ImageErrand } from "./look-up";

/** The set-up makes this one with debootstrap where no registry answers. */
export const localBase = "mesos-matrix/debian:bookworm";
const official = "debian:bookworm-slim";

/** Id of the Debian image under all images that we build. A newer one is not asked for: it would replace them all. */
export async function baseImage(errand: ImageErrand): Promise<string> {
  const local = await findImage(localBase);
  if (local !== undefined) return local.id;
  const references = referencesFor(official, errand.registry);
  const answer = await lookUp(references, { ...errand, refresh: false });
  if (!isFailed(answer)) return answer.id;
  throw new PreconditionError(
    `the engine has no ${localBase}, and no registry gives ${references.join(" or ")}; run: node toolchain/setup.js --only base-image`,
  );
}
