import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { planCluster } from "../../plan/cluster";
import { docker } from "../../readiness/docker";
import { bringUp, takeDown } from "../cluster";
import { runChild } from "../child";
import { findEndpoints, testEnvironment } from "../contract";
import { plainValue } from "../secrets";
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
  return { up: failure ?? up, test, left, interrupted: signal.aborted, warnings };
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
    onLine: (line) => {
      lastLine = line;
      onLine(line);
    },
  });
  return { ...end, lastLine };
}

/** What every container wrote, kept beside the test's output; answers with what could not be kept, in words. */
async function saveLogs(job: CellJob): Promise<string[]> {
  const warnings: string[] = [];
  for (const { name } of planCluster(job.spec, job.inputs).containers) {
    try {
      const text = await docker(["logs", "--timestamps", name], { both: true });
      writeFileSync(path.join(job.out, `${name}.log`), text);
    } catch (error) {
      warnings.push(
        `the log of ${name} is not kept: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return warnings;
}
