import { readValue } from "./axes";
import type { Axis, AxisValue } from "./axes";
import type { Fault, Finding, Path } from "./fault";
import { nearest } from "./nearest";
import { isMapping, viewAt } from "./view";
import type { View } from "./view";
import { oneOf, show } from "./wording";

const MOST_CELLS = 1000;

/** A cell's values, one per axis; undefined only in a matrix that has a fault. */
export type Coordinates = readonly (AxisValue | undefined)[];

/** The cells of a matrix. */
export interface Cells {
  readonly cells: readonly Coordinates[];
  readonly faults: readonly Fault[];
}

/**
 * The product of the axes, the first axis slowest, without the excluded cells, then the included ones. Of axes with
 * a fault, or of too many cells, only as many as it takes to check every value.
 */
export function readCells(axes: readonly Axis[], axesAreSound: boolean, document: View): Cells {
  const excluded = readEntries("exclude", axes, document);
  const included = readEntries("include", axes, document);
  const faults = [...excluded.faults, ...included.faults];
  const includedCells = included.entries.map(({ values }) => values);

  const size = axes.reduce((product, { values }) => product * values.length, 1) + includedCells.length;
  if (size > MOST_CELLS) faults.push(tooMany(size, document));
  if (size > MOST_CELLS || !axesAreSound) {
    return { cells: [...everyValueOnce(axes), ...includedCells.slice(0, MOST_CELLS)], faults };
  }
  const all = product(axes);
  const cells = all.filter((cell) => !excluded.entries.some(({ values }) => matches(cell, values)));
  for (const { path, values } of excluded.entries) {
    if (all.some((cell) => matches(cell, values))) continue;
    const message = `${describe(axes, values)} is excluded, but no cell is like that`;
    faults.push({ path, at: "value", message, cure: "correct the values or take the entry out" });
  }
  if (cells.length === 0 && included.entries.length === 0 && faults.length === 0) {
    const message = "every cell is excluded, so there is nothing to run";
    faults.push({ path: document.toDocument(["exclude"]), at: "key", message, cure: "exclude less" });
  }
  for (const { path, values } of included.entries) {
    const finding = misfit(values, cells, axes);
    if (finding !== undefined) faults.push({ path, at: "value", ...finding });
    cells.push(values);
  }
  return { cells, faults };
}

/** `mesos=1.8.0-rc3 zookeeper=3.8`, in the order of the axes. */
export function describe(axes: readonly Axis[], values: Coordinates): string {
  return axes
    .flatMap(({ name }, i) => (values[i] === undefined ? [] : [`${name}=${values[i].text}`]))
    .join(" ");
}

interface Entry {
  readonly path: Path;
  /** Undefined where the entry says nothing of an axis. */
  readonly values: Coordinates;
}

function readEntries(
  list: "include" | "exclude",
  axes: readonly Axis[],
  document: View,
): { entries: Entry[]; faults: Fault[] } {
  const view = viewAt(document, [list]);
  const entries: Entry[] = [];
  const faults: Fault[] = [];
  const fault = (path: Path, at: Fault["at"], finding: Finding): void => {
    faults.push({ path: view.toDocument(path), at, ...finding });
  };
  const names = axes.map(({ name }) => name);
  for (const [i, item] of (Array.isArray(view.value) ? view.value : []).entries()) {
    if (!isMapping(item)) continue;
    const before = faults.length;
    for (const key of Object.keys(item).filter((name) => !names.includes(name))) {
      const near = nearest(key, names);
      const cure = near === undefined ? `the axes are ${oneOf(names)}` : `did you mean ${near}?`;
      fault([i, key], "key", { message: `${show(key)} is no axis of this matrix`, cure });
    }
    const values = names.map((name) => {
      if (!Object.hasOwn(item, name)) return undefined;
      const value = readValue(item[name], [i, name], view);
      if (!("message" in value)) return value;
      fault([i, name], "value", value);
      return undefined;
    });
    if (Object.keys(item).length === 0) {
      fault([i], "value", {
        message: "the entry is empty, so it means no cell",
        cure: `name an axis: ${oneOf(names)}`,
      });
    }
    if (faults.length === before) entries.push({ path: view.toDocument([i]), values });
  }
  return { entries, faults };
}

function product(axes: readonly Axis[]): Coordinates[] {
  return axes.reduce<Coordinates[]>(
    (cells, { values }) => cells.flatMap((cell) => values.map((value) => [...cell, value])),
    [[]],
  );
}

function everyValueOnce(axes: readonly Axis[]): Coordinates[] {
  const longest = Math.max(1, ...axes.map(({ values }) => values.length));
  return Array.from({ length: longest }, (_, i) =>
    axes.map(({ values }) => values[Math.min(i, values.length - 1)]),
  );
}

/** Why an included cell cannot be one. */
function misfit(
  cell: Coordinates,
  cells: readonly Coordinates[],
  axes: readonly Axis[],
): Finding | undefined {
  const absent = axes.filter((_, i) => cell[i] === undefined).map(({ name }) => name);
  if (absent.length > 0) {
    return {
      message: `an included cell needs a value on every axis, and ${absent.join(" and ")} is missing`,
      cure: `add ${absent.map((name) => `${name}:`).join(" and ")}`,
    };
  }
  if (!cells.some((other) => matches(other, cell))) return undefined;
  return {
    message: `the cell ${describe(axes, cell)} is in the matrix already`,
    cure: "take this entry out, or change a value",
  };
}

function tooMany(size: number, document: View): Fault {
  return {
    path: document.toDocument(["axes"]),
    at: "key",
    message: `the axes make ${size} cells, more than the ${MOST_CELLS} that one matrix may have`,
    cure: "take values out, or split the matrix into several files",
  };
}

/** Whether `cell` has every value that `wanted` names. */
function matches(cell: Coordinates, wanted: Coordinates): boolean {
  return wanted.every((value, i) => value === undefined || value.text === cell[i]?.text);
}
