import { escapedJson } from "../report/json";
import type { RunEvent, View } from "./events";

/** One JSON object a line, for programs that follow a run; `verbose` adds what the tests print. */
export function jsonView(write: (text: string) => void, now: () => string, verbose: boolean): View {
  return {
    show(event) {
      const told = fields(event, verbose);
      if (told !== undefined) write(`${escapedJson(JSON.stringify({ at: now(), ...told }))}\n`);
    },
    close: () => undefined,
  };
}

function fields(event: RunEvent, verbose: boolean): object | undefined {
  if (event.kind === "finished") {
    const { displayName, name, verdict, exitCode, seconds, reason } = event.result;
    return { event: event.kind, cell: displayName, name, verdict, exitCode, seconds, reason };
  }
  if (event.kind === "phase") {
    const { cell, phase, text, output } = event;
    if (output !== undefined && !verbose) return undefined;
    return { event: event.kind, cell, phase, text, ...(output === undefined ? {} : { output }) };
  }
  const { kind, ...rest } = event;
  return { event: kind, ...rest };
}
