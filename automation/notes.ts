import { noteLine, reviewCluster } from "../config/oracle/review";
import type { ClusterSpec, MatrixSpec, RuleNote } from "../config/spec";

/** What the rules warn of in a cluster that is about to start, a line each. */
export function clusterNotes(spec: ClusterSpec): string[] {
  return reviewCluster(spec).warnings.map(warning);
}

/** What the rules warn of in the cells of a matrix, each text once, with the number of cells where it is not all. */
export function matrixNotes({ cells }: MatrixSpec): string[] {
  const counts = new Map<string, number>();
  for (const text of cells.flatMap(({ warnings }) => warnings.map(warning))) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) =>
    count === cells.length ? text : `${text} (${count} of ${cells.length} cells)`,
  );
}

function warning(note: RuleNote): string {
  const line = noteLine(note);
  return note.allowed ? line : `${note.verdict === "unknown" ? "not known to work" : "warning"}: ${line}`;
}
