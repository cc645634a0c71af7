import { noteLine } from "../../config/oracle/review";
import type { CellSpec, MatrixSpec } from "../../config/spec";
import { same } from "../../plan/changes/same";
import type { CellChange, MatrixPreview } from "./report";

/** What becomes of the cells of a matrix; `before` undefined: there was no such matrix. */
export function compareMatrices(before: MatrixSpec | undefined, after: MatrixSpec): MatrixPreview {
  const olds = new Map(before?.cells.map((cell) => [cell.displayName, cell]));
  const names = new Set(after.cells.map(({ displayName }) => displayName));
  const cells = [
    ...after.cells.flatMap((cell): CellChange[] => {
      const old = olds.get(cell.displayName);
      return old === undefined ? [added(cell)] : changed(old, cell);
    }),
    ...(before?.cells ?? [])
      .filter(({ displayName }) => !names.has(displayName))
      .map(({ displayName }): CellChange => ({ cell: displayName, change: "removed", why: [] })),
  ];
  return { name: after.name, total: after.cells.length, cells };
}

function added(cell: CellSpec): CellChange {
  const refused = cell.refused.map(noteLine);
  return {
    cell: cell.displayName,
    change: "added",
    why: refused.map((line) => `refused: ${line}`),
  };
}

function changed(old: CellSpec, now: CellSpec): CellChange[] {
  const cell = now.displayName;
  const [was, is] = [old.refused.map(noteLine), now.refused.map(noteLine)];
  if (is.length > 0 && was.length === 0) return [{ cell, change: "refused", why: is }];
  if (is.length === 0 && was.length > 0) {
    return [{ cell, change: "no longer refused", why: was.map((line) => `until now: ${line}`) }];
  }
  const keys = Object.keys(now.cluster) as (keyof CellSpec["cluster"])[];
  const other = keys.filter((key) => !same(old.cluster[key], now.cluster[key]));
  if (other.length === 0) return [];
  return [{ cell, change: "changed", why: [`another ${other.join(", ")}`] }];
}
