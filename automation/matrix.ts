import { mkdirSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import pLimit from "p-limit";
import { noteLine } from "../config/oracle/review";
import type { CellSpec, MatrixSpec } from "../config/spec";
import type { PlanInputs } from "../plan/inputs";
import { NoEngineError } from "../readiness/docker";
import { cellImages } from "./cell/images";
import { keptFiles } from "./cell/kept";
import { CellRecord, steadyClock } from "./cell/record";
import { takeDown } from "./cluster";
import { resolveImages } from "./images/resolve";
import { cellName, newRunId } from "./names";
import { PreconditionError } from "./precondition";
import { judgeCell, judgeRefused } from "./report/judge";
import { RunRecord, type CellBasics } from "./report/run-record";
import type { CellResult, RunReport } from "./report/run-report";
import { clusterSecrets, testSecrets } from "./secrets";
import { endStrays } from "./strays";
import { chooseSubnet } from "./subnet";
import type { RunEvent } from "./view/events";
import type { CellJob, CellOutcome } from "./worker/protocol";
import { startWorker, underSignals } from "./worker/spawn";

export interface RunOptions {
  readonly concurrency: number | undefined;
  /** Whether a cell that a rule refuses makes the run fail. */
  readonly strict: boolean;
  /** Folder for the folders of all runs. */
  readonly out: string;
  readonly onEvent: (event: RunEvent) => void;
  /** Aborted once: stop starting, clean up, report. */
  readonly signal: AbortSignal;
  /** Aborted: end everything at once and leave what is there. */
  readonly giveUp: AbortSignal;
}

/** Memory that a cell takes at its peak, while Pulumi and its plugins run, and what its containers take. */
const memoryPerCell = 1200 * 1024 * 1024;

/**
 * Runs every cell of a matrix, each in a process and stack of its own. The reports stand in `<out>/<run>/`, whatever
 * becomes of the run. @throws PreconditionError before any cluster is made, when something is missing
 */
export async function runMatrix(matrix: MatrixSpec, options: RunOptions): Promise<RunReport> {
  const run = newRunId();
  const cells = matrix.cells.map((cell, index) => ({ cell, about: basicsOf(cell, index, matrix.name, run) }));
  const record = new RunRecord(
    { run, matrix: matrix.name, out: path.join(options.out, run), cells: cells.map(({ about }) => about) },
    steadyClock,
  );
  const prepared = await prepare(matrix, cells, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const machine = error instanceof PreconditionError || error instanceof NoEngineError;
    record.abandon(`not started: ${reason}`, machine ? 3 : 1);
    throw error;
  });
  options.onEvent({ kind: "started", total: matrix.cells.length });
  const startedOrNot = async (cell: CellSpec, about: CellBasics): Promise<CellResult> => {
    const found = prepared.get(about.index);
    if (cell.refused.length > 0) return record.unstarted(about, judgeRefused(cell.refused, options.strict));
    if (found === undefined || options.signal.aborted) {
      return record.skipped(about, "not started: interrupted");
    }
    if (typeof found === "string")
      return record.unstarted(about, { verdict: "error", reason: found, exitCode: 3 });
    const spec = { ...cell.cluster, name: about.name };
    const ownership = { run, cell: cell.displayName, expires: undefined };
    // Chosen only now: a subnet is reserved for the minutes in which a cell makes its network, not for a whole run.
    const inputs = { images: found, subnet: await chooseSubnet(about.name), remote: undefined, ownership };
    const job: CellJob = {
      kind: "cell",
      spec,
      inputs,
      test: matrix.test,
      out: path.join(record.out, about.name),
    };
    return runOne(cell, { ...about, images: cellImages(cell.cluster, inputs) }, job, options);
  };
  const limit = pLimit(options.concurrency ?? defaultConcurrency());
  await Promise.all(
    cells.map(({ cell, about }) =>
      limit(async () => {
        const result = await startedOrNot(cell, about);
        record.add(result);
        options.onEvent({ kind: "finished", result });
      }),
    ),
  );
  return record.end();
}

/** Images of a cell, or why they cannot be had, in words. */
type Prepared = PlanInputs["images"] | string;

/**
 * Images of all cells, before the clock of any cell; refused cells need none, and an interrupted run no more. A cell
 * whose images cannot be had does not keep the others from running.
 * @throws PreconditionError where a secret of the matrix is not there
 */
async function prepare(
  matrix: MatrixSpec,
  cells: readonly { readonly cell: CellSpec; readonly about: CellBasics }[],
  options: RunOptions,
): Promise<ReadonlyMap<number, Prepared>> {
  testSecrets(matrix.test);
  const prepared = new Map<number, Prepared>();
  const say = (text: string): void => {
    options.onEvent({ kind: "note", text });
  };
  const stopped = (): boolean => options.signal.aborted;
  for (const { cell, about } of cells) {
    if (stopped()) break;
    if (cell.refused.length > 0) continue;
    clusterSecrets(cell.cluster);
    try {
      prepared.set(about.index, await resolveImages(cell.cluster, { say, signal: options.signal }));
    } catch (error) {
      if (stopped()) break;
      if (!(error instanceof PreconditionError)) throw error;
      prepared.set(about.index, error.message);
    }
  }
  return prepared;
}

function basicsOf(cell: CellSpec, index: number, matrix: string, run: string): CellBasics {
  const { displayName, coordinates, cluster } = cell;
  const simulated = [cluster.masters, ...cluster.agents].some((node) => node.image.kind === "simulator");
  return { index, name: cellName(matrix, displayName, run), displayName, coordinates, simulated, images: [] };
}

async function runOne(
  cell: CellSpec,
  about: CellBasics,
  job: CellJob,
  options: RunOptions,
): Promise<CellResult> {
  const record = new CellRecord(steadyClock);
  const outcome = await cellOutcome(cell, job, record, options);
  const times = record.end();
  const judged = judgeCell(outcome, job.test.timeout);
  const warnings = [...cell.warnings.map(noteLine), ...outcome.warnings];
  return { ...about, ...judged, ...times, ...keptFiles(job.out, judged.verdict), warnings };
}

/** Always an outcome: a worker that dies without one is an error of its cell, and what it made is removed here. */
async function cellOutcome(
  cell: CellSpec,
  job: CellJob,
  record: CellRecord,
  options: RunOptions,
): Promise<CellOutcome> {
  const nothing = { test: undefined, warnings: [] };
  const log = path.join(job.out, "cell.log");
  let worker;
  try {
    mkdirSync(job.out, { recursive: true });
    worker = startWorker(job, log, ({ phase, text }) => {
      record.progress(phase, text);
      options.onEvent({ kind: "phase", cell: cell.displayName, phase, text });
    });
  } catch (error) {
    const message = `the cell could not be started (${error instanceof Error ? error.message : String(error)})`;
    return { ...nothing, up: { kind: "precondition", message }, left: [], interrupted: false };
  }
  const end = await underSignals(worker, options);
  if ("answer" in end) return end.answer;
  if (end.killed) endStrays(job.spec.name);
  if (end.killed) return { ...nothing, up: { kind: "ready" }, left: [], interrupted: true };
  const message = `the cell's process ended unexpectedly (${end.died}); see ${log}`;
  record.progress("destroy", message);
  const left = await takeDown(job.spec.name, () => undefined).catch((error: unknown) => [String(error)]);
  return { ...nothing, up: { kind: "error", message }, left, interrupted: false };
}

/** As many cells as there are processors, if the memory suffices. */
function defaultConcurrency(): number {
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(os.freemem() / memoryPerCell)));
}
