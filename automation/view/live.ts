import { printable } from "../../config/wording";
import { readableLine } from "../report/text";
import type { Phase } from "../worker/protocol";
import type { RunEvent, View } from "./events";
import { fitted } from "./fitted";
import { finishedLine, retryLine } from "./lines";
import { aboutLeft, secondsLeft } from "./time-left";

interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

interface Running {
  readonly since: number;
  phase: Phase;
  phaseSince: number;
  text: string;
}

/** Redrawn this often, in milliseconds. */
const pause = 100;

const longestName = 40;

/**
 * A window at the foot of a terminal: one line per running cell with its phase, a footer with the counts and the time
 * left. Finished cells scroll up. More cells than rows: the first ones are shown, the rest counted.
 */
export function liveView(terminal: Terminal, colours = false): View {
  const running = new Map<string, Running>();
  const times: number[] = [];
  let counts = { total: 0, slots: 1, done: 0 };
  let images: { readonly text: string; readonly since: number } | undefined;
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`);
  const footer = (): string => {
    const { total, slots, done } = counts;
    const elapsed = [...running.values()].map(({ since }) => secondsSince(since));
    const left = secondsLeft({ times, running: elapsed, waiting: total - done - running.size, slots });
    const words = left === undefined ? [] : [aboutLeft(left)];
    return [`${done}/${total} cells done`, `${running.size} running`, ...words].join(", ");
  };
  const window = (): string[] => {
    if (images !== undefined) return [`images ${clock(images.since)}  ${images.text}`];
    if (counts.total === 0) return [];
    const room = Math.max(1, terminal.rows - 2);
    const width = Math.min(longestName, Math.max(0, ...[...running.keys()].map((name) => name.length)));
    const cells = [...running].map(([name, cell]) => runningLine(name.padEnd(width), cell));
    const hidden = cells.length - room;
    const shown = hidden > 0 ? [...cells.slice(0, room - 1), `… and ${hidden + 1} more`] : cells;
    return [...shown, footer()];
  };
  const draw = (above: string): void => {
    const lines = window().map((line) => `${fitted(line, terminal.columns - 1)}\n`);
    terminal.write(erase() + above + lines.join(""));
    drawn = lines.length;
  };
  const ticker = setInterval(() => draw(""), pause);
  return {
    show(event: RunEvent) {
      switch (event.kind) {
        case "note":
          draw(`${printable(event.text)}\n`);
          return;
        case "images":
          images = { text: printable(event.text), since: images?.since ?? performance.now() };
          draw("");
          return;
        case "started":
          images = undefined;
          counts = { ...counts, total: event.total, slots: event.slots };
          return;
        case "retry":
          draw(`${printable(retryLine(event))}\n`);
          return;
        case "phase":
          running.set(event.cell, after(running.get(event.cell), event));
          return;
        case "finished":
          counts = { ...counts, done: counts.done + 1 };
          running.delete(event.result.displayName);
          if (event.result.started !== null) times.push(event.result.seconds);
          draw(`${finishedLine(event.result, colours)}\n`);
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

function after(before: Running | undefined, { phase, text }: RunEvent & { kind: "phase" }): Running {
  const now = performance.now();
  const same = before?.phase === phase ? before : undefined;
  const line = readableLine(text, 500);
  return {
    since: before?.since ?? now,
    phase,
    phaseSince: same?.phaseSince ?? now,
    text: line === "" ? (same?.text ?? "") : line,
  };
}

/** `mesos=1.7.1  test 00:41  last line`. */
function runningLine(name: string, { phase, phaseSince, text }: Running): string {
  return `${printable(name)}  ${phase.padEnd(7)} ${clock(phaseSince)}  ${text}`;
}

function secondsSince(moment: number): number {
  return Math.floor((performance.now() - moment) / 1000);
}

/** `00:41`. */
function clock(since: number): string {
  const seconds = secondsSince(since);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
