import { readableLine } from "../report/text";
import { printable } from "../../config/wording";
import type { Phase } from "../worker/protocol";
import type { RunEvent, View } from "./events";
import { finishedLine, retryLine } from "./lines";

/** `ready` alone would say that it is. */
const words: Readonly<Record<Phase, string>> = {
  images: "images",
  create: "create",
  ready: "wait until ready",
  test: "test",
  destroy: "destroy",
};

const longestLine = 500;

/**
 * Plain lines, one per piece of news: for logs and pipes.
 * @param verbose every change of a text, and what the tests print
 */
export function plainView(write: (text: string) => void, verbose = false): View {
  const phases = new Map<string, string>();
  return {
    show(event) {
      switch (event.kind) {
        case "note":
        case "images":
          write(`${printable(event.text)}\n`);
          return;
        case "started":
          write(`${event.total} ${event.total === 1 ? "cell" : "cells"}\n`);
          return;
        case "retry":
          phases.delete(event.cell);
          write(`${printable(retryLine(event))}\n`);
          return;
        case "phase":
          // The text changes often; a new phase is news.
          if (phases.get(event.cell) !== event.phase)
            write(`${printable(event.cell)}: ${words[event.phase]}\n`);
          phases.set(event.cell, event.phase);
          if (verbose) write(details(event));
          return;
        case "finished":
          write(`${finishedLine(event.result)}\n`);
          return;
      }
    },
    close: () => undefined,
  };
}

function details({ cell, phase, text, output }: RunEvent & { kind: "phase" }): string {
  const name = printable(cell);
  if (output === undefined) return text === "" ? "" : `${name}: ${words[phase]}: ${printable(text)}\n`;
  const left = output.leftOut === 0 ? [] : [`... ${output.leftOut} more lines`];
  const lines = [...left, ...output.lines.map((line) => readableLine(line, longestLine))];
  return lines.map((line) => `${name} | ${line}\n`).join("");
}
