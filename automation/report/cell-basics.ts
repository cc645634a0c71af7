import type { Judged } from "./judge";
import type { CellResult } from "./run-report";

/** What is known of a cell before it starts. */
export type CellBasics = Pick<
  CellResult,
  "index" | "name" | "displayName" | "coordinates" | "fingerprint" | "simulated" | "images"
>;

/** The result of a cell that never started. */
export function unstarted(about: CellBasics, judged: Judged): CellResult {
  return {
    ...about,
    ...judged,
    cause: null,
    kept: false,
    attempts: [],
    started: null,
    seconds: 0,
    phases: [],
    events: [],
    testTail: [],
    tests: null,
    logs: [],
    evidence: [],
    warnings: [],
  };
}
