import { posix, win32 } from "node:path";
import { withValue } from "./axis-names";
import { buildCluster, checkCluster } from "./cluster";
import type { Fault } from "./fault";
import { clusterFileSchema, clusterFrame } from "./file-schema";
import { checkSchema } from "./issues";
import { nearestName } from "./name";
import { imageUses, oneImageForMany } from "./one-image";
import { refusals } from "./oracle/review";
import { ConfigError } from "./problem";
import { readSource } from "./source";
import type { ClusterSpec } from "./spec";
import { isMapping, valueAt, viewAt } from "./view";
import { show } from "./wording";
import { wrongKind } from "./wrong-kind";

/** What a caller knows of a cluster beyond its file. */
export interface ClusterFileOptions {
  /** The name of a cluster whose file gives none; any text, made into a valid name. */
  readonly defaultName: string;
  /** What stands in place of what the file says. */
  readonly overrides?: ClusterOverrides | undefined;
}

/** Fields of a cluster that a command line may set. */
export interface ClusterOverrides {
  readonly version?: string | undefined;
  readonly image?: string | undefined;
  readonly name?: string | undefined;
}

/** Reads the text of a file of `kind: Cluster`; throws ConfigError with every problem. */
export function parseCluster(
  text: string,
  file: string,
  { defaultName, overrides = {} }: ClusterFileOptions,
): ClusterSpec {
  const source = readSource(text, file);
  const other = wrongKind(source, "Cluster");
  if (other !== undefined) throw new ConfigError(source.problems([other]));

  const frame = checkSchema(clusterFrame, source, clusterFileSchema);
  const faults = [...source.faults, ...frame.faults];
  const written = viewAt(source, ["cluster"]);
  if (!isMapping(written.value)) throw new ConfigError(source.problems(faults));
  const view = viewAt(source, ["cluster"], overridden(written.value, overrides));

  const { input, faults: wrong, missing } = checkCluster(view, clusterFileSchema);
  const all = [...faults, ...wrong, ...missing, ...twoNames(source.value)];
  if (all.length > 0 || input === undefined) throw new ConfigError(source.problems(all));
  const name = overrides.name ?? frame.output?.name ?? input.name ?? nearestName(defaultName);
  const spec = buildCluster(input, name);
  const refused = [...oneImageForMany(imageUses(input, view)), ...refusals(spec, view)];
  if (refused.length > 0) throw new ConfigError(source.problems(refused));
  return spec;
}

/** The part of a file's path that names what it describes: `examples/small.yaml` -> `small`. */
export function stemOf(file: string): string {
  const base = posix.basename(win32.basename(file));
  return base.replace(/\.[A-Za-z]+$/, "");
}

function overridden(cluster: unknown, { version, image, name }: ClusterOverrides): unknown {
  const set: readonly [readonly string[], string | undefined][] = [
    [["mesos", "version"], version],
    [["mesos", "image"], image],
    [["name"], name],
  ];
  return set.reduce(
    (value, [path, wanted]) => (wanted === undefined ? value : withValue(value, path, wanted)),
    cluster,
  );
}

function twoNames(document: unknown): Fault[] {
  const outer = valueAt(document, ["name"]);
  const inner = valueAt(document, ["cluster", "name"]);
  if (outer === undefined || inner === undefined || outer === inner) return [];
  const message = `the cluster is named ${show(outer)} at the top of the file and ${show(inner)} here`;
  return [{ path: ["cluster", "name"], at: "value", message, cure: "keep one of the two names" }];
}
