import type { CellResult } from "./run-report";

/** Cells of two axes: the first axis downwards, the second across. */
export interface Grid {
  readonly rowAxis: string;
  readonly columnAxis: string;
  readonly columns: readonly string[];
  /** Undefined where the matrix has no such cell. */
  readonly rows: readonly { readonly value: string; readonly cells: readonly (CellResult | undefined)[] }[];
}

/** Names of the axes, in their order. */
export function axesOf(cells: readonly CellResult[]): string[] {
  return [...new Set(cells.flatMap((cell) => Object.keys(cell.coordinates)))];
}

/** The grid of cells with two axes; undefined where there are fewer or more. */
export function gridOf(cells: readonly CellResult[]): Grid | undefined {
  const [rowAxis, columnAxis, ...more] = axesOf(cells);
  if (rowAxis === undefined || columnAxis === undefined || more.length > 0) return undefined;
  const places = new Map(
    cells.map((cell) => [place(cell.coordinates[rowAxis], cell.coordinates[columnAxis]), cell]),
  );
  if (places.size < cells.length) return undefined;
  const columns = valuesOf(cells, columnAxis);
  const rows = valuesOf(cells, rowAxis).map((value) => ({
    value,
    cells: columns.map((column) => places.get(place(value, column))),
  }));
  return { rowAxis, columnAxis, columns, rows };
}

function valuesOf(cells: readonly CellResult[], axis: string): string[] {
  return [...new Set(cells.map((cell) => cell.coordinates[axis] ?? ""))];
}

function place(row = "", column = ""): string {
  return JSON.stringify([row, column]);
}
