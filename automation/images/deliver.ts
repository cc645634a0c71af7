import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { ResolvedImage } from "../../plan/inputs";
import { docker } from "../../readiness/docker";
import { PreconditionError } from "../precondition";
import { findImage, type Errand } from "./engine";
import type { Registry } from "./login";
import { measured } from "./measured";
import { pull } from "./pull";
import { dockerStream } from "./stream";

/** A machine whose engine is to have an image. */
export interface ImageHost {
  /** As messages call it. */
  readonly key: string;
  /** Address of its engine, as the docker client takes it. */
  readonly engine: string;
}

/** What must be known of an image that is brought somewhere. */
type Deliverable = Pick<ResolvedImage, "id" | "reference" | "digest" | "platform">;

/** An errand to other hosts. */
export interface Delivery extends Errand {
  /** Asked from the host first. */
  readonly registry: Registry | undefined;
}

/** Seconds for one image. */
const sendTimeout = 1800;

/**
 * Brings an image to a host's engine unless it is there: from its registry, where that answers there, else from here.
 * Answers how it came.
 */
export async function deliver(
  image: Deliverable,
  host: ImageHost,
  delivery: Delivery,
): Promise<"present" | "pulled" | "sent"> {
  if ((await findImage(image.id, host.engine)) !== undefined) return "present";
  await refuseOtherPlatform(image, host);
  const say = (line: string): void => delivery.say(`${host.key}: ${line}`);
  if (image.digest !== undefined) {
    const failure = await pull(image.digest, delivery.registry, { ...delivery, say }, host.engine);
    if (failure === undefined) return arrived(image, host, "pulled");
    say(`its engine gets nothing from the registry (${failure.said})`);
  }
  say(`sending ${image.reference}`);
  await send(image, host, { ...delivery, say });
  return arrived(image, host, "sent");
}

async function refuseOtherPlatform(image: Deliverable, { key, engine }: ImageHost): Promise<void> {
  const platform = (
    await docker(["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"], { engine })
  ).trim();
  if (image.platform === platform || image.platform.startsWith(`${platform}/`)) return;
  throw new PreconditionError(
    `host ${key} runs containers of ${platform}, and ${image.reference} is for ${image.platform}; take hosts of one kind`,
  );
}

async function send(image: Deliverable, { engine }: ImageHost, delivery: Delivery): Promise<void> {
  // By name, if the name still means this image: one without a name is removed by the next `docker image prune`.
  const named = (await findImage(image.reference))?.id === image.id;
  const saved = save(named ? image.reference : image.id);
  const stdin = saved.stream.pipe(measured(`sending ${image.reference}`, undefined, delivery.say));
  const { signal } = delivery;
  try {
    await dockerStream(["load"], { engine, timeout: sendTimeout, signal, stdin });
  } catch (error) {
    throw (await saved.failure()) ?? error;
  } finally {
    saved.end();
  }
}

interface Saving {
  readonly stream: Readable;
  /** Why this machine's engine did not give the image, if that was it. */
  readonly failure: () => Promise<Error | undefined>;
  readonly end: () => void;
}

function save(reference: string): Saving {
  const child = spawn("docker", ["save", reference], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    child.once("error", () => resolve(1));
  });
  const end = (): void => void child.kill("SIGKILL");
  return {
    stream: child.stdout,
    end,
    failure: async () => {
      // One that only waits for its reader says nothing, and is ended.
      if (said === "") end();
      await code;
      return said === "" ? undefined : new Error(`docker save ${reference}: ${said.trim()}`);
    },
  };
}

async function arrived<T>(image: Deliverable, { key, engine }: ImageHost, how: T): Promise<T> {
  if ((await findImage(image.id, engine)) !== undefined) return how;
  throw new PreconditionError(
    `host ${key} took ${image.reference}, but knows it under another id than ${image.id}: its engine keeps images ` +
      "in another way than this machine's; use the same image store (overlay2 or containerd) on both",
  );
}
