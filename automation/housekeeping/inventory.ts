import { labelledClusters, type LabelledCluster } from "../leftovers";
import { stackLock } from "../layout";
import { stackNames } from "../stack";
import { lockHolderOf, type LockHolder } from "./lock";
import { isPool, readRecord, type ClusterRecord } from "./record";

/** All that is known of one cluster, without asking Pulumi: what the engine holds, and what was written down here. */
export interface KnownCluster {
  readonly name: string;
  readonly target: ClusterRecord["target"];
  /** Empty where nothing says it. */
  readonly run: string;
  readonly cell: string;
  readonly mesos: string;
  /** Process that is to remove it; undefined: a user is. */
  readonly owner: string | undefined;
  readonly kept: boolean;
  /** ISO time, or empty. */
  readonly created: string;
  /** ISO time; undefined: never. */
  readonly expires: string | undefined;
  readonly containers: number;
  readonly running: number;
  /** Machines for clusters, and no cluster itself. */
  readonly pool: boolean;
  /** Whether a stack was made for it from here. */
  readonly stack: boolean;
  /** Who works on it now. */
  readonly worker: LockHolder | undefined;
}

/** Every cluster of which anything is on this machine's engine, or that was made from here. */
export async function inventory(): Promise<KnownCluster[]> {
  const labelled = new Map((await labelledClusters()).map((cluster) => [cluster.name, cluster]));
  const stacks = stackNames();
  const names = [...new Set([...labelled.keys(), ...stacks])].sort();
  return names.map((name) => known(name, labelled.get(name), readRecord(name), stacks.includes(name)));
}

function known(
  name: string,
  seen: LabelledCluster | undefined,
  record: ClusterRecord | undefined,
  stack: boolean,
): KnownCluster {
  const containers = record?.plan?.containers.length ?? 0;
  const elsewhere = record !== undefined && record.target !== "local";
  return {
    name,
    target: record?.target ?? "local",
    run: seen?.run ?? record?.ownership.run ?? "",
    cell: seen?.cell ?? record?.ownership.cell ?? "",
    mesos: record?.mesos ?? "",
    owner: seen?.owner ?? record?.ownership.owner,
    kept: (seen?.kept ?? false) || (record?.kept ?? false),
    created: record?.made ?? seen?.created ?? "",
    expires: latest([seen?.expires, record?.ownership.expires, record?.extended]),
    // Of other machines nobody is asked: this is to be quick.
    containers: elsewhere ? containers : (seen?.containers ?? 0),
    running: seen?.running ?? 0,
    pool: isPool(record),
    stack,
    worker: lockHolderOf(stackLock(name)),
  };
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}
