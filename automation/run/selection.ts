import { nearest } from "../../config/nearest";
import { ConfigError } from "../../config/problem";
import type { CellSpec, MatrixSpec } from "../../config/spec";
import { oneOf, show } from "../../config/wording";
import type { RunReport } from "../report/run-report";
import { mayRunAgain } from "../report/judge";

/** Which cells of a matrix a run is about. */
export interface Selection {
  /** Each `axis=glob`, several with spaces between them when all must match; a cell that one of them fits is chosen. */
  readonly only?: readonly string[];
  /** An earlier run: only its cells that did not pass. */
  readonly failedIn?: RunReport;
  readonly shard?: Shard;
}

/** One of several workers that share a matrix; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A cell and its place among the run's cells, those of all shards together. */
export interface ChosenCell {
  readonly cell: CellSpec;
  readonly index: number;
}

export interface Chosen {
  readonly cells: readonly ChosenCell[];
  /** Cells of all shards together. */
  readonly total: number;
}

/**
 * The cells that a run is about, in the order of the file. Every shard deals the same cells out in turn, so that the
 * shards of one matrix are disjoint and together the whole. Pure.
 * @throws ConfigError where nothing is chosen, with what could have been
 */
export function chooseCells({ cells }: Pick<MatrixSpec, "cells">, selection: Selection): Chosen {
  const { only = [], failedIn, shard } = selection;
  const filters = only.map((text) => readFilter(text, cells));
  const named = filters.length === 0 ? cells : cells.filter((cell) => filters.some((fits) => fits(cell)));
  if (named.length === 0 && cells.length > 0) throw matchesNothing(only, cells);
  const wanted = failedIn === undefined ? named : failedCells(named, failedIn);
  const placed = wanted.map((cell, index) => ({ cell, index }));
  return {
    cells:
      shard === undefined ? placed : placed.filter(({ index }) => index % shard.count === shard.index - 1),
    total: placed.length,
  };
}

/** `2/3`; undefined where it is none, such as `4/3`. */
export function parseShard(text: string): Shard | undefined {
  const [, index = 0, count = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  return index >= 1 && index <= count ? { index, count } : undefined;
}

type Filter = (cell: CellSpec) => boolean;

/** `mesos=1.8.* marathon=1.8.222`: a glob for each axis that it names. */
function readFilter(text: string, cells: readonly CellSpec[]): Filter {
  const axes = Object.keys(cells[0]?.coordinates ?? {});
  const names = [...axes].sort((a, b) => b.length - a.length).map(literally);
  // A value may hold spaces and `=`: a new pair begins only where an axis is named.
  const begin = new RegExp(`(?:^|\\s+)(?=(?:${names.join("|")})=)`);
  const pairs = text
    .trim()
    .split(begin)
    .filter((pair) => pair !== "");
  const wanted = pairs.map((pair) => {
    const axis = axes.find((name) => pair.startsWith(`${name}=`));
    if (axis === undefined) throw unknownAxis(text, pair, axes);
    return { axis, glob: globPattern(pair.slice(axis.length + 1)) };
  });
  if (wanted.length === 0) throw mistake("--only", "it is empty", `write ${axes[0] ?? "axis"}=VALUE`);
  return ({ coordinates }) => wanted.every(({ axis, glob }) => glob.test(coordinates[axis] ?? ""));
}

/** `*` stands for any text, `?` for one character. */
function globPattern(glob: string): RegExp {
  const pattern = literally(glob).replace(/\\([*?])/g, (_, sign) => (sign === "*" ? ".*" : "."));
  return new RegExp(`^${pattern}$`, "su");
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function failedCells(cells: readonly CellSpec[], report: RunReport): readonly CellSpec[] {
  const again = new Set(report.cells.filter(mayRunAgain).map(({ displayName }) => displayName));
  const failed = cells.filter(({ displayName }) => again.has(displayName));
  if (failed.length > 0) return failed;
  const why =
    again.size === 0
      ? `no cell of the run ${report.run} failed`
      : `none of the ${again.size} cells that failed in the run ${report.run} is chosen`;
  throw mistake(
    "--rerun",
    `${why}, so there is nothing to run again`,
    "leave --rerun out to run the cells anew",
  );
}

const mostValues = 12;

function matchesNothing(only: readonly string[], cells: readonly CellSpec[]): ConfigError {
  const axes = Object.keys(cells[0]?.coordinates ?? {});
  const offered = axes.map((axis) => {
    const values = [...new Set(cells.map(({ coordinates }) => coordinates[axis] ?? ""))];
    const more = values.length > mostValues ? ", ..." : "";
    return `${axis} is ${oneOf(values.slice(0, mostValues))}${more}`;
  });
  return mistake(
    "--only",
    `${only.map(show).join(", ")} fits none of the ${cells.length} cells`,
    offered.join("; "),
  );
}

function unknownAxis(text: string, pair: string, axes: readonly string[]): ConfigError {
  const [name = ""] = pair.split("=", 1);
  const near = nearest(name, axes);
  const cure = near === undefined ? `the axes are ${oneOf(axes)}` : `did you mean ${near}?`;
  if (!pair.includes("=")) {
    return mistake(
      "--only",
      `${show(text)} names no axis`,
      `write ${near ?? axes[0] ?? "axis"}=VALUE; the axes are ${oneOf(axes)}`,
    );
  }
  return mistake("--only", `${show(name)} is no axis of this matrix`, cure);
}

/** A mistake on the command line, or in the options of a program. */
function mistake(path: string, message: string, cure: string): ConfigError {
  return new ConfigError([{ place: { file: "command line", line: 0, column: 0 }, path, message, cure }]);
}
