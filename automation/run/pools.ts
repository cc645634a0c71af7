import * as path from "node:path";
import type { GcpTargetSpec } from "../../config/gcp-spec";
import type { CellSpec, SshTarget } from "../../config/spec";
import { after } from "../housekeeping/expiry";
import { keepCluster } from "../housekeeping/lease";
import { ownProcess } from "../housekeeping/process-name";
import { cellName } from "../names";
import { startWorker, underSignals } from "../worker/spawn";

/** What makes the machines, unless a test puts machines of its own in their place. */
export const hostsProgram = path.join(__dirname, "..", "gcp", "hosts-program.js");

/** Machines for the cells of a run. */
export interface Pool {
  /** Of the stack that has them. */
  readonly name: string;
  readonly target: GcpTargetSpec;
  /** Why they could not be made; undefined: they are there. */
  readonly failure: string | undefined;
  /** Whether any of them may be there. */
  readonly made: boolean;
}

/** About a run. */
export interface PoolOptions {
  readonly matrix: string;
  readonly run: string;
  /** Module with `makeHosts`. */
  readonly program: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  readonly giveUp: AbortSignal;
}

/**
 * Makes the machines that cells of a run ask for, once for all cells that ask for the same: as many as the largest of
 * them needs. Google deletes them by the `ttl` of their target, whatever becomes of the run.
 */
export async function makePools(cells: readonly CellSpec[], options: PoolOptions): Promise<Pool[]> {
  const targets = new Map<string, GcpTargetSpec>();
  for (const { cluster } of cells) {
    const { target } = cluster;
    if (target.kind !== "gcp") continue;
    const { count = 0 } = targets.get(kindOf(target)) ?? {};
    targets.set(kindOf(target), { ...target, count: Math.max(count, target.count) });
  }
  const several = targets.size > 1;
  return Promise.all(
    [...targets.values()].map((target, i) => makePool(target, several ? `hosts ${i + 1}` : "hosts", options)),
  );
}

/** The cell as it is made: on the machines of the run where it asks for some, or why there are none. */
export function onPool(cell: CellSpec, pools: readonly Pool[]): CellSpec | string {
  const { target } = cell.cluster;
  if (target.kind !== "gcp") return cell;
  const pool = pools.find((one) => kindOf(one.target) === kindOf(target));
  if (pool === undefined) return "the machines for its run were not made";
  if (pool.failure !== undefined) return `the machines for its run could not be made: ${pool.failure}`;
  const { firewall } = target;
  const there: SshTarget = { kind: "ssh", hosts: [], hostsFrom: pool.name, prepare: false, firewall };
  return { ...cell, cluster: { ...cell.cluster, target: there } };
}

/**
 * Removes the machines when the last cell is over, also after Ctrl-C; those on which a cluster was kept stay until
 * their time is over. Answers with what could not be removed, in words.
 */
export async function removePools(
  pools: readonly Pool[],
  kept: boolean,
  { say, giveUp }: Pick<PoolOptions, "say" | "giveUp">,
): Promise<string[]> {
  const left = pools
    .filter(({ made }) => made)
    .map(async ({ name }): Promise<string[]> => {
      if (kept) {
        await keepCluster(name);
        say(
          `the machines of ${name} stay for the clusters that were kept; remove both with: mesos-matrix down ${name}`,
        );
        return [];
      }
      if (giveUp.aborted) return [`the machines of ${name} (remove them with: mesos-matrix down ${name})`];
      say(`removing the machines of ${name}`);
      const worker = startWorker({ kind: "down", name, forget: [] }, undefined, ({ text }) => {
        if (text !== "") say(text);
      });
      const end = await underSignals(worker, { signal: new AbortController().signal, giveUp });
      return "answer" in end
        ? [...end.answer.left]
        : [`the machines of ${name} (${end.died}; remove them with: mesos-matrix down ${name})`];
    });
  return (await Promise.all(left)).flat();
}

async function makePool(target: GcpTargetSpec, words: string, options: PoolOptions): Promise<Pool> {
  const { matrix, run, program, say, signal, giveUp } = options;
  const name = cellName(matrix, words, run);
  say(
    `making ${target.count} ${target.count === 1 ? "machine" : "machines"} for the cells of this run: ${name}`,
  );
  const ownership = { run, cell: words, expires: after(new Date(), target.ttl), owner: ownProcess() };
  const job = { kind: "hosts" as const, name, target, ownership, program };
  const worker = startWorker(job, undefined, ({ text }) => {
    if (text !== "") say(text);
  });
  const end = await underSignals(worker, { signal, giveUp });
  if ("died" in end) return { name, target, failure: end.died, made: true };
  const ready = end.answer.kind === "ready";
  return {
    name,
    target,
    failure: ready || !("message" in end.answer) ? undefined : end.answer.message,
    made: ready,
  };
}

/** Cells whose machines differ in number alone share them. */
function kindOf(target: GcpTargetSpec): string {
  return JSON.stringify({ ...target, count: 0 });
}
