import { stat } from "node:fs/promises";
import * as path from "node:path";
import type { OwnImage } from "../../config/spec";
import { DockerError, NoEngineError } from "../../readiness/docker";
import { PreconditionError } from "../precondition";
import { contentHash, filesBelow } from "./content";
import { build, buildArgs, findImage } from "./engine";
import { found, type Found, type ImageErrand } from "./look-up";

/** Lines of a build that failed which its message quotes. */
const quoted = 8;

/** The image of a Dockerfile of the user's; built unless the engine has it, by the content of its context. */
export async function userBuild(
  { context, dockerfile = "Dockerfile", args }: Extract<OwnImage, { kind: "build" }>,
  errand: ImageErrand,
): Promise<Found> {
  const file = path.join(context, dockerfile);
  if ((await stat(context).catch(() => undefined))?.isDirectory() !== true)
    throw new PreconditionError(
      `build: there is no folder ${path.resolve(context)}; write the context's path`,
    );
  if ((await stat(file).catch(() => undefined))?.isFile() !== true)
    throw new PreconditionError(
      `build: there is no ${path.resolve(file)}; write dockerfile: with its path below the context`,
    );
  const names = await filesBelow(context, (relative) => relative !== ".git");
  const files = names.map((name) => ({ name, file: path.join(context, name) }));
  const hash = await contentHash(files, dockerfile, JSON.stringify(Object.entries(args).sort()));
  const reference = `mesos-matrix/build:${hash}`;
  const present = errand.refresh ? undefined : await findImage(reference);
  if (present !== undefined) return found(reference, present, "build");
  errand.say(`building ${reference} of ${context}`);
  return found(
    reference,
    await built(reference, ["--file", file, ...buildArgs(args), context], errand),
    "build",
  );
}

async function built(
  reference: string,
  words: readonly string[],
  errand: ImageErrand,
): ReturnType<typeof build> {
  const lines: string[] = [];
  try {
    return await build(reference, words, errand, (line) => {
      if (line.trim() === "") return;
      lines.push(line);
      if (/^Step \d+/.test(line)) errand.say(`building ${reference}: ${line}`);
    });
  } catch (error) {
    if (!(error instanceof DockerError) || error instanceof NoEngineError) throw error;
    const end = [...lines, ...error.message.split("\n")].filter((line) => line.trim() !== "").slice(-quoted);
    throw new PreconditionError(`build: the image cannot be built:\n  ${end.join("\n  ")}`, { cause: error });
  }
}
