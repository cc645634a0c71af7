import { DockerError, NoEngineError } from "../../readiness/docker";
import { engineAddress } from "../engine-address";
import type { Errand } from "./engine";
import { registryHost, withLogin, type Registry } from "./login";
import { dockerStream } from "./stream";

/** Seconds: an image of Mesos holds some hundred megabytes. */
const pullTimeout = 900;

/** Why a registry gave no image. `absent`: it has no such tag or repository. */
export type Refusal = "absent" | "denied" | "schema-1" | "platform" | "limited" | "unreachable";

export interface PullFailure {
  readonly reference: string;
  readonly why: Refusal;
  /** The engine's own words, on one line. */
  readonly said: string;
}

/** What engines of all versions say; the first that matches counts. */
const texts: readonly (readonly [RegExp, Refusal])[] = [
  [/schema 1|image format v1|unsupported media type/i, "schema-1"],
  [/no matching manifest/i, "platform"],
  [/toomanyrequests|rate limit/i, "limited"],
  [
    /unauthorized|no basic auth|authentication required|access denied|is denied|forbidden|incorrect username/i,
    "denied",
  ],
  [/manifest unknown|name unknown|not found|does not exist/i, "absent"],
];

/** Which refusal the engine's words mean. */
export function refusalOf(said: string): Refusal {
  return texts.find(([pattern]) => pattern.test(said))?.[1] ?? "unreachable";
}

/**
 * Has an engine pull an image. Answers with why it could not, undefined where it did.
 * @param engine address of the engine; undefined: the user's
 */
export async function pull(
  reference: string,
  registry: Registry | undefined,
  errand: Errand,
  engine?: string,
): Promise<PullFailure | undefined> {
  errand.say(`pulling ${reference}`);
  const own = registry !== undefined && reference.startsWith(`${registryHost(registry.address)}/`);
  try {
    await withLogin(own ? registry : undefined, async (config) =>
      dockerStream(["pull", reference], {
        timeout: pullTimeout,
        signal: errand.signal,
        config,
        // With settings of its own the client does not know the user's context.
        engine: engine ?? (config === undefined ? undefined : await engineAddress()),
        onLine: layerProgress(reference, errand.say),
      }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof DockerError) || error instanceof NoEngineError) throw error;
    const said = error.message
      .replace(/^docker pull: (?:Error response from daemon: )?/, "")
      .replace(/\s+/g, " ");
    return { reference, why: refusalOf(said), said };
  }
}

/** The client writes `f8243ef75d69: Pull complete` for each layer. */
function layerProgress(reference: string, say: (line: string) => void): (line: string) => void {
  const layers = new Set<string>();
  const done = new Set<string>();
  return (line) => {
    const [, layer, state = ""] = /^([0-9a-f]{12}): (.*)$/.exec(line) ?? [];
    if (layer === undefined) return;
    layers.add(layer);
    if (!/^(?:Pull complete|Already exists)/.test(state) || done.has(layer)) return;
    done.add(layer);
    // One line a layer, but not for those that were there.
    if (state.startsWith("Pull")) say(`pulling ${reference}: ${done.size} of ${layers.size} layers`);
  };
}
