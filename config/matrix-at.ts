import { isMap, parseDocument } from "yaml";
import { parseMatrix } from "./matrix";
import type { CellSpec, MatrixSpec } from "./spec";

/**
 * A matrix with one value on an axis that its file has, whatever the file lists there; what it includes or excludes
 * belongs to its own values and is left out. Undefined: the file has no such axis.
 * @param text of a matrix file that is sound
 * @throws ConfigError where that value cannot stand there
 */
export function matrixAt(text: string, file: string, axis: string, value: string): MatrixSpec | undefined {
  const document = parseDocument(text);
  const axes = document.get("axes");
  if (!isMap(axes) || !axes.has(axis)) return undefined;
  axes.set(axis, [value]);
  document.delete("include");
  document.delete("exclude");
  return parseMatrix(document.toString(), file);
}

/** Cells at the same place of the other axes. */
export function sameElsewhere(one: CellSpec, other: CellSpec, axis: string): boolean {
  const place = ({ coordinates }: CellSpec): string =>
    JSON.stringify(Object.entries(coordinates).filter(([name]) => name !== axis));
  return place(one) === place(other);
}
