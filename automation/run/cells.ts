import { judgeRetried, mayRunAgain, mayPassOnRetry, type Judged } from "../report/judge";
import { unstarted, type CellBasics } from "../report/cell-basics";
import type { CellResult } from "../report/run-report";
import { inTurn, type Needs, type Room } from "./turns";

/** A cell that a run is about to take on. */
export interface Turn extends Needs {
  readonly about: CellBasics;
  /** What is known without a start: a rule refuses it, or its images cannot be had. */
  readonly decided: Judged | undefined;
}

/** How a run treats its cells. */
export interface Policy {
  readonly room: Room;
  /** How often a cell that did not pass is tried again. */
  readonly retries: number;
  /** Whether no cell starts any more once one did not pass. */
  readonly failFast: boolean;
  readonly strict: boolean;
  readonly signal: AbortSignal;
}

/** One attempt at a cell, from nothing to nothing; `attempt` counts from 1. Never rejects but for an internal error. */
export type Attempt<Cell extends Turn> = (cell: Cell, attempt: number) => Promise<CellResult>;

/** Runs cells in their order and hands over each result as it comes. */
export async function runCells<Cell extends Turn>(
  turns: readonly Cell[],
  policy: Policy,
  attempt: Attempt<Cell>,
  onResult: (result: CellResult) => void,
): Promise<void> {
  let failed: string | undefined;
  const settle = (result: CellResult): void => {
    if (mayRunAgain(result)) failed ??= result.displayName;
    onResult(result);
  };
  for (const { about, decided } of turns) {
    if (decided !== undefined) settle(unstarted(about, decided));
  }
  const rest = turns.filter(({ decided }) => decided === undefined);
  await inTurn(rest, policy.room, async (turn) => {
    const { about } = turn;
    if (policy.signal.aborted) {
      settle(unstarted(about, { verdict: "skipped", reason: "not started: interrupted", exitCode: 130 }));
    } else if (policy.failFast && failed !== undefined) {
      const reason = `not started: ${failed} did not pass, and the run was to stop at the first such cell`;
      settle(unstarted(about, { verdict: "skipped", reason, exitCode: 0 }));
    } else settle(await attempts(turn, policy, attempt));
  });
}

async function attempts<Cell extends Turn>(
  turn: Cell,
  policy: Policy,
  attempt: Attempt<Cell>,
): Promise<CellResult> {
  const results = [await attempt(turn, 1)];
  for (;;) {
    const last = results.at(-1);
    if (last === undefined) throw new Error("a cell has at least one attempt");
    const again = results.length <= policy.retries && mayPassOnRetry(last) && !policy.signal.aborted;
    if (!again) return judgeRetried(results, policy.strict);
    results.push(await attempt(turn, results.length + 1));
  }
}
