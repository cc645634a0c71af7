import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { planCluster } from "../../plan/cluster";
import { timedLines } from "../../readiness/docker";
import { runChild } from "../child";
import { bringUp, takeDown } from "../cluster";
import { findEndpoints, testEnvironment } from "../contract";
import { redact } from "../redact";
import { clusterSecrets, plainValue, testSecrets } from "../secrets";
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
  onProgress: (phase: Phase, text: string) => void,
): Promise<CellOutcome> {
  mkdirSync(job.out, { recursive: true });
  onProgress("create", "");
  const { up, stack } = await bringUp(job.spec, job.inputs, {
    signal,
    onProgress,
  });
  // Another process works on this stack: nothing of it is ours to touch.
  if (up.kind === "locked") return { up, test: undefined, left: [], interrupted: false, warnings: [] };
  let test: TestOutcome | undefined;
  let failure: UpOutcome | undefined;
  if (up.kind === "ready" && !signal.aborted) {
    onProgress("test", "");
    try {
      test = await runTest(job, signal, (line) => onProgress("test", line));
    } catch (error) {
      failure = { kind: "error", message: error instanceof Error ? error.message : String(error) };
    }
  }
  const warnings = test?.code === 0 ? [] : await saveLogs(job);
  if (signal.reason === runnerGone) return { up, test, left: [], interrupted: true, warnings };
  onProgress("destroy", "");
  const left = await takeDown(job.spec.name, (text) => onProgress("destroy", text), stack);
  return { up: withoutSecrets(failure ?? up, job), test, left, interrupted: signal.aborted, warnings };
}

/** All that must not stand in what is kept of this cell. */
function secretsOf(job: CellJob): string[] {
  return [...Object.values(clusterSecrets(job.spec)), ...testSecrets(job.test)];
}

/** A reason may quote what a container wrote. */
function withoutSecrets(up: UpOutcome, job: CellJob): UpOutcome {
  return up.kind === "ready" ? up : { ...up, message: redact(up.message, secretsOf(job)) };
}

async function runTest(
  job: CellJob,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<TestOutcome> {
  const plan = planCluster(job.spec, job.inputs);
  const endpoints = await findEndpoints(plan);
  if (endpoints === undefined)
    throw new Error(`${job.spec.name} lost its leading master before the test began`);
  const { cell } = job.inputs.ownership;
  const contract = testEnvironment(endpoints, { cell, tag: job.spec.masters.version, out: job.out });
  const own = Object.entries(job.test.env).map(([name, value]) => [
    name,
    plainValue(value, `test.env.${name}`),
  ]);
  let lastLine = "";
  const end = await runChild({
    argv: job.test.command,
    env: { ...contract, ...(Object.fromEntries(own) as Record<string, string>) },
    timeout: job.test.timeout,
    signal,
    log: path.join(job.out, "test.log"),
    secrets: secretsOf(job),
    onLine: (line) => {
      lastLine = line;
      onLine(line);
    },
  });
  return { ...end, lastLine };
}

/** Of each container, the newest ones: a log may be larger than what a report can hold. */
const mostLines = 20_000;

/** What every container wrote, kept beside the test's output; answers with what could not be kept, in words. */
async function saveLogs(job: CellJob): Promise<string[]> {
  const warnings: string[] = [];
  for (const { name } of planCluster(job.spec, job.inputs).containers) {
    try {
      const lines = await timedLines(name, mostLines);
      writeFileSync(path.join(job.out, `${name}.log`), `${redact(lines.join("\n"), secretsOf(job))}\n`);
    } catch (error) {
      warnings.push(
        `the log of ${name} is not kept: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return warnings;
}
