import type { CellOutcome } from "../worker/protocol";
import type { CellResult } from "./run-report";

/** The only place that says what an outcome means. */
export function judgeCell(
  outcome: CellOutcome,
  testTimeout: number,
): Pick<CellResult, "verdict" | "reason" | "exitCode"> {
  const { up, test, left } = outcome;
  if (outcome.interrupted) return { verdict: "interrupted", reason: "interrupted", exitCode: 130 };
  if (up.kind === "not-ready") return { verdict: "not-ready", reason: up.message, exitCode: 4 };
  if (up.kind !== "ready") {
    return { verdict: "error", reason: up.message, exitCode: up.kind === "precondition" ? 3 : 1 };
  }
  if (left.length > 0) {
    return { verdict: "error", reason: `could not be removed: ${left.join(", ")}`, exitCode: 1 };
  }
  if (test?.code === 0) return { verdict: "passed", reason: "", exitCode: 0 };
  return { verdict: "failed", reason: testFailure(test, testTimeout), exitCode: 5 };
}

/**
 * The exit code of a whole run: the first that applies of 130, 1, 5, 4, 3, 2; a run in which no cell passed is
 * never 0.
 */
export function runExitCode(cells: readonly Pick<CellResult, "verdict" | "exitCode">[]): number {
  const first = [130, 1, 5, 4, 3, 2].find((code) => cells.some((cell) => cell.exitCode === code));
  if (first !== undefined) return first;
  return cells.some((cell) => cell.verdict === "passed" || cell.verdict === "flaky") ? 0 : 1;
}

function testFailure(test: CellOutcome["test"], timeout: number): string {
  if (test === undefined) return "the test did not run";
  const last = test.lastLine === "" ? "" : `: ${test.lastLine}`;
  if (test.timedOut) return `the test did not end within ${timeout} s${last}`;
  if (test.signal !== undefined) return `the test was ended by ${test.signal}${last}`;
  return `the test ended with exit code ${test.code ?? "?"}${last}`;
}
