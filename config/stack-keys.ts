import type { Fault } from "./fault";
import { nearest } from "./nearest";
import { isMapping, valueAt } from "./view";
import { printable, show } from "./wording";

/** Keys of our namespace that the run keeps in a stack's config; what they hold is not the user's. */
const KEPT = ["run", "expires"];

/** The config keys of a stack that are, or should be, ours. */
export interface StackKeys {
  /** Under which key the cluster stands: the right one, or the slip that a fault tells of. */
  readonly cluster: string;
  readonly faults: readonly Fault[];
}

/** Looks for `key` (`mesos-matrix:cluster`) below `config:`, and for keys that nobody reads. */
export function stackKeys(document: unknown, key: string): StackKeys {
  const config = valueAt(document, ["config"]);
  if (!isMapping(config)) return { cluster: key, faults: [] };
  const [namespace = "", short = ""] = key.split(":");
  const keys = Object.keys(config);
  const present = keys.includes(key);
  const slip = present ? undefined : (keys.find((name) => name === short) ?? nearest(key, keys));
  const ours = keys.filter((name) => name.startsWith(`${namespace}:`) && name !== key);
  const stray = ours.filter((name) => name !== slip && !KEPT.includes(name.slice(namespace.length + 1)));
  const told = stray.map((name) =>
    unread(name, nearest(name.slice(namespace.length + 1), [short, ...KEPT]), key),
  );
  return {
    cluster: slip ?? key,
    faults: slip === undefined ? told : [unread(slip, short, key), ...told],
  };
}

/** Why there is no cluster to check below `config: <key>:`. */
export function noCluster(document: unknown, key: string, written: unknown): Fault {
  const example = `config: { "${key}": { mesos: "1.11.0" } }`;
  if (!isMapping(document)) {
    const message = `${show(document)} stands here, but a stack's config must be a mapping`;
    return { path: [], at: "value", message, cure: `write ${example}` };
  }
  const config = document.config;
  if (config === undefined) {
    const found = nearest("config", Object.keys(document));
    const cure = found === undefined ? `add ${example}` : `write config: instead of ${printable(found)}:`;
    return { path: ["config"], at: "value", message: "config: is missing", cure };
  }
  if (!isMapping(config)) {
    const message = `${show(config)} stands here, but config must be a mapping`;
    return { path: ["config"], at: "value", message, cure: `write ${example}` };
  }
  const place = { path: ["config", key], at: "value" } as const;
  if (written === undefined) {
    const message = "it is missing, so there is no cluster";
    return { ...place, message, cure: `add "${key}": { mesos: "1.11.0" } below config:` };
  }
  if (typeof written === "string" && written.trimStart().startsWith("{")) {
    return {
      ...place,
      message:
        "the cluster is text that holds JSON, and a mapping is wanted, in which each problem has a line",
      cure: `write its keys below ${key}: one by one, or use pulumi config set --path '${key}.mesos' 1.11.0`,
    };
  }
  return {
    ...place,
    message: `${show(written)} stands here, but the cluster must be a mapping`,
    cure: `write its keys below ${key}:, such as mesos: "1.11.0"`,
  };
}

function unread(name: string, meant: string | undefined, key: string): Fault {
  const right = meant === undefined ? undefined : `${key.split(":")[0] ?? ""}:${meant}`;
  return {
    path: ["config", name],
    at: "key",
    message: `${show(name)} is no config key of this project`,
    cure: right === undefined ? `the cluster's settings stand below ${key}:` : `did you mean ${right}?`,
  };
}
