import { rmSync } from "node:fs";
import { defaultCluster, loadClusterFile } from "../../config/load";
import type { ClusterSpec } from "../../config/spec";
import { planCluster } from "../../plan/cluster";
import type { PlanInputs } from "../../plan/inputs";
import { runChild, shellCode } from "../child";
import { findEndpoints, testEnvironment, type Endpoints, type ServiceEndpoint } from "../contract";
import { preparePlan } from "../deploy";
import { refuseHere, reviewHere } from "../engine-facts";
import { clusterExpiry } from "../housekeeping/expiry";
import { readRecord } from "../housekeeping/record";
import { tempFolder } from "../housekeeping/temp";
import { imagesInFolder, keepInFolder } from "../images/kept";
import { newRunId } from "../names";
import { clusterNotes } from "../notes";
import { PreconditionError } from "../precondition";
import { refusal, unconfirmedDangers } from "../preview/unconfirmed";
import { reachCluster } from "../reach";
import { findCluster } from "../remote/find-cluster";
import { located } from "../remote/located";
import type { UpOutcome } from "../worker/protocol";
import { startWorker, underSignals } from "../worker/spawn";
import { remove } from "./down";
import type { Interruption } from "./interruption";
import { say, warn } from "./voice";

export interface UpCommandOptions {
  readonly mesos?: string;
  readonly image?: string;
  readonly name?: string;
  readonly refreshImages?: boolean;
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
  const review = await reviewHere(spec);
  clusterNotes(spec, review).forEach(say);
  refuseHere(spec.name, review);
  const { signal } = interruption;
  const existing = await findCluster(spec.name);
  const record = readRecord(spec.name)?.ownership;
  const ownership = {
    run: existing?.run ?? record?.run ?? newRunId(),
    cell: existing?.cell ?? spec.name,
    expires: existing === undefined ? clusterExpiry(spec, new Date()) : existing.plannedExpiry,
    owner: existing?.owner,
  };
  const inputs = await preparePlan(spec, ownership, {
    say,
    signal,
    kept: existing === undefined ? undefined : imagesInFolder(spec.name),
    refresh: options.refreshImages === true,
  });
  if (existing !== undefined && options.yes !== true) {
    const dangers = await unconfirmedDangers(spec, inputs);
    if (dangers.length > 0) {
      say(refusal(spec.name, dangers));
      return 2;
    }
  }
  keepInFolder(spec.name, inputs.images);
  const up = await bringUp(spec, inputs, existing !== undefined, interruption);
  if (up.kind !== "ready") {
    if (signal.aborted) return 130;
    warn(up.message);
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
  return (await findEndpoints(located(planCluster(spec, inputs)))) ?? lostLeader(spec.name);
}

function lostLeader(name: string): never {
  throw new PreconditionError(`${name} lost its leading master right after it got ready; run up again`);
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
    return await reachCluster(
      located(planCluster(spec, inputs)),
      async ({ endpoints }) => {
        const env = testEnvironment(endpoints ?? lostLeader(spec.name), about);
        return shellCode(await runChild({ argv: command, env, timeout: undefined, signal, log: undefined }));
      },
      signal,
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function describe(endpoints: Endpoints): string {
  const { cluster, masters, agents, marathon, dns, loadBalancer } = endpoints;
  const row = (key: string, text: string): string => `  ${key.padEnd(10)}  ${text}`;
  const url = ({ address, published }: ServiceEndpoint): string => `http://${published ?? address}`;
  const remote = endpoints.leader.published === undefined;
  const rows = [
    `${cluster} is ready: Mesos ${endpoints.mesos}, leading master ${endpoints.leader.key}`,
    ...[...masters, ...agents, ...(marathon?.all ?? [])].map((node) => row(node.key, url(node))),
    ...(dns === undefined ? [] : [row("mesos-dns", url(dns.http))]),
    ...(loadBalancer === undefined
      ? []
      : [row("lb", `${url(loadBalancer)}, health ${url(loadBalancer.page)}`)]),
    `  zookeeper   ${endpoints.zookeeper}`,
    "",
    remote
      ? `to reach it: mesos-matrix connect ${cluster} [-- CMD...]`
      : `for a test:  eval "$(mesos-matrix env ${cluster})"`,
    `to remove:   mesos-matrix down ${cluster}`,
  ];
  return `${rows.join("\n")}\n`;
}
