import { printable } from "../../config/wording";

/**
 * Terminal escape sequences (ECMA-48): control sequences, strings such as window titles, and two-character ones.
 * A test's colours are dropped whole, so that no `[31m` is left.
 */
/* eslint-disable no-control-regex -- these characters are what it is about */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
/* eslint-enable no-control-regex */

/** A line of output for reading: no terminal escapes, the last state of a line that was overwritten, nothing hidden. */
export function readableLine(line: string, longest: number): string {
  const shown = line.replace(sequences, "").trimEnd().split("\r").at(-1) ?? "";
  return clip(shown.split("\t").map(printable).join("\t"), longest);
}

/** Text of several lines for reading. */
export function readable(text: string, longestLine: number): string {
  return text
    .split("\n")
    .map((line) => readableLine(line, longestLine))
    .join("\n");
}

/** Any text as one short line. */
export function oneLine(text: string, longest: number): string {
  return clip(printable(text.replace(sequences, "").replace(/\s+/g, " ").trim()), longest);
}

/** At most `longest` characters; what is cut off shows as `…`. */
export function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // A cut between the halves of a surrogate pair would leave half a character.
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** `41.2 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
