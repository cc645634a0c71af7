import { noteLine, reviewCluster } from "../../config/oracle/review";
import { loadAnyFile } from "../../config/load";
import type { ClusterSpec, MatrixSpec } from "../../config/spec";
import { printable } from "../../config/wording";
import { flagNotes } from "../../plan/user-flags";
import { clusterNotes, matrixNotes } from "../notes";

/**
 * `mesos-matrix check FILE`: every problem of a file (exit code 2), or what it means. Nothing is started and nothing
 * is asked of Docker or a registry.
 */
export function checkCommand(file: string, { json }: { readonly json?: boolean }): number {
  const found = loadAnyFile(file);
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify(found.kind === "Cluster" ? clusterJson(found.cluster) : matrixJson(found.matrix), null, 2)}\n`,
    );
    return 0;
  }
  const lines = found.kind === "Cluster" ? clusterLines(found.cluster) : matrixLines(found.matrix);
  for (const line of lines) process.stdout.write(`${line.split("\n").map(printable).join("\n")}\n`);
  return 0;
}

function clusterLines(cluster: ClusterSpec): string[] {
  const agents = cluster.agents.reduce((sum, group) => sum + group.count, 0);
  const what = `Mesos ${cluster.masters.version}, ${cluster.zookeeper.count} + ${cluster.masters.count} + ${agents}`;
  return [`cluster ${cluster.name}: ${what} ZooKeeper servers, masters, agents`, ...clusterNotes(cluster)];
}

function matrixLines(matrix: MatrixSpec): string[] {
  const { name, cells } = matrix;
  const refused = cells.filter((cell) => cell.refused.length > 0);
  const count = `${cells.length} ${cells.length === 1 ? "cell" : "cells"}`;
  return [
    `matrix ${name}: ${count}${refused.length === 0 ? "" : `, ${refused.length} of them refused`}`,
    ...cells.filter((cell) => cell.refused.length === 0).map((cell) => `  ${cell.displayName}`),
    ...refused.map((cell) => `  ${cell.displayName}  refused: ${cell.refused.map(noteLine).join("; ")}`),
    ...matrixNotes(matrix),
  ];
}

/** What `--json` prints: the kind, the name, the cells of a matrix, and what the rules say, as they say it. */
function clusterJson(cluster: ClusterSpec): object {
  const { warnings } = reviewCluster(cluster);
  return { kind: "Cluster", name: cluster.name, warnings, notes: flagNotes(cluster) };
}

function matrixJson({ name, cells }: MatrixSpec): object {
  return {
    kind: "Matrix",
    name,
    cells: cells.map(({ displayName, coordinates, cluster, refused, warnings }) => ({
      cell: displayName,
      coordinates,
      refused,
      warnings,
      notes: flagNotes(cluster),
    })),
  };
}
