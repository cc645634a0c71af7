import type { RunEvent, View } from "./events";
import { finishedLine, retryLine } from "./lines";
import { printable } from "../../config/wording";

interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/** Redrawn at most this often, in milliseconds. */
const pause = 100;

/**
 * A window at the foot of a terminal: one line per running cell, a footer with the counts. Finished cells scroll up.
 * More cells than rows: the first ones are shown, the rest counted.
 */
export function liveView(terminal: Terminal): View {
  const running = new Map<string, { line: string; since: number }>();
  let total = 0;
  let done = 0;
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`);
  const draw = (above: string): void => {
    const room = Math.max(1, terminal.rows - 2);
    const cells = [...running].map(([cell, { line, since }]) => {
      const seconds = String(Math.floor((performance.now() - since) / 1000)).padStart(4);
      return `${seconds} s  ${cell}  ${line}`;
    });
    const hidden = cells.length - room;
    const shown = hidden > 0 ? [...cells.slice(0, room - 1), `        … and ${hidden + 1} more`] : cells;
    const lines = total === 0 ? [] : [...shown, `${done}/${total} cells done, ${running.size} running`];
    terminal.write(
      erase() + above + lines.map((line) => `${printable(line).slice(0, terminal.columns - 1)}\n`).join(""),
    );
    drawn = lines.length;
  };
  const ticker = setInterval(() => {
    draw("");
  }, pause);
  return {
    show(event: RunEvent) {
      switch (event.kind) {
        case "note":
        case "images":
          draw(`${printable(event.text)}\n`);
          return;
        case "started":
          total = event.total;
          return;
        case "retry":
          draw(`${printable(retryLine(event))}\n`);
          return;
        case "phase":
          running.set(event.cell, {
            line: `${event.phase} ${event.text}`,
            since: running.get(event.cell)?.since ?? performance.now(),
          });
          return;
        case "finished":
          done++;
          running.delete(event.result.displayName);
          draw(`${finishedLine(event.result)}\n`);
          return;
      }
    },
    close() {
      clearInterval(ticker);
      terminal.write(erase());
      drawn = 0;
    },
  };
}
