import { printable } from "../../config/wording";
import type { CellResult } from "../report/run-report";
import { marks } from "../report/summary";

/** `✓ mesos=1.7.1  41 s`. */
export function finishedLine(result: CellResult, colours = false): string {
  const { displayName, verdict, seconds, exitCode } = result;
  const word = verdict === "passed" ? "" : `  ${verdict}`;
  const mark = colours
    ? coloured(marks[verdict], verdict === "passed" ? 32 : exitCode === 0 ? 33 : 31)
    : marks[verdict];
  return `${mark} ${printable(`${displayName}${word}`)}  ${seconds.toFixed(0)} s`;
}

/** `mesos=1.7.1: did not pass, attempt 2`. */
export function retryLine({ cell, attempt }: { readonly cell: string; readonly attempt: number }): string {
  return `${cell}: did not pass, attempt ${attempt}`;
}

function coloured(text: string, colour: number): string {
  return `\u001b[${colour}m${text}\u001b[0m`;
}
