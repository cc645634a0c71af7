import { buildCluster, checkCluster } from "./cluster";
import { clusterSchema } from "./cluster-schema";
import type { Path } from "./fault";
import { formatPath } from "./fault";
import { nearestName } from "./name";
import { imageUses, oneImageForMany } from "./one-image";
import { refusals } from "./oracle/review";
import { ConfigError } from "./problem";
import { maySeal, sealedFaults, sealedIn, STILL_ENCRYPTED, withoutSealed } from "./sealed";
import { readSource } from "./source";
import type { ClusterSpec } from "./spec";
import { noCluster, stackKeys } from "./stack-keys";
import { isMapping, valueAt, viewAt } from "./view";

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
  const keys = stackKeys(source.value, key);
  const faults = [...source.faults, ...keys.faults];
  const home = ["config", keys.cluster];
  const written = valueAt(source.value, home);
  if (!isMapping(written)) {
    const absent = keys.cluster === key ? [noCluster(source.value, key, written)] : [];
    throw new ConfigError(source.problems([...faults, ...absent], 1));
  }
  const sealed = sealedIn(written);
  faults.push(...sealed.flatMap((path) => sealedFaults(path, key, decrypted)));
  const view = viewAt(source, home, withoutSealed(written, sealed));
  const { input, faults: wrong, missing } = checkCluster(view, clusterSchema);
  faults.push(...wrong, ...(sealed.every(maySeal) ? missing : []));
  if (faults.length > 0 || input === undefined) throw new ConfigError(source.problems(faults, 1));

  const clear = (path: Path): unknown =>
    decrypted === undefined ? STILL_ENCRYPTED : valueAt(decrypted, path);
  const secrets = new Map(sealed.map((path) => [formatPath(path), clear(path)]));
  const spec = buildCluster(input, input.name ?? nearestName(name), (path) => {
    const secret = secrets.get(formatPath(path));
    return typeof secret === "string" ? secret : undefined;
  });
  const refused = [...oneImageForMany(imageUses(input, view)), ...refusals(spec, view)];
  if (refused.length > 0) throw new ConfigError(source.problems(refused, 1));
  return spec;
}
