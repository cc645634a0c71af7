import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import * as path from "node:path";
import { docker, DockerError, NoEngineError } from "../../readiness/docker";
import { PreconditionError } from "../precondition";
import { contentHash } from "./content";
import { findImage, type Errand } from "./engine";
import { found, type Found } from "./look-up";
import { measured, megabytes } from "./measured";
import { dockerStream } from "./stream";

/** Seconds. */
const loadTimeout = 900;

/** The image of an archive that `docker save` made; loaded unless the engine has it, by content. */
export async function archiveImage(file: string, errand: Errand): Promise<Found> {
  const size = await sizeOf(file);
  const reference = `mesos-matrix/archive:${await contentHash([{ name: "archive", file }])}`;
  const present = await findImage(reference);
  if (present !== undefined) return found(reference, present, "archive");
  errand.say(`loading ${file} (${megabytes(size)} MB)`);
  const id = await load(file, size, errand);
  await docker(["image", "tag", id, reference]);
  const image = await findImage(reference);
  if (image === undefined) throw new Error(`docker loaded ${file}, but the engine does not have its image`);
  return found(reference, image, "archive");
}

async function sizeOf(file: string): Promise<number> {
  const stats = await stat(file).catch(() => undefined);
  const cure = `docker save -o ${path.basename(file)} IMAGE makes one`;
  if (stats === undefined)
    throw new PreconditionError(`archive: there is no file ${path.resolve(file)}; ${cure}`);
  if (!stats.isFile())
    throw new PreconditionError(
      `archive: ${path.resolve(file)} is no file, and must be a saved image; ${cure}`,
    );
  return stats.size;
}

async function load(file: string, size: number, errand: Errand): Promise<string> {
  const stdin = createReadStream(file).pipe(measured(`loading ${file}`, size, errand.say));
  let text: string;
  try {
    text = await dockerStream(["load"], { timeout: loadTimeout, signal: errand.signal, stdin });
  } catch (error) {
    if (!(error instanceof DockerError) || error instanceof NoEngineError) throw error;
    throw new PreconditionError(
      `archive: the engine takes ${file} for no saved image (${error.message}); docker save makes one`,
      { cause: error },
    );
  }
  const loaded = [...text.matchAll(/^Loaded image(?: ID)?: (\S+)$/gm)].map(([, name = ""]) => name);
  const ids = new Set<string>();
  for (const name of loaded) ids.add((await findImage(name))?.id ?? name);
  const [id, ...others] = ids;
  if (id !== undefined && others.length === 0) return id;
  throw new PreconditionError(
    ids.size === 0
      ? `archive: ${file} holds no image; docker save makes one`
      : `archive: ${file} holds ${ids.size} images (${loaded.join(", ")}); save the one that is meant alone`,
  );
}
