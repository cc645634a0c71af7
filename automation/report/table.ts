import { printable } from "../../config/wording";
import type { CellResult, RunReport } from "./run-report";
import { explanation, headline, marks, remarks } from "./summary";

/** The verdict table: one line a cell, reasons below, and what the whole means. */
export function verdictTable(report: RunReport): string {
  const width = (of: (cell: CellResult) => string): number =>
    Math.max(0, ...report.cells.map((c) => of(c).length));
  const names = width((c) => c.displayName);
  const verdicts = width((c) => c.verdict);
  const rows = report.cells.map((cell) =>
    [
      marks[cell.verdict],
      cell.displayName.padEnd(names),
      cell.verdict.padEnd(verdicts),
      `${cell.seconds.toFixed(1)} s`.padStart(8),
      cell.name,
    ].join("  "),
  );
  const reasons = report.cells
    .filter((cell) => cell.reason !== "")
    .flatMap((cell) => [
      "",
      `${cell.displayName}: ${cell.verdict}`,
      ...explanation(cell)
        .split("\n")
        .map((l) => `  ${l}`),
    ]);
  return [
    ...rows,
    ...reasons,
    "",
    `${headline(report)}; reports and logs in ${report.out}`,
    ...remarks(report),
  ]
    .map(printable)
    .join("\n");
}
