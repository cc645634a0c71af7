import type { Phase } from "../worker/protocol";
import type { CellResult } from "../report/run-report";

/** What a run tells whoever watches it. */
export type RunEvent =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "started"; readonly total: number }
  | { readonly kind: "phase"; readonly cell: string; readonly phase: Phase; readonly text: string }
  | { readonly kind: "finished"; readonly result: CellResult };

/** Shows a run on standard error. */
export interface View {
  show(event: RunEvent): void;
  close(): void;
}
