import { createHash, randomBytes } from "node:crypto";

const longest = 40;

/** Name of a run: short, unique. */
export function newRunId(): string {
  return randomBytes(4).toString("hex");
}

/**
 * Name of a cell's stack, containers and folder: `[a-z0-9-]`, at most 40 characters, with a hash of the cell's
 * place and the run at its end, so that two runs of one matrix never meet.
 */
export function cellName(matrix: string, displayName: string, run: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([matrix, displayName, run]))
    .digest("hex")
    .slice(0, 8);
  const words = displayName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, longest - hash.length - 1)
    .replace(/^-+|-+$/g, "");
  return words === "" ? `cell-${hash}` : `${words}-${hash}`;
}
