import { PreconditionError } from "../precondition";
import { imageId, pull, type Errand } from "./engine";

/** The set-up makes this one with debootstrap where no registry answers. */
const local = "mesos-matrix/debian:bookworm";
const official = "debian:bookworm-slim";

/** Id of the Debian image under all images that we build. */
export async function baseImage(errand: Errand): Promise<string> {
  const id = (await imageId(local)) ?? (await imageId(official)) ?? (await pull(official, errand));
  if (id !== undefined) return id;
  throw new PreconditionError(
    `the engine has no ${local}, and no registry answers for ${official}; run: node toolchain/setup.js --only base-image`,
  );
}
