import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { ClusterSpec } from "../../config/spec";
import { nameRule } from "../../config/name";
import type { Ownership } from "../../plan/inputs";
import type { ClusterPlan } from "../../plan/types";
import { stackFolder } from "../stack";

/** What this machine knows of a cluster that was made from here, without asking Docker or Pulumi. */
export interface ClusterRecord {
  readonly schema: 1;
  readonly name: string;
  readonly target: ClusterSpec["target"]["kind"];
  readonly mesos: string;
  /** ISO time. */
  readonly made: string;
  readonly ownership: Ownership;
  /** Whether a run left it running on purpose. */
  readonly kept: boolean;
  /** ISO time to which its life was extended. */
  readonly extended: string | undefined;
  /** Undefined: machines for clusters that name this one in `hostsFrom`, no cluster. */
  readonly plan: ClusterPlan | undefined;
  /** Name of the stack whose machines it stands on; undefined: on machines of the user's, or its own. */
  readonly hostsFrom: string | undefined;
}

/** Writes down a cluster that is about to be made; one that was made before keeps its age and its extension. */
export function recordCluster(spec: ClusterSpec, ownership: Ownership, plan: ClusterPlan): void {
  const before = readRecord(spec.name);
  write({
    schema: 1,
    name: spec.name,
    target: spec.target.kind,
    mesos: spec.masters.version,
    made: before?.made ?? new Date().toISOString(),
    ownership,
    kept: before?.kept ?? false,
    extended: before?.extended,
    plan,
    hostsFrom: spec.target.kind === "ssh" ? spec.target.hostsFrom : undefined,
  });
}

/** Writes down machines that are about to be made for clusters of a run. */
export function recordPool(name: string, ownership: Ownership): void {
  write({
    schema: 1,
    name,
    target: "gcp",
    mesos: "",
    made: new Date().toISOString(),
    ownership,
    kept: false,
    extended: undefined,
    plan: undefined,
    hostsFrom: undefined,
  });
}

/** Whether machines for clusters were written down under this name. */
export function isPool(record: ClusterRecord | undefined): boolean {
  return record !== undefined && record.plan === undefined;
}

/** Changes what is written down; without a record there is nothing to change. */
export function changeRecord(name: string, change: Partial<Pick<ClusterRecord, "kept" | "extended">>): void {
  const before = readRecord(name);
  if (before !== undefined) write({ ...before, ...change });
}

/** What is written down; undefined: nothing, or a record that cannot be read. */
export function readRecord(name: string): ClusterRecord | undefined {
  if (nameRule(name) !== undefined) return undefined;
  try {
    const record = JSON.parse(readFileSync(fileOf(name), "utf8")) as ClusterRecord;
    return record.name === name && (record.schema as number) === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a runner may be killed at any moment. */
function write(record: ClusterRecord): void {
  const file = fileOf(record.name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(record)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

function fileOf(name: string): string {
  return path.join(stackFolder(name), "cluster.json");
}
