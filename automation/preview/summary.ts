import type { Operation } from "../../plan/changes/types";
import { count } from "../../plan/changes/wording";
import { isEmpty, type PreviewReport } from "./report";

/** How an operation is marked, as in Pulumi's own preview. */
export const signs: Readonly<Record<Operation, string>> = {
  create: "+",
  replace: "±",
  update: "~",
  delete: "-",
};

/** A preview in one sentence. May hold a user's words. */
export function headline(report: PreviewReport): string {
  const { subject, against, cluster, matrix, problems } = report;
  if (problems.length > 0) return `${subject}: ${count(problems.length, "problem")}`;
  const about = `${subject} against ${against}`;
  if (isEmpty(report)) return `${about}: no change`;
  if (matrix !== undefined) return `${about}: ${matrixSummary(matrix.cells.map(({ change }) => change))}`;
  const changes = cluster?.changes ?? [];
  const dangerous = changes.filter(({ dangers }) => dangers.length > 0).length;
  const marked = dangerous === 0 ? "" : `, ${dangerous === changes.length ? "all" : dangerous} dangerous`;
  return `${about}: ${count(changes.length, "change")}${marked}`;
}

function matrixSummary(changes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const change of changes) counts.set(change, (counts.get(change) ?? 0) + 1);
  return [...counts].map(([change, number]) => `${count(number, "cell")} ${change}`).join(", ");
}
