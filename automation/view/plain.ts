import { finishedLine, retryLine } from "./lines";
import { printable } from "../../config/wording";
import type { Phase } from "../worker/protocol";
import type { View } from "./events";

/** `ready` alone would say that it is. */
const words: Readonly<Record<Phase, string>> = {
  images: "images",
  create: "create",
  ready: "wait until ready",
  test: "test",
  destroy: "destroy",
};

/** Plain lines, one per piece of news: for logs and pipes. */
export function plainView(write: (text: string) => void): View {
  const phases = new Map<string, string>();
  return {
    show(event) {
      switch (event.kind) {
        case "note":
        case "images":
          write(`${printable(event.text)}\n`);
          return;
        case "started":
          write(`${event.total} cells\n`);
          return;
        case "retry":
          phases.delete(event.cell);
          write(`${printable(retryLine(event))}\n`);
          return;
        case "phase":
          // The text changes often; a new phase is news.
          if (phases.get(event.cell) !== event.phase) write(`${event.cell}: ${words[event.phase]}\n`);
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
