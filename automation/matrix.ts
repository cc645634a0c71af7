import { mkdirSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import pLimit from "p-limit";
import type { CellSpec, MatrixSpec } from "../config/spec";
import { takeDown } from "./cluster";
import { preparePlan } from "./deploy";
import { cellName, newRunId } from "./names";
import { judgeCell, runExitCode, type CellResult, type RunReport } from "./report/run-report";
import type { RunEvent } from "./view/events";
import type { CellJob, CellOutcome } from "./worker/protocol";
import { startWorker, underSignals } from "./worker/spawn";

export interface RunOptions {
  readonly concurrency: number | undefined;
  /** Folder for logs of all runs. */
  readonly out: string;
  readonly onEvent: (event: RunEvent) => void;
  /** Aborted once: stop starting, clean up, report. */
  readonly signal: AbortSignal;
  /** Aborted: end everything at once and leave what is there. */
  readonly giveUp: AbortSignal;
}

/** Memory that a cell takes at its peak, while Pulumi and its plugins run, and what its containers take. */
const memoryPerCell = 1200 * 1024 * 1024;

/** Runs every cell of a matrix, each in a process and stack of its own. */
export async function runMatrix(matrix: MatrixSpec, options: RunOptions): Promise<RunReport> {
  const run = newRunId();
  const out = path.join(options.out, run);
  const prepared = [];
  for (const cell of matrix.cells) {
    options.signal.throwIfAborted();
    const name = cellName(matrix.name, cell.displayName, run);
    const spec = { ...cell.cluster, name };
    const ownership = { run, cell: cell.displayName, expires: undefined };
    const inputs = await preparePlan(spec, ownership, {
      say: (text) => {
        options.onEvent({ kind: "note", text });
      },
      signal: options.signal,
    });
    prepared.push({ cell, spec, inputs });
  }
  options.onEvent({ kind: "started", total: matrix.cells.length });
  const limit = pLimit(options.concurrency ?? defaultConcurrency());
  const cells = await Promise.all(
    prepared.map(({ cell, spec, inputs }) =>
      limit(async () => {
        const job = {
          kind: "cell" as const,
          spec,
          inputs,
          test: matrix.test,
          out: path.join(out, spec.name),
        };
        const result = await runOne(cell, job, options);
        options.onEvent({ kind: "finished", result });
        return result;
      }),
    ),
  );
  return { schema: 1, run, matrix: matrix.name, out, cells, exitCode: runExitCode(cells) };
}

async function runOne(cell: CellSpec, job: CellJob, options: RunOptions): Promise<CellResult> {
  const { displayName, coordinates } = cell;
  const simulated = [cell.cluster.masters, ...cell.cluster.agents].some(
    (node) => node.image.kind === "simulator",
  );
  const about = { name: job.spec.name, displayName, coordinates, simulated };
  if (options.signal.aborted) {
    return { ...about, verdict: "skipped", reason: "not started: interrupted", seconds: 0, exitCode: 130 };
  }
  const started = performance.now();
  const outcome = await cellOutcome(cell, job, options);
  const seconds = (performance.now() - started) / 1000;
  return { ...about, ...judgeCell(outcome, job.test.timeout), seconds };
}

/** Always an outcome: a worker that dies without one is an error of its cell, and what it made is removed here. */
async function cellOutcome(cell: CellSpec, job: CellJob, options: RunOptions): Promise<CellOutcome> {
  mkdirSync(job.out, { recursive: true });
  const log = path.join(job.out, "cell.log");
  const worker = startWorker(job, log, ({ phase, text }) => {
    options.onEvent({ kind: "phase", cell: cell.displayName, phase, text });
  });
  const end = await underSignals(worker, options);
  if ("answer" in end) return end.answer;
  if (end.killed) return { up: { kind: "ready" }, test: undefined, left: [], interrupted: true };
  const message = `the cell's process ended unexpectedly (${end.died}); see ${log}`;
  const left = await takeDown(job.spec.name, () => undefined).catch((error: unknown) => [String(error)]);
  return { up: { kind: "error", message }, test: undefined, left, interrupted: false };
}

/** As many cells as there are processors, if the memory suffices. */
function defaultConcurrency(): number {
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(os.freemem() / memoryPerCell)));
}
