import type { ClusterSpec, TestSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";

/** What the runner tells a cell's process, once. */
export interface CellJob {
  readonly kind: "job";
  readonly spec: ClusterSpec;
  readonly inputs: PlanInputs;
  readonly test: TestSpec;
  /** Folder for the cell's evidence. */
  readonly out: string;
}

/** Asks a cell to stop what it does, remove its cluster and report. */
export interface CellAbort {
  readonly kind: "abort";
}

export type Phase = "create" | "test" | "destroy";

/** News of a cell while it runs. */
export interface CellProgress {
  readonly kind: "progress";
  readonly phase: Phase;
  /** One line for people; may be empty. */
  readonly text: string;
}

/** The end of a cell: what happened, in plain facts; the verdict is the judge's. */
export interface CellOutcome {
  readonly kind: "outcome";
  readonly up: UpOutcome;
  readonly test: TestOutcome | undefined;
  /** What could not be removed, in words; empty when nothing is left. */
  readonly left: readonly string[];
  readonly interrupted: boolean;
}

export type UpOutcome =
  | { readonly kind: "ready" }
  | { readonly kind: "not-ready" | "wrong-version" | "precondition" | "error"; readonly message: string };

export interface TestOutcome {
  /** Exit code; undefined when it was ended by a signal or the deadline. */
  readonly code: number | undefined;
  readonly timedOut: boolean;
  /** Name of the signal that ended it. */
  readonly signal: string | undefined;
  /** Its last line, for the table. */
  readonly lastLine: string;
}

export type FromCell = CellProgress | CellOutcome;
export type ToCell = CellJob | CellAbort;
