import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import * as path from "node:path";
import { noteLine } from "../../config/oracle/review";
import type { CellSpec, TestSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import { cellImages } from "../cell/images";
import { untouched } from "../cell/outcome";
import { keptFiles } from "../cell/kept";
import { CellRecord, steadyClock } from "../cell/record";
import { takeDown } from "../cluster";
import { keepEvidence } from "../evidence/keep";
import { inOrder } from "../evidence/story";
import { cellExpiry } from "../housekeeping/expiry";
import { ownProcess } from "../housekeeping/process-name";
import type { CellBasics } from "../report/cell-basics";
import { judgeCell } from "../report/judge";
import type { CellResult } from "../report/run-report";
import { clusterSecrets, testSecrets } from "../secrets";
import { endStrays } from "../strays";
import { chooseSite } from "../site";
import type { CellJob, CellOutcome, Keep, Progress } from "../worker/protocol";
import { startWorker, underSignals } from "../worker/spawn";

/** What an attempt at a cell tells, and what ends it. */
export interface AttemptOptions {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
  readonly giveUp: AbortSignal;
}

/** A cell that can start. */
export interface AttemptedCell {
  readonly cell: CellSpec;
  readonly about: CellBasics;
  readonly images: PlanInputs["images"] | undefined;
  readonly run: string;
  readonly test: TestSpec;
  readonly testImage: string | undefined;
  /** For the cell's evidence. */
  readonly folder: string;
  readonly keep: Keep;
}

/** One attempt at a cell in a worker of its own: how it went, measured and judged, and what it left in its folder. */
export async function attemptCell(attempted: AttemptedCell, options: AttemptOptions): Promise<CellResult> {
  const { cell, about, images, run, test, testImage, folder, keep } = attempted;
  if (images === undefined) throw new Error(`${about.displayName} is to start without images`);
  const record = new CellRecord(steadyClock);
  const expires = cellExpiry(cell.cluster, test, new Date());
  const ownership = { run, cell: cell.displayName, expires, owner: ownProcess() };
  let outcome: CellOutcome;
  let found: CellResult["images"] = [];
  try {
    // Chosen only now: subnets and ports are reserved for the minutes in which a cell is made, not for a whole run.
    const spec = { ...cell.cluster, name: about.name };
    const say = (text: string): void => {
      options.onProgress({ kind: "progress", phase: "create", text });
    };
    const site = await chooseSite(spec, { images, ownership }, { say, signal: options.signal });
    const inputs = { images, ownership, ...site };
    found = cellImages(cell.cluster, inputs);
    outcome = await workerOutcome(
      { kind: "cell", spec, inputs, test, testImage, out: folder, keep },
      record,
      options,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the cell could not be started (${reason})`;
    outcome = {
      ...untouched,
      up: { kind: "precondition", message },
    };
  }
  const judged = judgeCell(outcome, test.timeout);
  const { evidence } = outcome;
  const times = record.end();
  const files = keptFiles(folder, judged.verdict);
  return {
    ...about,
    images: found,
    ...judged,
    cause: outcome.interrupted ? null : (evidence?.cause ?? null),
    kept: outcome.kept,
    attempts: [],
    ...times,
    events: inOrder(times.events, evidence?.story ?? []),
    // In the order of the schema, in which a reader writes them again.
    testTail: files.testTail,
    tests: outcome.test?.tests ?? null,
    logs: files.logs,
    evidence: files.evidence,
    warnings: [
      ...cell.warnings.map(noteLine),
      ...(outcome.test?.warnings ?? []),
      ...outcome.warnings,
      ...(evidence?.warnings ?? []),
    ],
  };
}

/** Puts what the attempt before this one left into a folder of its own, so that the cell's folder is free again. */
export function setAside(folder: string, attempt: number): void {
  if (attempt === 1 || !existsSync(folder)) return;
  const aside = path.join(folder, `attempt-${attempt - 1}`);
  const names = readdirSync(folder).filter((name) => !/^attempt-\d+$/.test(name));
  mkdirSync(aside);
  for (const name of names) renameSync(path.join(folder, name), path.join(aside, name));
}

/** Always an outcome: a worker that dies without one is an error of its cell, and what it made is removed here. */
async function workerOutcome(
  job: CellJob,
  record: CellRecord,
  options: AttemptOptions,
): Promise<CellOutcome> {
  const log = path.join(job.out, "cell.log");
  mkdirSync(job.out, { recursive: true });
  const worker = startWorker(job, log, (progress) => {
    record.progress(progress.phase, progress.text);
    options.onProgress(progress);
  });
  const end = await underSignals(worker, options);
  if ("answer" in end) return end.answer;
  if (end.killed) endStrays(job.spec.name);
  if (end.killed) return { ...untouched, up: { kind: "ready" }, interrupted: true };
  const message = `the cell's process ended unexpectedly (${end.died}); see ${log}`;
  const up = { kind: "error" as const, message };
  const secrets = [...Object.values(clusterSecrets(job.spec)), ...testSecrets(job.test)];
  const evidence = await keepEvidence(job, up, undefined, secrets);
  record.progress("destroy", message);
  const left = await takeDown(job.spec.name, () => undefined).catch((error: unknown) => [String(error)]);
  return { ...untouched, up, evidence, left };
}
