import { noteLine, reviewCluster } from "../config/oracle/review";
import type { CellSpec, ClusterSpec, MatrixSpec, RuleNote } from "../config/spec";
import { flagNotes } from "../plan/user-flags";

/** What the rules warn of in a cluster that is about to start, and which flags somebody does not get, a line each. */
export function clusterNotes(spec: ClusterSpec, review = reviewCluster(spec)): string[] {
  return [...review.warnings.map(warning), ...flagNotes(spec)];
}

/** The same of the cells of a matrix. */
export function matrixNotes({ cells }: MatrixSpec): string[] {
  return cellNotes(cells);
}

/** The same of cells, each text once, with the number of cells where it is not all. */
export function cellNotes(cells: readonly CellSpec[]): string[] {
  const counts = new Map<string, number>();
  const texts = cells.flatMap(({ cluster, refused, warnings }) => [
    ...warnings.map(warning),
    ...(refused.length > 0 ? [] : flagNotes(cluster)),
  ]);
  for (const text of texts) {
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
