import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import type { ResolvedImage } from "../../plan/inputs";
import { docker, DockerError } from "../../readiness/docker";
import type { Errand } from "../images/engine";

const pullTimeout = 900;
/** Seconds between two lines of progress. */
const tell = 5;

/** Brings an image to another engine unless it is there: from its registry where that answers there, else from here. */
export async function deliver(
  { id, reference }: Pick<ResolvedImage, "id" | "reference">,
  engine: string,
  errand: Errand,
): Promise<void> {
  if (await has(engine, id)) return;
  // What we build ourselves is in no registry.
  if (!reference.startsWith("mesos-matrix/")) {
    errand.say(`pulling ${reference}`);
    const pulled = docker(["pull", "--quiet", reference], {
      engine,
      timeout: pullTimeout,
      signal: errand.signal,
    });
    await pulled.catch((error: unknown) => {
      errand.signal?.throwIfAborted();
      if (!(error instanceof DockerError)) throw error;
    });
    if (await has(engine, id)) return;
  }
  await stream(id, reference, engine, errand);
}

async function stream(id: string, reference: string, engine: string, errand: Errand): Promise<void> {
  const [named = "", bytes = "0"] = (
    await docker(["image", "inspect", "--format", "{{.Id}} {{.Size}}", reference]).catch(() => "")
  )
    .trim()
    .split(" ");
  const size = Math.round(Number(bytes) / 1024 ** 2);
  errand.say(`sending ${reference}, ${size} MiB`);
  const options = { signal: errand.signal };
  const save = spawn("docker", ["save", named === id ? reference : id], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const load = spawn("docker", ["--host", engine, "load", "--quiet"], {
    ...options,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let said = "";
  for (const { stderr } of [save, load]) stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ends = [save, load].map(
    (child) =>
      new Promise<number | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", resolve);
      }),
  );
  let sent = 0;
  save.stdout.on("data", (chunk: Buffer) => (sent += chunk.length));
  const ticker = setInterval(
    () => errand.say(`sending ${reference}: ${Math.round(sent / 1024 ** 2)} of ${size} MiB`),
    tell * 1000,
  );
  try {
    const [, ...codes] = await Promise.all([pipeline(save.stdout, load.stdin), ...ends]);
    if (codes.every((code) => code === 0) && (await has(engine, id))) return;
    throw new DockerError(`${reference} could not be sent: ${said.trim()}`);
  } finally {
    clearInterval(ticker);
  }
}

async function has(engine: string, id: string): Promise<boolean> {
  const listed = await docker(["image", "ls", "--all", "--quiet", "--no-trunc"], { engine });
  return listed.split("\n").includes(id);
}
