import type { CellResult } from "../report/run-report";
import { printable } from "../../config/wording";

/** `✓ mesos=1.7.1  41 s`. */
export function finishedLine(result: CellResult): string {
  const mark = result.verdict === "passed" ? "✓" : "✗";
  const verdict = result.verdict === "passed" ? "" : `  ${result.verdict}`;
  return printable(`${mark} ${result.displayName}${verdict}  ${result.seconds.toFixed(0)} s`);
}
