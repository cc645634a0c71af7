import * as path from "node:path";
import type { CellSpec, MatrixSpec } from "../config/spec";
import type { PlanInputs } from "../plan/inputs";
import { cellsHere } from "./engine-facts";
import { steadyClock } from "./cell/record";
import { fingerprint } from "./bisect/verdicts";
import { listenToEngine } from "./evidence/engine-events";
import { LockedError, takeLock, type Lock } from "./housekeeping/lock";
import { cellName, newRunId } from "./names";
import { cellNotes } from "./notes";
import { isPrecondition, PreconditionError } from "./precondition";
import type { CellBasics } from "./report/cell-basics";
import { judgeMissing, judgeRefused } from "./report/judge";
import { RunRecord } from "./report/run-record";
import type { RunReport } from "./report/run-report";
import { attemptCell, setAside } from "./run/attempt";
import { runCells, type Attempt, type Turn } from "./run/cells";
import { longestFirst, type Timings } from "./run/order";
import { hostsProgram, makePools, onPool, removePools, type Pool } from "./run/pools";
import { prepareCells, type Preparation, type Prepared } from "./run/prepare";
import { cellMemory, machineRoom } from "./run/room";
import { chooseCells, type Selection } from "./run/selection";
import { prepareSurroundings } from "./surroundings";
import type { RunEvent } from "./view/events";
import type { Keep, Progress } from "./worker/protocol";

export interface RunOptions {
  /** Which cells; all of them when it says nothing. */
  readonly select?: Selection;
  /** Cells at once; `auto`, the default: one for each processor. The memory that is free limits both. */
  readonly concurrency?: number | "auto";
  /** Seconds that cells took before: the longest go first. Without them the order is the file's. */
  readonly timings?: Timings;
  /** How often a cell that did not pass is tried again, on a new cluster; 0 by default. */
  readonly retries?: number;
  /** Which clusters stay when their cells are over; `never` by default. */
  readonly keep?: "never" | "on-failure" | "always";
  /** Whether no cell starts any more once one did not pass; those that run then run to their end. */
  readonly failFast?: boolean;
  /** Whether a cell that a rule refuses, or a flaky one, makes the run fail. */
  readonly strict?: boolean;
  /** Whether registries are asked again for images that the engine has. */
  readonly refreshImages?: boolean;
  /** Folder for the folders of all runs; `.mesos-matrix/runs` by default. */
  readonly out?: string;
  /** Module with `makeHosts`, which makes the machines of `target: gcp`; only tests have their own. */
  readonly hostsProgram?: string;
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborted: stop starting, clean up, report. */
  readonly signal?: AbortSignal;
  /** Aborted: end everything at once and leave what is there. */
  readonly giveUp?: AbortSignal;
}

/** Where runs keep their reports unless they are told otherwise. */
export const defaultOut = path.join(".mesos-matrix", "runs");

/**
 * Runs the cells of a matrix, each in a process and stack of its own. The reports stand in `<out>/<run>/`, whatever
 * becomes of the run.
 * @throws ConfigError where no cell is chosen; PreconditionError before any cluster is made, when something is missing
 */
export async function runMatrix(matrix: MatrixSpec, options: RunOptions = {}): Promise<RunReport> {
  prepareSurroundings();
  const chosen = chooseCells(matrix, options.select ?? {});
  const run = newRunId();
  const folder = path.resolve(options.out ?? defaultOut);
  const lock = lockFolder(folder, `run ${run} of ${matrix.name}`);
  try {
    return await runChosen(matrix, options, { ...chosen, run, out: path.join(folder, run) });
  } finally {
    lock?.release();
  }
}

async function runChosen(
  matrix: MatrixSpec,
  options: RunOptions,
  about: ReturnType<typeof chooseCells> & { readonly run: string; readonly out: string },
): Promise<RunReport> {
  const {
    retries = 0,
    failFast = false,
    strict = false,
    keep = "never",
    timings,
    onEvent = () => undefined,
  } = options;
  const { signal = never(), giveUp = never() } = options;
  const { total, run, out } = about;
  const chosen = about.cells.map((one) => ({ ...one, about: basicsOf(one.cell, one.index, matrix, run) }));
  const abouts = chosen.map(({ about }) => about);
  const record = new RunRecord({ run, matrix: matrix.name, out, cells: abouts, total }, steadyClock);
  const say = (text: string): void => onEvent({ kind: "images", text });
  const prepare = async (): Promise<readonly [Preparation, readonly (typeof chosen)[number][]]> => {
    const here = await cellsHere(chosen);
    for (const text of cellNotes(here.map(({ cell }) => cell))) onEvent({ kind: "note", text });
    const errand = { say, signal, refresh: options.refreshImages === true };
    return [await prepareCells({ run, test: matrix.test, cells: here }, errand), here];
  };
  const [prepared, cells] = await prepare().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    record.abandon(`not started: ${reason}`, isPrecondition(error) ? 3 : 1);
    throw error;
  });
  record.imagesReady();
  const decided = cells.map(({ cell, about: one }) =>
    turnOf(cell, one, prepared.images.get(one.index), strict),
  );
  const program = options.hostsProgram ?? hostsProgram;
  const surroundings = { matrix: matrix.name, run, program, say, signal, giveUp };
  const pools = await makePools(
    decided.flatMap((turn) => (turn.decided === undefined ? [turn.cell] : [])),
    surroundings,
  );
  const room = machineRoom(options.concurrency ?? "auto");
  onEvent({ kind: "started", run, total: cells.length, slots: room.slots });
  const turns = longestFirst(
    // Where the user has had enough, nothing starts, and nothing is missing.
    signal.aborted ? decided : decided.map((turn) => placed(turn, pools)),
    timings ?? new Map<string, number>(),
  );
  const attempt: Attempt<CellTurn> = async ({ cell, about, images }, n) => {
    if (n > 1) onEvent({ kind: "retry", cell: about.displayName, attempt: n });
    const folder = path.join(out, about.name);
    setAside(folder, n);
    const onProgress = (news: Progress): void => onEvent({ ...news, kind: "phase", cell: about.displayName });
    return attemptCell(
      {
        cell,
        about,
        images,
        run,
        test: matrix.test,
        testImage: prepared.testImage,
        folder,
        keep: keptOf(keep, n > retries),
      },
      { signal, giveUp, onProgress },
    );
  };
  const engine = listenToEngine(`mesos-matrix.run=${run}`, out);
  let kept = false;
  try {
    await runCells(turns, { room, retries, failFast, strict, signal }, attempt, (result) => {
      kept ||= result.kept;
      record.add(result);
      onEvent({ kind: "finished", result });
    });
  } finally {
    engine.stop();
    const note = (text: string): void => onEvent({ kind: "note", text });
    record.leave(await removePools(pools, kept, { say: note, giveUp }));
  }
  return record.end();
}

/** One run at a time has a folder of runs: what it reads there of earlier runs must not change meanwhile. */
function lockFolder(folder: string, work: string): Lock | undefined {
  try {
    return takeLock(path.join(folder, ".lock"), work);
  } catch (error) {
    // A folder that cannot be written to is told of when the reports are begun.
    if (!(error instanceof LockedError)) return undefined;
    throw new PreconditionError(
      `another run uses ${folder}: ${error.message}; wait for its end, or give this run a folder of its own with --out`,
      { cause: error },
    );
  }
}

/** The cluster of an attempt that is followed by another must make room for it. */
function keptOf(keep: NonNullable<RunOptions["keep"]>, lastAttempt: boolean): Keep {
  return { passed: keep === "always", failed: keep !== "never" && lastAttempt };
}

/** A signal that nobody aborts. */
function never(): AbortSignal {
  return new AbortController().signal;
}

function basicsOf(cell: CellSpec, index: number, matrix: MatrixSpec, run: string): CellBasics {
  const { displayName, coordinates, cluster } = cell;
  return {
    index,
    name: cellName(matrix.name, displayName, run),
    displayName,
    coordinates,
    fingerprint: fingerprint(cell, matrix.test),
    simulated: [cluster.masters, ...cluster.agents].some((node) => node.image.kind === "simulator"),
    images: [],
  };
}

interface CellTurn extends Turn {
  readonly displayName: string;
  readonly cell: CellSpec;
  /** Undefined where the cell will not start. */
  readonly images: PlanInputs["images"] | undefined;
}

function turnOf(cell: CellSpec, about: CellBasics, found: Prepared | undefined, strict: boolean): CellTurn {
  const missing = typeof found === "string" ? found : undefined;
  const images = typeof found === "string" ? undefined : found;
  const common = { displayName: about.displayName, about, cell, images, memory: cellMemory(cell.cluster) };
  if (cell.refused.length > 0) return { ...common, decided: judgeRefused(cell.refused, strict) };
  return { ...common, decided: missing === undefined ? undefined : judgeMissing(missing) };
}

/** The turn of a cell on machines that were made for the run. */
function placed(turn: CellTurn, pools: readonly Pool[]): CellTurn {
  if (turn.decided !== undefined) return turn;
  const cell = onPool(turn.cell, pools);
  return typeof cell === "string" ? { ...turn, decided: judgeMissing(cell) } : { ...turn, cell };
}
