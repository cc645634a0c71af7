import type { LineBatch } from "../cell/paced";
import type { CellResult } from "../report/run-report";
import type { Phase } from "../worker/protocol";

/** What a run tells whoever watches it. */
export type RunEvent =
  | { readonly kind: "note"; readonly text: string }
  /** News of the images of all cells, which are prepared before any cell starts. */
  | { readonly kind: "images"; readonly text: string }
  /** Cells may start now. */
  | { readonly kind: "started"; readonly run: string; readonly total: number; readonly slots: number }
  /** A cell did not pass and is tried again; `attempt` counts from 1, so the first of this kind says 2. */
  | { readonly kind: "retry"; readonly cell: string; readonly attempt: number }
  | {
      readonly kind: "phase";
      readonly cell: string;
      readonly phase: Phase;
      readonly text: string;
      /** What the test printed since the last news of it, its newest lines. */
      readonly output?: LineBatch;
    }
  | { readonly kind: "finished"; readonly result: CellResult };

/** Shows a run on standard error. */
export interface View {
  show(event: RunEvent): void;
  close(): void;
}
