import { mkdirSync } from "node:fs";
import { bringUp, takeDown } from "../cluster";
import { keepEvidence } from "../evidence/keep";
import type { TestEvidence } from "../evidence/evidence";
import { TestLines } from "../evidence/test-lines";
import { keepCluster } from "../housekeeping/lease";
import { redact } from "../redact";
import { clusterSecrets, testSecrets } from "../secrets";
import type { LineBatch } from "./paced";
import { untouched } from "./outcome";
import { runTest } from "./test";
import type { CellJob, CellOutcome, Phase, TestOutcome, UpOutcome } from "../worker/protocol";

/**
 * Reason of an abort when nobody is left to report to: processes end, the cluster stays as it is. `ls` shows it and
 * `down` removes it, at a moment that the user chooses.
 */
export const runnerGone = "the runner is gone";

/** One cell from nothing to nothing: cluster up, test, evidence where something failed, cluster away. */
export async function runCell(
  job: CellJob,
  signal: AbortSignal,
  onProgress: (phase: Phase, text: string, output?: LineBatch) => void,
): Promise<CellOutcome> {
  mkdirSync(job.out, { recursive: true });
  onProgress("create", "");
  const { up, stack } = await bringUp(job.spec, job.inputs, {
    signal,
    onProgress,
  });
  // Another process works on this stack: nothing of it is ours to touch.
  if (up.kind === "locked") return { ...untouched, up };
  const secrets = secretsOf(job);
  let test: TestEvidence | undefined;
  let outcome: TestOutcome | undefined;
  let failure: UpOutcome | undefined;
  if (up.kind === "ready" && !signal.aborted) {
    onProgress("test", "");
    const started = new Date().toISOString();
    const said = new TestLines();
    try {
      outcome = await runTest(job, {
        signal,
        secrets,
        onLine: (line) => {
          said.add(line);
        },
        onLines: (batch) => {
          onProgress("test", batch.lines.at(-1) ?? "", batch);
        },
      });
    } catch (error) {
      failure = { kind: "error", message: error instanceof Error ? error.message : String(error) };
    }
    test = { started, ended: new Date().toISOString(), outcome, lines: said.lines() };
  }
  const end = failure ?? up;
  const passed = outcome?.code === 0 && !outcome.timedOut;
  const evidence =
    passed || end.kind === "precondition" ? undefined : await keepEvidence(job, end, test, secrets);
  const result = {
    up: end.kind === "ready" ? end : { ...end, message: redact(end.message, secrets) },
    test: outcome,
    evidence,
    left: [],
    interrupted: signal.aborted,
    kept: false,
    warnings: [],
  };
  if (signal.reason === runnerGone) return result;
  // An interrupted cell has not failed: whoever presses Ctrl-C wants to be rid of it.
  if (!signal.aborted && (passed ? job.keep.passed : job.keep.failed)) {
    await keepCluster(job.spec.name);
    return { ...result, kept: true };
  }
  onProgress("destroy", "");
  const left = await takeDown(job.spec.name, (text) => onProgress("destroy", text), stack);
  return { ...result, left, interrupted: signal.aborted };
}

/** All that must not stand in what is kept of this cell. */
function secretsOf(job: CellJob): string[] {
  return [...Object.values(clusterSecrets(job.spec)), ...testSecrets(job.test)];
}
