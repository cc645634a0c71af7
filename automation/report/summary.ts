import { ALLOWED } from "../../config/oracle/review";
import type { CellResult, RunReport, Verdict } from "./run-report";

/** A sign for each verdict; the word stands beside it everywhere. */
export const marks: Readonly<Record<Verdict, string>> = {
  passed: "✓",
  flaky: "≈",
  failed: "✗",
  "not-ready": "✗",
  error: "✗",
  refused: "⊘",
  interrupted: "–",
  skipped: "–",
};

/** `20 of 24 cells passed`. */
export function headline({ cells }: RunReport): string {
  const passed = cells.filter((cell) => cell.verdict === "passed").length;
  return `${passed} of ${counted(cells.length)} passed`;
}

/** How often each verdict came, in the order of `marks`, without those that did not. */
export function verdictCounts(cells: readonly CellResult[]): { verdict: Verdict; count: number }[] {
  return (Object.keys(marks) as Verdict[])
    .map((verdict) => ({ verdict, count: cells.filter((cell) => cell.verdict === verdict).length }))
    .filter(({ count }) => count > 0);
}

/**
 * What must be said of a run beside its verdicts: simulated cells, cells of other shards, rules that were not to
 * count, warnings.
 */
export function remarks(report: RunReport): string[] {
  const { cells, total, warnings } = report;
  const simulated = cells.filter((cell) => cell.simulated).length;
  return [
    ...(simulated > 0
      ? [`${simulated} of ${counted(cells.length)} ran the simulator, not a real Mesos`]
      : []),
    ...(cells.length < total
      ? [`${total - cells.length} of the run's ${counted(total)} are not in this report`]
      : []),
    ...allowed(cells),
    ...cells.filter(({ kept }) => kept).map(({ name }) => keptText(name)),
    ...warnings,
  ];
}

/** Why a cell did not pass: the reason of its verdict, and the likely cause that its evidence shows. */
export function explanation({ reason, cause }: CellResult): string {
  return cause === null ? reason : `${reason}\nlikely cause: ${cause.text}`;
}

/** How to get at a cluster that was left running. */
function keptText(name: string): string {
  const how = ["env", "logs", "down"].map((verb) => `mesos-matrix ${verb} ${name}`).join(", ");
  return `the cluster ${name} is kept: ${how}`;
}

/** Whether a reader wants to know why. */
export function needsReason({ verdict }: CellResult): boolean {
  return verdict !== "passed";
}

/** What a cell's JUnit files tell, in one line; undefined: there are none. */
export function testsLine({ tests }: CellResult): string | undefined {
  if (tests === null) return undefined;
  const bad = [
    ...(tests.failures > 0 ? [`${tests.failures} failed`] : []),
    ...(tests.errors > 0 ? [`${tests.errors} with an error`] : []),
    ...(tests.skipped > 0 ? [`${tests.skipped} skipped`] : []),
  ];
  const passed = tests.total - tests.failures - tests.errors - tests.skipped;
  return `${tests.total} test cases: ${[`${passed} passed`, ...bad].join(", ")}`;
}

/** Test cases of a cell that did not pass: `suite: name: message`. */
export function badTests({ tests }: CellResult): string[] {
  return (tests?.cases ?? [])
    .filter(({ outcome }) => outcome === "failed" || outcome === "error")
    .map(({ classname, suite, name, message }) => {
      const place = classname === "" ? suite : classname;
      return [place, name, message].filter((part) => part !== "").join(": ");
    });
}

/** Every rule that `allow` overruled, with the number of cells in which it spoke. */
function allowed(cells: readonly CellResult[]): string[] {
  const counts = new Map<string, number>();
  for (const text of cells.flatMap(({ warnings }) => warnings.filter((one) => one.startsWith(ALLOWED)))) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => `in ${count} of ${counted(cells.length)}, ${text}`);
}

function counted(cells: number): string {
  return `${cells} ${cells === 1 ? "cell" : "cells"}`;
}
