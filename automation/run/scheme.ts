import { noteLine } from "../../config/oracle/review";
import type { MatrixSpec } from "../../config/spec";
import { printable } from "../../config/wording";
import type { RunOptions } from "../matrix";
import { longestFirst } from "./order";
import { cellMemory, machineRoom } from "./room";
import { chooseCells } from "./selection";

/** What a run would do. */
export interface RunScheme {
  readonly matrix: string;
  /** Cells of all shards together. */
  readonly total: number;
  /** Cells at once, as far as the memory that is free now suffices. */
  readonly slots: number;
  /** Bytes. */
  readonly memory: number;
  /** In the order in which they would start. */
  readonly cells: readonly {
    readonly index: number;
    readonly displayName: string;
    readonly coordinates: Readonly<Record<string, string>>;
    /** Why it would not start; empty for one that would. */
    readonly refused: readonly string[];
    /** Bytes at its peak. */
    readonly memory: number;
    /** As it was the last time; null where no timings tell. */
    readonly seconds: number | null;
  }[];
}

/** What a run with these options would do, without doing it: Docker is not asked, and nothing is written. */
export function runScheme(matrix: MatrixSpec, options: RunOptions): RunScheme {
  const { cells, total } = chooseCells(matrix, options.select ?? {});
  const timings = options.timings ?? new Map<string, number>();
  const room = machineRoom(options.concurrency ?? "auto");
  const all = cells.map(({ cell, index }) => ({
    index,
    displayName: cell.displayName,
    coordinates: cell.coordinates,
    refused: cell.refused.map(noteLine),
    memory: cellMemory(cell.cluster),
    seconds: timings.get(cell.displayName) ?? null,
  }));
  return { matrix: matrix.name, total, ...room, cells: longestFirst(all, timings) };
}

/** The same for people. */
export function schemeText({ matrix, total, slots, memory, cells }: RunScheme): string {
  const starting = cells.filter(({ refused }) => refused.length === 0);
  const largest = Math.max(1, ...starting.map((cell) => cell.memory));
  const fitting = Math.max(1, Math.min(slots, starting.length, Math.floor(memory / largest)));
  const of = cells.length < total ? ` of ${total}` : "";
  return [
    `${matrix}: ${cells.length}${of} ${total === 1 ? "cell" : "cells"}, ${fitting} at once; nothing is started`,
    ...cells.map(({ displayName, refused, seconds }) => {
      const before = seconds === null ? "" : `  ${seconds.toFixed(0)} s the last time`;
      return `  ${displayName}${refused.length > 0 ? `  refused: ${refused.join("; ")}` : before}`;
    }),
    "",
  ]
    .map(printable)
    .join("\n");
}
