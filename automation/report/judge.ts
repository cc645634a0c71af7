import { noteLine } from "../../config/oracle/review";
import type { RuleNote } from "../../config/spec";
import type { CellOutcome } from "../worker/protocol";
import type { CellResult } from "./run-report";

/** The only place that says what an outcome means. */
export function judgeCell(
  outcome: CellOutcome,
  testTimeout: number,
): Pick<CellResult, "verdict" | "reason" | "exitCode"> {
  const judged = judgeWork(outcome, testTimeout);
  if (outcome.left.length === 0) return judged;
  // Said whatever else happened: the user has to remove it.
  const left = `could not be removed: ${outcome.left.join(", ")}`;
  const reason = judged.reason === "" ? left : `${judged.reason}\n${left}`;
  return judged.verdict === "passed" ? { verdict: "error", reason, exitCode: 1 } : { ...judged, reason };
}

function judgeWork(
  outcome: CellOutcome,
  testTimeout: number,
): Pick<CellResult, "verdict" | "reason" | "exitCode"> {
  const { up, test } = outcome;
  if (outcome.interrupted) return { verdict: "interrupted", reason: "interrupted", exitCode: 130 };
  if (up.kind === "not-ready") return { verdict: "not-ready", reason: up.message, exitCode: 4 };
  if (up.kind !== "ready") {
    const machine = up.kind === "precondition" || up.kind === "locked";
    return { verdict: "error", reason: up.message, exitCode: machine ? 3 : 1 };
  }
  if (test?.code === 0) return { verdict: "passed", reason: "", exitCode: 0 };
  return { verdict: "failed", reason: testFailure(test, testTimeout), exitCode: 5 };
}

/** A cell that rules refuse is not started; under `--strict` that counts as a mistake in the file. */
export function judgeRefused(
  refused: readonly RuleNote[],
  strict: boolean,
): Pick<CellResult, "verdict" | "reason" | "exitCode"> {
  return { verdict: "refused", reason: refused.map(noteLine).join("\n"), exitCode: strict ? 2 : 0 };
}

/**
 * The exit code of a whole run: the first that applies of 130, 1, 5, 4, 3, 2; a run in which no cell passed is
 * never 0, and one in which every cell was refused is a mistake in the file.
 */
export function runExitCode(cells: readonly Pick<CellResult, "verdict" | "exitCode">[]): number {
  const first = [130, 1, 5, 4, 3, 2].find((code) => cells.some((cell) => cell.exitCode === code));
  if (first !== undefined) return first;
  if (cells.some((cell) => cell.verdict === "passed" || cell.verdict === "flaky")) return 0;
  return cells.length > 0 && cells.every((cell) => cell.verdict === "refused") ? 2 : 1;
}

function testFailure(test: CellOutcome["test"], timeout: number): string {
  if (test === undefined) return "the test did not run";
  const last = test.lastLine === "" ? "" : `: ${test.lastLine}`;
  if (test.timedOut) return `the test did not end within ${timeout} s${last}`;
  if (test.signal !== undefined) return `the test was ended by ${test.signal}${last}`;
  return `the test ended with exit code ${test.code ?? "?"}${last}`;
}
