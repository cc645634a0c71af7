import { rmSync } from "node:fs";
import { defaultCluster, loadClusterFile } from "../../config/load";
import type { ClusterSpec } from "../../config/spec";
import { planCluster } from "../../plan/cluster";
import type { PlanInputs } from "../../plan/inputs";
import { runChild, shellCode } from "../child";
import { findEndpoints, testEnvironment, type Endpoints } from "../contract";
import { preparePlan } from "../deploy";
import { clusterExpiry } from "../housekeeping/expiry";
import { readRecord } from "../housekeeping/record";
import { tempFolder } from "../housekeeping/temp";
import { labelledClusters } from "../leftovers";
import { newRunId } from "../names";
import { clusterNotes } from "../notes";
import { PreconditionError } from "../precondition";
import { refusal, unconfirmedDangers } from "../preview/unconfirmed";
import type { UpOutcome } from "../worker/protocol";
import { startWorker, underSignals } from "../worker/spawn";
import { remove } from "./down";
import type { Interruption } from "./interruption";

export interface UpCommandOptions {
  readonly mesos?: string;
  readonly image?: string;
  readonly name?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

const exitCodes = { "not-ready": 4, "wrong-version": 1, precondition: 3, locked: 3, error: 1 };

/** `mesos-matrix up [FILE] [-- CMD...]`. Without CMD the cluster stays; with it the exit code is CMD's. */
export async function upCommand(
  given: { readonly file: string | undefined; readonly command: readonly string[] },
  options: UpCommandOptions,
  interruption: Interruption,
): Promise<number> {
  const spec = clusterOf(given.file, options);
  clusterNotes(spec).forEach(say);
  const { signal } = interruption;
  const existing = (await labelledClusters()).find((cluster) => cluster.name === spec.name);
  const record = readRecord(spec.name)?.ownership;
  const ownership = {
    run: existing?.run ?? record?.run ?? newRunId(),
    cell: existing?.cell ?? spec.name,
    expires: existing === undefined ? clusterExpiry(spec, new Date()) : existing.plannedExpiry,
    owner: existing?.owner,
  };
  const inputs = await preparePlan(spec, ownership, { say, signal });
  if (existing !== undefined && options.yes !== true) {
    const dangers = await unconfirmedDangers(spec, inputs);
    if (dangers.length > 0) {
      say(refusal(spec.name, dangers));
      return 2;
    }
  }
  const up = await bringUp(spec, inputs, existing !== undefined, interruption);
  if (up.kind !== "ready") {
    if (signal.aborted) return 130;
    process.stderr.write(`${up.message}\n`);
    return exitCodes[up.kind];
  }
  if (given.command.length === 0) {
    const endpoints = await endpointsOf(spec, inputs);
    process.stdout.write(
      options.json === true ? `${JSON.stringify(endpoints, null, 2)}\n` : describe(endpoints),
    );
    return 0;
  }
  const end = await runCommandOn(spec, inputs, given.command, signal).catch((error: unknown) => ({ error }));
  // A cluster that was there before stays.
  const removed = existing !== undefined || (await remove(spec.name, interruption));
  if (signal.aborted) return 130;
  if (typeof end !== "number") throw end.error;
  return end === 0 && !removed ? 1 : end;
}

async function endpointsOf(spec: ClusterSpec, inputs: PlanInputs): Promise<Endpoints> {
  const endpoints = await findEndpoints(planCluster(spec, inputs));
  if (endpoints !== undefined) return endpoints;
  throw new PreconditionError(`${spec.name} lost its leading master right after it got ready; run up again`);
}

async function bringUp(
  spec: ClusterSpec,
  inputs: PlanInputs,
  keepFailed: boolean,
  interruption: Interruption,
): Promise<UpOutcome> {
  const worker = startWorker({ kind: "up", spec, inputs, keepFailed }, undefined, ({ text }) => {
    if (text !== "") say(text);
  });
  const end = await underSignals(worker, interruption);
  return "answer" in end
    ? end.answer
    : { kind: "error", message: `the work ended unexpectedly (${end.died})` };
}

function clusterOf(file: string | undefined, { mesos, image, name }: UpCommandOptions): ClusterSpec {
  const overrides = {
    ...(mesos === undefined ? {} : { version: mesos }),
    ...(image === undefined ? {} : { image }),
    ...(name === undefined ? {} : { name }),
  };
  return file === undefined ? defaultCluster(overrides) : loadClusterFile(file, overrides);
}

async function runCommandOn(
  spec: ClusterSpec,
  inputs: PlanInputs,
  command: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const out = tempFolder("up");
  try {
    const about = { cell: inputs.ownership.cell, tag: spec.masters.version, out };
    const env = testEnvironment(await endpointsOf(spec, inputs), about);
    return shellCode(await runChild({ argv: command, env, timeout: undefined, signal, log: undefined }));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function describe(endpoints: Endpoints): string {
  const { cluster } = endpoints;
  const rows = [
    `${cluster} is ready: Mesos ${endpoints.mesos}, leading master ${endpoints.leader.key}`,
    ...endpoints.masters.map((node) => `  ${node.key.padEnd(10)}  http://${node.published}`),
    ...endpoints.agents.map((node) => `  ${node.key.padEnd(10)}  http://${node.published}`),
    ...(endpoints.marathon?.all ?? []).map((node) => `  ${node.key.padEnd(10)}  http://${node.published}`),
    `  zookeeper   ${endpoints.zookeeper}`,
    "",
    `for a test:  eval "$(mesos-matrix env ${cluster})"`,
    `to remove:   mesos-matrix down ${cluster}`,
  ];
  return `${rows.join("\n")}\n`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
