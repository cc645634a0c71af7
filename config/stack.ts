import { buildCluster, checkCluster } from "./cluster";
import { clusterSchema } from "./cluster-schema";
import type { Fault } from "./fault";
import { formatPath } from "./fault";
import { nearestName } from "./name";
import { nearest } from "./nearest";
import { ConfigError } from "./problem";
import { readSource } from "./source";
import type { ClusterSpec } from "./spec";
import { isEnvValue, sealedFaults, sealedIn, STILL_ENCRYPTED, withoutSealed } from "./sealed";
import { isMapping, valueAt, viewAt } from "./view";
import { printable, show } from "./wording";

/** Keys of our namespace that the run keeps in a stack's config; what they hold is not the user's. */
const KEPT = ["run", "expires"];

/** What a caller knows of a stack beyond its config file. */
export interface StackOptions {
  /** The config key that holds the cluster: `mesos-matrix:cluster`. */
  readonly key: string;
  /**
   * The object that Pulumi's config gives for this key at run time, with encrypted values as clear text. Without
   * it encrypted values stand as STILL_ENCRYPTED in the spec.
   */
  readonly decrypted?: unknown;
  /** The name of a cluster whose config gives none: the stack's, made into a valid name. */
  readonly name: string;
}

/** Reads the text of a `Pulumi.<stack>.yaml`; throws ConfigError with every problem, placed in that file. */
export function parseStackConfig(text: string, file: string, options: StackOptions): ClusterSpec {
  const { key, decrypted, name } = options;
  const source = readSource(text, file);
  const stray = strayKeys(source.value, key);
  const faults = [...source.faults, ...stray];
  const home = ["config", key];
  const written = valueAt(source.value, home);
  if (!isMapping(written)) {
    throw new ConfigError(source.problems([...faults, ...noCluster(source.value, key, written, stray)], 1));
  }
  const sealed = sealedIn(written);
  faults.push(...sealed.flatMap((path) => sealedFaults(path, key, decrypted)));
  const view = viewAt(source, home, withoutSealed(written, sealed));
  const { input, faults: wrong, missing } = checkCluster(view, clusterSchema);
  faults.push(...wrong, ...(sealed.every(isEnvValue) ? missing : []));
  if (faults.length > 0 || input === undefined) throw new ConfigError(source.problems(faults, 1));

  const secrets = new Map(
    sealed.map((path) => [
      formatPath(path),
      decrypted === undefined ? STILL_ENCRYPTED : valueAt(decrypted, path),
    ]),
  );
  return buildCluster(input, input.name ?? nearestName(name), (path) => {
    const secret = secrets.get(formatPath(path));
    return typeof secret === "string" ? secret : undefined;
  });
}

function strayKeys(document: unknown, key: string): Fault[] {
  const config = valueAt(document, ["config"]);
  if (!isMapping(config)) return [];
  const [namespace] = key.split(":");
  const known = [key, ...KEPT.map((kept) => `${namespace ?? ""}:${kept}`)];
  return Object.keys(config)
    .filter((name) => name.startsWith(`${namespace ?? ""}:`) && !known.includes(name))
    .map((name) => ({
      path: ["config", name],
      at: "key" as const,
      message: `${show(name)} is no config key of this project`,
      cure:
        near(name, [key], (found) => `did you mean ${found}?`) ??
        `the cluster's settings stand below ${key}:`,
    }));
}

/** Why there is no cluster to check; `stray` are the faults that may have said it already. */
function noCluster(document: unknown, key: string, written: unknown, stray: readonly Fault[]): Fault[] {
  const value = { at: "value" } as const;
  const example = `config: { "${key}": { mesos: "1.11.0" } }`;
  if (!isMapping(document)) {
    const message = `${show(document)} stands here, but a stack's config must be a mapping`;
    return [{ ...value, path: [], message, cure: `write ${example}` }];
  }
  const config = document.config;
  if (!isMapping(config)) {
    const message =
      config === undefined
        ? "config: is missing"
        : `${show(config)} stands here, but config must be a mapping`;
    const cure = near("config", Object.keys(document), (found) => `write config: instead of ${found}:`);
    return [{ ...value, path: ["config"], message, cure: cure ?? `write ${example}` }];
  }
  const path = ["config", key];
  if (written === undefined) {
    if (stray.length > 0) return [];
    const found =
      Object.keys(config).find((name) => name === key.split(":")[1]) ?? nearest(key, Object.keys(config));
    if (found !== undefined) {
      const message = `${show(found)} is no config key of this project`;
      return [{ path: ["config", found], at: "key", message, cure: `write ${key}: instead` }];
    }
    return [
      {
        ...value,
        path,
        message: `${key} is missing, so there is no cluster`,
        cure: `add "${key}": { mesos: "1.11.0" } below config:`,
      },
    ];
  }
  const isJson = typeof written === "string" && written.trimStart().startsWith("{");
  const message = isJson
    ? "the cluster is text that holds JSON, and a mapping is wanted, in which each problem has a line"
    : `${show(written)} stands here, but the cluster must be a mapping`;
  const cure = isJson
    ? `write its keys below ${key}: one by one, or use pulumi config set --path '${key}.mesos' 1.11.0`
    : `write its keys below ${key}:, such as mesos: "1.11.0"`;
  return [{ ...value, path, message, cure }];
}

function near(
  name: string,
  candidates: readonly string[],
  say: (found: string) => string,
): string | undefined {
  const found = nearest(name, candidates);
  return found === undefined ? undefined : say(printable(found));
}
