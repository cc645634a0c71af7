import type { CellOutcome } from "../worker/protocol";

/** The outcome of a cell with which nothing was done, but for what became of its cluster. */
export const untouched: Omit<CellOutcome, "up"> = {
  test: undefined,
  evidence: undefined,
  left: [],
  interrupted: false,
  kept: false,
  warnings: [],
};
