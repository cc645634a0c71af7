import type { CellOutcome } from "../worker/protocol";

export type Verdict = "passed" | "failed" | "not-ready" | "error" | "interrupted" | "skipped";

/** What became of one cell. */
export interface CellResult {
  /** Name of its stack, containers and folder. */
  readonly name: string;
  readonly displayName: string;
  readonly coordinates: Readonly<Record<string, string>>;
  /** Whether the Mesos in it is the simulator. */
  readonly simulated: boolean;
  readonly verdict: Verdict;
  /** Why, in words; empty when it passed. */
  readonly reason: string;
  readonly seconds: number;
  /** The exit code that this cell alone would give. */
  readonly exitCode: number;
}

export interface RunReport {
  readonly schema: 1;
  readonly run: string;
  readonly matrix: string;
  readonly out: string;
  readonly cells: readonly CellResult[];
  readonly exitCode: number;
}

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

/** The exit code of a whole run: the first that applies of 130, 1, 5, 4, 3, 2; a run in which no cell passed is never 0. */
export function runExitCode(cells: readonly CellResult[]): number {
  const first = [130, 1, 5, 4, 3, 2].find((code) => cells.some((cell) => cell.exitCode === code));
  if (first !== undefined) return first;
  return cells.some((cell) => cell.verdict === "passed") ? 0 : 1;
}

function testFailure(test: CellOutcome["test"], timeout: number): string {
  if (test === undefined) return "the test did not run";
  const last = test.lastLine === "" ? "" : `: ${test.lastLine}`;
  if (test.timedOut) return `the test did not end within ${timeout} s${last}`;
  if (test.signal !== undefined) return `the test was ended by ${test.signal}${last}`;
  return `the test ended with exit code ${test.code ?? "?"}${last}`;
}
