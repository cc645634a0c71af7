import { finishedLine } from "./lines";
import { printable } from "../../config/wording";
import type { View } from "./events";

/** Plain lines, one per piece of news: for logs and pipes. */
export function plainView(write: (text: string) => void): View {
  const phases = new Map<string, string>();
  return {
    show(event) {
      switch (event.kind) {
        case "note":
          write(`${printable(event.text)}\n`);
          return;
        case "started":
          write(`${event.total} cells\n`);
          return;
        case "phase":
          // The text changes often; a new phase is news.
          if (phases.get(event.cell) !== event.phase) write(`${event.cell}: ${event.phase}\n`);
          phases.set(event.cell, event.phase);
          return;
        case "finished":
          write(`${finishedLine(event.result)}\n`);
          return;
      }
    },
    close: () => undefined,
  };
}
