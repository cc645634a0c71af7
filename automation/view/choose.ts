import { printable } from "../../config/wording";
import { isoTime, steadyClock } from "../cell/record";
import type { View } from "./events";
import { jsonView } from "./json";
import { liveView } from "./live";
import { plainView } from "./plain";

export interface ViewOptions {
  /** Nothing but what went wrong with the command itself. */
  readonly quiet?: boolean;
  /** Every change, and what the tests print. */
  readonly verbose?: boolean;
  readonly logFormat?: LogFormat;
}

export const logFormats = ["text", "json"] as const;
export type LogFormat = (typeof logFormats)[number];

/** How a command that shows no run speaks on standard error. */
export interface Voice {
  /** News of the work. */
  readonly say: (text: string) => void;
  /** What must be known, however quiet it is to be. */
  readonly warn: (text: string) => void;
}

/** A line for each line of a text, or an object a line with the whole of it. */
export function chooseVoice({ quiet, logFormat }: ViewOptions): Voice {
  const write = (text: string): unknown => process.stderr.write(text);
  const json = jsonView(write, () => isoTime(steadyClock()), true);
  const warn = (text: string): void => {
    if (logFormat === "json") json.show({ kind: "note", text });
    else write(`${text.split("\n").map(printable).join("\n")}\n`);
  };
  return { say: quiet === true ? () => undefined : warn, warn };
}

/** How a run shows itself on standard error: a live window on a terminal, plain lines elsewhere and in CI. */
export function chooseView({ quiet, verbose, logFormat }: ViewOptions): View {
  const { stderr } = process;
  const write = (text: string): unknown => stderr.write(text);
  const nothing = (): void => undefined;
  if (quiet === true) return { show: nothing, close: nothing };
  if (logFormat === "json") return jsonView(write, () => isoTime(steadyClock()), verbose === true);
  const { CI: ci = "", NO_COLOR: noColour = "", TERM: term } = process.env;
  if (verbose === true || !stderr.isTTY || ci !== "" || term === "dumb") {
    return plainView(write, verbose === true);
  }
  return liveView(stderr, noColour === "");
}
