import { printable } from "../../config/wording";
import type { CellResult } from "../report/run-report";
import { marks } from "../report/summary";

/** `✓ mesos=1.7.1  41 s`. */
export function finishedLine(result: CellResult): string {
  const mark = marks[result.verdict];
  const verdict = result.verdict === "passed" ? "" : `  ${result.verdict}`;
  return printable(`${mark} ${result.displayName}${verdict}  ${result.seconds.toFixed(0)} s`);
}

/** `mesos=1.7.1: attempt 2`. */
export function retryLine({ cell, attempt }: { readonly cell: string; readonly attempt: number }): string {
  return `${cell}: did not pass, attempt ${attempt}`;
}
