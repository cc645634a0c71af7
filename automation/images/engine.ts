import { createHash } from "node:crypto";
import { cp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { docker, DockerError } from "../../readiness/docker";
import { tempFolder } from "../housekeeping/temp";

/** A piece of work that may take minutes: how it tells of itself, and what stops it. */
export interface Errand {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Seconds: an image of Mesos holds some hundred megabytes. */
const pullTimeout = 900;
const buildTimeout = 1800;

/** Id (`sha256:...`) of an image that the engine has, or undefined. */
export async function imageId(reference: string): Promise<string | undefined> {
  try {
    return (await docker(["image", "inspect", "--format", "{{.Id}}", reference])).trim();
  } catch (error) {
    if (error instanceof DockerError && /no such image/i.test(error.message)) return undefined;
    throw error;
  }
}

/** Pulls an image; undefined where no registry has it or answers. */
export async function pull(reference: string, errand: Errand): Promise<string | undefined> {
  errand.say(`pulling ${reference}`);
  try {
    await docker(["pull", "--quiet", reference], { timeout: pullTimeout, signal: errand.signal });
  } catch (error) {
    // Ctrl-C ends the docker client as well: that says nothing about the registry.
    errand.signal?.throwIfAborted();
    if (error instanceof DockerError) return undefined;
    throw error;
  }
  return imageId(reference);
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
export async function buildOnce(
  context: BuildContext,
  errand: Errand,
): Promise<{ reference: string; id: string }> {
  const reference = buildReference(context);
  const existing = await imageId(reference);
  if (existing !== undefined) return { reference, id: existing };
  errand.say(`building ${reference}`);
  const folder = tempFolder("build");
  try {
    for (const [name, file] of Object.entries(context.files)) await cp(file, path.join(folder, name));
    const args = Object.entries(context.args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    await docker(["build", "--quiet", "--tag", reference, ...args, folder], {
      timeout: buildTimeout,
      signal: errand.signal,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const id = await imageId(reference);
  if (id === undefined) throw new Error(`docker built ${reference}, but the engine does not have it`);
  return { reference, id };
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
