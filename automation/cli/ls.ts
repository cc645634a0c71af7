import { nameRule } from "../../config/name";
import { labelledClusters } from "../leftovers";
import { findStack, stackNames } from "../stack";

/** `mesos-matrix ls`: every cluster of which anything is on this machine's engine. */
export async function lsCommand(options: { json?: boolean }): Promise<number> {
  const labelled = await labelledClusters();
  const onlyStacks = stackNames().filter((name) => labelled.every((cluster) => cluster.name !== name));
  const bare = { run: "", expires: undefined, created: "", containers: 0, running: 0 };
  const clusters = await Promise.all(
    [...labelled, ...onlyStacks.map((name) => ({ name, ...bare }))].map(async (cluster) => ({
      ...cluster,
      stack: nameRule(cluster.name) === undefined && (await findStack(cluster.name)) !== undefined,
    })),
  );
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(clusters, null, 2)}\n`);
    return 0;
  }
  if (clusters.length === 0) {
    process.stderr.write("no clusters\n");
    return 0;
  }
  const rows = [
    ["NAME", "CONTAINERS", "RUN", "CREATED", "EXPIRES", "STACK"],
    ...clusters.map((c) => [
      c.name,
      `${c.running}/${c.containers} running`,
      c.run,
      c.created.replace(/ [+-]\d{4}.*$/, "").replace(/\.\d+$/, "") || "-",
      c.expires ?? "never",
      c.stack ? "yes" : "none",
    ]),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length))) ?? [];
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  return 0;
}
