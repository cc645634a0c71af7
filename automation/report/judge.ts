import { noteLine } from "../../config/oracle/review";
import type { RuleNote } from "../../config/spec";
import type { CellOutcome } from "../worker/protocol";
import type { CellResult } from "./run-report";
import { readableLine } from "./text";

/** What the judge says of a cell. */
export type Judged = Pick<CellResult, "verdict" | "reason" | "exitCode">;

/** The only place that says what an outcome means. */
export function judgeCell(outcome: CellOutcome, testTimeout: number): Judged {
  const judged = judgeWork(outcome, testTimeout);
  if (outcome.left.length === 0) return judged;
  // Said whatever else happened: the user has to remove it.
  const left = `could not be removed: ${outcome.left.join(", ")}`;
  const reason = judged.reason === "" ? left : `${judged.reason}\n${left}`;
  return judged.verdict === "passed" ? { verdict: "error", reason, exitCode: 1 } : { ...judged, reason };
}

function judgeWork(outcome: CellOutcome, testTimeout: number): Judged {
  const { up, test } = outcome;
  if (outcome.interrupted) return { verdict: "interrupted", reason: "interrupted", exitCode: 130 };
  if (up.kind === "not-ready") return { verdict: "not-ready", reason: up.message, exitCode: 4 };
  if (up.kind !== "ready") {
    const machine = up.kind === "precondition" || up.kind === "locked";
    return { verdict: "error", reason: up.message, exitCode: machine ? 3 : 1 };
  }
  // A test that answers its deadline with 0 has not passed.
  if (test?.code === 0 && !test.timedOut) return { verdict: "passed", reason: "", exitCode: 0 };
  return { verdict: "failed", reason: testFailure(test, testTimeout), exitCode: 5 };
}

/** A cell that rules refuse is not started; under `--strict` that counts as a mistake in the file. */
export function judgeRefused(refused: readonly RuleNote[], strict: boolean): Judged {
  return { verdict: "refused", reason: refused.map(noteLine).join("\n"), exitCode: strict ? 2 : 0 };
}

/** A cell that could not start because this machine lacks something. */
export function judgeMissing(reason: string): Judged {
  return { verdict: "error", reason, exitCode: 3 };
}

/** Whether another attempt may end otherwise: what this machine lacks it will lack again. */
export function mayPassOnRetry({ verdict, exitCode }: Pick<CellResult, "verdict" | "exitCode">): boolean {
  return verdict === "failed" || verdict === "not-ready" || (verdict === "error" && exitCode === 1);
}

/** Whether a cell did not do what it was to do, so that a run may stop there and a later one takes it up again. */
export function mayRunAgain({ verdict }: Pick<CellResult, "verdict">): boolean {
  return verdict !== "passed" && verdict !== "flaky" && verdict !== "refused";
}

/** One result of all attempts at a cell: the last one counts, and a pass that took several is `flaky`. */
export function judgeRetried(results: readonly CellResult[], strict: boolean): CellResult {
  const last = results.at(-1);
  if (last === undefined) throw new Error("a cell without an attempt has no result");
  if (results.length === 1) return last;
  const earlier = results.slice(0, -1);
  const passed = last.verdict === "passed";
  const tries = earlier.map(({ verdict, reason }, i) => `attempt ${i + 1}: ${verdict}: ${reason}`);
  const reason = passed ? `passed on attempt ${results.length}` : `attempt ${results.length}: ${last.reason}`;
  return {
    ...last,
    ...(passed ? { verdict: "flaky" as const, exitCode: strict ? 5 : 0 } : {}),
    reason: [reason, ...tries].join("\n"),
    attempts: earlier.map(({ verdict, reason: why, started, seconds, testTail }) => ({
      verdict,
      reason: why,
      started: started ?? "",
      seconds,
      testTail,
    })),
    started: results[0]?.started ?? null,
    seconds: Math.round(results.reduce((sum, { seconds }) => sum + seconds, 0) * 1000) / 1000,
    phases: results.flatMap(({ phases }) => phases),
    events: results.flatMap(({ events }) => events),
    warnings: [...new Set(results.flatMap(({ warnings }) => warnings))],
  };
}

/**
 * The exit code of a whole run, or of a shard of it: the first that applies of 130, 1, 5, 4, 3, 2; a run in which no
 * cell passed is never 0, and one in which every cell was refused is a mistake in the file. A shard that got none of
 * the run's cells has nothing to fail with.
 * @param total cells of the run, those of all its shards together
 */
export function runExitCode(
  cells: readonly Pick<CellResult, "verdict" | "exitCode">[],
  total = cells.length,
): number {
  if (cells.length === 0 && total > 0) return 0;
  const first = [130, 1, 5, 4, 3, 2].find((code) => cells.some((cell) => cell.exitCode === code));
  if (first !== undefined) return first;
  if (cells.some((cell) => cell.verdict === "passed" || cell.verdict === "flaky")) return 0;
  return cells.length > 0 && cells.every((cell) => cell.verdict === "refused") ? 2 : 1;
}

const longestLine = 500;

function testFailure(test: CellOutcome["test"], timeout: number): string {
  if (test === undefined) return "the test did not run";
  const line = readableLine(test.lastLine, longestLine);
  const last = line === "" ? "" : `: ${line}`;
  if (test.timedOut) return `the test did not end within ${timeout} s${last}`;
  if (test.signal !== undefined) return `the test was ended by ${test.signal}${last}`;
  return `the test ended with exit code ${test.code ?? "?"}${last}`;
}
