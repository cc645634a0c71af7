import { refuseHere, reviewHere } from "../engine-facts";
import { clusterNotes } from "../notes";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ClusterSpec } from "../../config/spec";
import { planCluster } from "../../plan/cluster";
import type { PlanInputs } from "../../plan/inputs";
import { findEndpoints, testEnvironment, type Endpoints } from "../contract";
import { preparePlan } from "../deploy";
import { cellName, newRunId } from "../names";
import { located } from "../remote/located";
import { prepareSurroundings } from "../surroundings";
import type { UpOutcome } from "../worker/protocol";
import { startWorker, underSignals } from "../worker/spawn";

/** A cluster that is ready. */
export interface RunningCluster {
  /** Where everything is. */
  readonly endpoints: Endpoints;
  /** What a test command would find in its environment: `MESOS_MATRIX_MASTER`, `MESOS_MATRIX_ZK`, ... */
  readonly env: Readonly<Record<string, string>>;
}

export interface WithClusterOptions {
  /** Aborted: the cluster is removed, and the promise rejects; `fn` has to look at it by itself. */
  readonly signal?: AbortSignal;
  /** News of the creation and the removal, a line each. */
  readonly onProgress?: (text: string) => void;
}

/** A cluster did not come up, or could not be removed again. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";

  constructor(
    /** `not-removed`: `fn` is done, but something of the cluster is left. */
    readonly kind: Exclude<UpOutcome["kind"], "ready"> | "not-removed",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Brings a cluster up, hands it to `fn` when it is ready, and removes it again, whatever `fn` does. Its name is made
 * unique, so that several may run at once.
 * @returns what `fn` returns @throws ClusterError; PreconditionError where this machine lacks something
 */
export async function withCluster<Result>(
  spec: ClusterSpec,
  fn: (cluster: RunningCluster) => Promise<Result> | Result,
  options: WithClusterOptions = {},
): Promise<Result> {
  prepareSurroundings();
  const { onProgress = () => undefined, signal = new AbortController().signal } = options;
  const review = await reviewHere(spec);
  clusterNotes(spec, review).forEach(onProgress);
  refuseHere(spec.name, review);
  const run = newRunId();
  const own = { ...spec, name: cellName("cluster", spec.name, run) };
  const ownership = { run, cell: spec.name, expires: undefined };
  const inputs = await preparePlan(own, ownership, { say: onProgress, signal });
  const signals = { signal, giveUp: new AbortController().signal };
  const job = { kind: "up" as const, spec: own, inputs, keepFailed: false };
  const up = await underSignals(startWorker(job, undefined, tell(onProgress)), signals);
  if ("died" in up) throw new ClusterError("error", `the work ended unexpectedly (${up.died})`);
  signal.throwIfAborted();
  if (up.answer.kind !== "ready") throw new ClusterError(up.answer.kind, up.answer.message);
  const out = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-cluster-"));
  try {
    return await fn(await running(own, inputs, out));
  } finally {
    rmSync(out, { recursive: true, force: true });
    await remove(own.name, onProgress);
  }
}

async function running(spec: ClusterSpec, inputs: PlanInputs, out: string): Promise<RunningCluster> {
  const endpoints = await findEndpoints(located(planCluster(spec, inputs)));
  if (endpoints === undefined)
    throw new ClusterError("not-ready", `${spec.name} lost its leading master right after it got ready`);
  const about = { cell: inputs.ownership.cell, tag: spec.masters.version, out };
  return { endpoints, env: testEnvironment(endpoints, about) };
}

async function remove(name: string, onProgress: (text: string) => void): Promise<void> {
  const end = await startWorker({ kind: "down", forget: [], name }, undefined, tell(onProgress)).ended;
  const left = "answer" in end ? end.answer.left : [`unknown (the removal ended with ${end.died})`];
  if (left.length > 0) throw new ClusterError("not-removed", `could not be removed: ${left.join(", ")}`);
}

function tell(onProgress: (text: string) => void): (news: { readonly text: string }) => void {
  return ({ text }) => {
    if (text !== "") onProgress(text);
  };
}
