import { createHash } from "node:crypto";
import { cp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { docker, DockerError } from "../../readiness/docker";
import { tempFolder } from "../housekeeping/temp";
import { dockerStream } from "./stream";

/** A piece of work that may take minutes: how it tells of itself, and what stops it. */
export interface Errand {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Seconds. */
const buildTimeout = 1800;

/** What an engine says of an image that it has. */
export interface EngineImage {
  /** `sha256:...` */
  readonly id: string;
  /** `repository@sha256:...`, one for each registry that gave it. */
  readonly digests: readonly string[];
  /** `linux/amd64`. */
  readonly platform: string;
}

interface Inspected {
  readonly Id: string;
  readonly RepoDigests: readonly string[] | null;
  readonly Os: string;
  readonly Architecture: string;
  readonly Variant?: string;
}

/** An image that the engine has, by reference or id, or undefined. @param engine undefined: the user's */
export async function findImage(reference: string, engine?: string): Promise<EngineImage | undefined> {
  try {
    const [found] = JSON.parse(await docker(["image", "inspect", reference], { engine })) as Inspected[];
    if (found === undefined) return undefined;
    const platform = [found.Os, found.Architecture, found.Variant ?? ""].filter((part) => part !== "");
    return { id: found.Id, digests: found.RepoDigests ?? [], platform: platform.join("/") };
  } catch (error) {
    if (error instanceof DockerError && /no such image/i.test(error.message)) return undefined;
    throw error;
  }
}

/** `amd64`, `arm64`: what the engine's containers run on, which need not be this machine's. */
export async function engineArchitecture(): Promise<string> {
  return (await docker(["version", "--format", "{{.Server.Arch}}"])).trim();
}

export interface BuildContext {
  /** `mesos-matrix/<name>`; the tag is the hash of everything below. */
  readonly name: string;
  /** Files of the build context: name -> path on this machine. */
  readonly files: Readonly<Record<string, string>>;
  readonly args: Readonly<Record<string, string>>;
}

/** Builds an image of ours unless the engine has it already, by content. */
export async function buildOnce(context: BuildContext, errand: Errand): Promise<BuiltImage> {
  const reference = buildReference(context);
  const existing = await findImage(reference);
  if (existing !== undefined) return { reference, ...existing };
  errand.say(`building ${reference}`);
  const folder = tempFolder("build");
  try {
    for (const [name, file] of Object.entries(context.files)) await cp(file, path.join(folder, name));
    return await build(reference, ["--quiet", ...buildArgs(context.args), folder], errand);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An image that was built here, under the name it got. */
export interface BuiltImage extends EngineImage {
  readonly reference: string;
}

/** Has the engine build an image. @param words after `docker build --tag REFERENCE` */
export async function build(
  reference: string,
  words: readonly string[],
  errand: Errand,
  onLine?: (line: string) => void,
): Promise<BuiltImage> {
  const progress = onLine === undefined ? {} : { onLine };
  // Without it the container of a step that fails stays.
  await dockerStream(["build", "--force-rm", "--tag", reference, ...words], {
    timeout: buildTimeout,
    signal: errand.signal,
    ...progress,
  });
  const built = await findImage(reference);
  if (built === undefined) throw new Error(`docker built ${reference}, but the engine does not have it`);
  return { reference, ...built };
}

/** Build arguments as words of `docker build`. */
export function buildArgs(args: Readonly<Record<string, string>>): string[] {
  return Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
}

/** The name that a build of this context has. */
export function buildReference(context: BuildContext): string {
  return `mesos-matrix/${context.name}:${contentHash(context)}`;
}

function contentHash(context: BuildContext): string {
  const hash = createHash("sha256").update(JSON.stringify(context.args));
  for (const [name, file] of Object.entries(context.files).sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 12);
}
