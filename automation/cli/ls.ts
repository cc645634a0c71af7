import { labelledClusters } from "../leftovers";
import { onEngines } from "../remote/engines";
import { inventory, type KnownCluster } from "../housekeeping/inventory";
import { lifeOf, pidOf } from "../housekeeping/process-name";
import { say } from "./voice";

/** `mesos-matrix ls`: every cluster of which anything is on this machine's engine, or that was made from here. */
export async function lsCommand(options: { json?: boolean }): Promise<number> {
  const clusters = await counted(await inventory());
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(clusters, null, 2)}\n`);
    return 0;
  }
  if (clusters.length === 0) {
    say("no clusters");
    return 0;
  }
  const now = Date.now();
  const rows = [
    ["NAME", "RUNNING", "AGE", "EXPIRES", "TARGET", "STATE"],
    ...clusters.map((cluster) => [
      cluster.name,
      `${cluster.running ?? "?"}/${cluster.containers}`,
      cluster.created === "" ? "-" : span(now - Date.parse(cluster.created)),
      expiry(cluster, now),
      cluster.target,
      state(cluster),
    ]),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length))) ?? [];
  for (const row of rows) {
    const line = row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ");
    process.stdout.write(`${line.trimEnd()}\n`);
  }
  return 0;
}

/** Of clusters on other machines their hosts are asked; where one does not answer, nobody knows how many run. */
async function counted(
  clusters: readonly KnownCluster[],
): Promise<(Omit<KnownCluster, "running"> & { running: number | undefined })[]> {
  return Promise.all(
    clusters.map(async (cluster) => {
      if (cluster.target === "local") return cluster;
      const { found, unreachable } = await onEngines(cluster.name, ({ engine }) => labelledClusters(engine));
      const own = found.flat().filter(({ name }) => name === cluster.name);
      const running = own.reduce((sum, one) => sum + one.running, 0);
      return { ...cluster, running: unreachable.length > 0 ? undefined : running };
    }),
  );
}

function expiry({ expires }: Pick<KnownCluster, "expires">, now: number): string {
  if (expires === undefined) return "never";
  const left = Date.parse(expires) - now;
  return left > 0 ? `in ${span(left)}` : "expired";
}

/** Who is responsible for it. */
function state({
  worker,
  owner,
  kept,
  run,
  pool,
}: Pick<KnownCluster, "worker" | "owner" | "kept" | "run" | "pool">): string {
  if (worker !== undefined) return `process ${worker.pid} works on it`;
  if (kept) return `kept by run ${run}`;
  if (owner === undefined) return "";
  const life = lifeOf(owner);
  if (life === "lives") return `${pool ? "machines " : ""}of run ${run}`;
  return life === "dead"
    ? `run ${run} is dead (process ${pidOf(owner)}); gc removes it`
    : `of run ${run} elsewhere`;
}

/** `3 d`, `5 h`, `12 min`, `40 s`. */
function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units: readonly (readonly [string, number])[] = [
    ["d", 24 * 3600],
    ["h", 3600],
    ["min", 60],
  ];
  const found = units.find(([, size]) => seconds >= 2 * size);
  return found === undefined ? `${seconds} s` : `${Math.floor(seconds / found[1])} ${found[0]}`;
}
