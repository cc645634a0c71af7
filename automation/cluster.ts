import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { ClusterSpec } from "../config/spec";
import { planCluster } from "../plan/cluster";
import type { PlanInputs } from "../plan/inputs";
import type { ClusterPlan, SshHostPlan } from "../plan/types";
import { docker } from "../readiness/docker";
import { type NotReady, proveReady } from "../readiness/prove";
import { reportVariable } from "../readiness/report-variable";
import { keepApps } from "./apps-again";
import { declareCluster } from "./deploy";
import { isPool, readRecord, recordCluster } from "./housekeeping/record";
import { onHosts } from "./remote/engines";
import { forgetHosts as forgetRecord, recordedHosts } from "./remote/host-record";
import { located } from "./remote/located";
import { forgetHosts, removeEverywhere } from "./remote/removal";
import { lockHolder } from "./lock";
import { isPrecondition } from "./precondition";
import { errorText, findStack, forgetStack, isLocked, openStack, stackFolder, stackNames } from "./stack";
import { endStrays } from "./strays";
import type { UpOutcome } from "./worker/protocol";

/** What a removal does that is not usual. */
export type OnProgress = (text: string) => void;

/** Images on their way to hosts, how many of the cluster's containers exist, then what readiness still waits for. */
export type OnCreation = (phase: "images" | "create" | "ready", text: string) => void;

/** What bringing a cluster up came to; the stack is undefined where it could not even be made. */
export interface BroughtUp {
  readonly up: UpOutcome;
  readonly stack: Stack | undefined;
}

/** Brings a cluster up as a stack of its name, and waits until it is ready. */
export async function bringUp(
  spec: ClusterSpec,
  inputs: PlanInputs,
  options: { signal: AbortSignal; onProgress: OnCreation },
): Promise<BroughtUp> {
  const report = path.join(stackFolder(spec.name), "readiness.json");
  rmSync(report, { force: true });
  const errors: string[] = [];
  const plan = planCluster(spec, inputs);
  const follow = progressOf(plan.containers.length, options.onProgress);
  let stack: Stack | undefined;
  try {
    const program = async (): Promise<Record<string, unknown>> => ({
      ...(await declareCluster(spec, inputs)),
    });
    const opened = await openStack(spec.name, program, inputs.ownership, { [reportVariable]: report });
    stack = opened.stack;
    recordCluster(spec, inputs.ownership, plan);
    // An AbortSignal that is aborted already would be ignored.
    options.signal.throwIfAborted();
    await stack.up({
      signal: options.signal,
      suppressOutputs: true,
      // A container that somebody removed or stopped is noticed only by asking the engine.
      refresh: opened.existed,
      onEvent: (event) => {
        follow(event);
        const text = errorText(event);
        if (text !== undefined) errors.push(text);
      },
    });
    // Where nothing changed Pulumi had nothing to prove.
    const up = opened.existed ? await provenAgain(located(plan), options) : { kind: "ready" as const };
    return { up, stack };
  } catch (error) {
    const up = (await hostsAway(located(plan), error)) ?? failure(error, spec.name, errors, report);
    return { up, stack };
  }
}

/** Where a host went away in the middle, that is the cause, whatever Pulumi or readiness said of its absence. */
async function hostsAway({ hosts }: ClusterPlan, error: unknown): Promise<UpOutcome | undefined> {
  // Machines that were never made are not away.
  const remote = hosts.filter(
    (host): host is SshHostPlan => host.kind === "ssh" && host.login.address !== "",
  );
  if (remote.length === 0 || isPrecondition(error) || isLocked(error)) return undefined;
  const { unreachable } = await onHosts(remote, ({ engine }) => docker(["version"], { engine }), false);
  if (unreachable.length === 0) return undefined;
  const whys = unreachable.map(({ why }) => why);
  const message = [...whys, "the other hosts keep what they have; when it is back, up makes the rest"].join(
    "\n",
  );
  return { kind: "precondition", message };
}

async function provenAgain(
  plan: ClusterPlan,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: OnCreation },
): Promise<UpOutcome> {
  const proof = await proveReady(plan.readiness, { signal, onProgress: () => undefined });
  if (!("ready" in proof)) return notReady(proof, plan.cluster);
  const wrong = await keepApps(plan, (line) => onProgress("ready", line));
  return wrong === undefined
    ? { kind: "ready" }
    : { kind: "not-ready", message: `${plan.cluster} is not ready: ${wrong}` };
}

/**
 * Removes a cluster: what processes still work for it, its stack, then whatever still carries its label (an
 * interrupted destroy says that it succeeded), then the stack's record.
 * @param known the stack, where the caller has it
 * @param forget keys of hosts on which nothing is removed, because they are gone for good
 * @returns what could not be removed, in words
 */
export async function takeDown(
  name: string,
  onProgress: OnProgress,
  known?: Stack,
  forget: readonly string[] = [],
): Promise<string[]> {
  endStrays(name);
  const holder = lockHolder(name);
  if (holder !== undefined) return [`all of ${name}, on which process ${holder} works`];
  const stack = known ?? (await findStack(name).catch(() => undefined));
  if (forget.length > 0) await forgetHosts(name, forget, stack);
  const pool = isPool(readRecord(name));
  const machines = pool || recordedHosts(name).some(({ made }) => made === true);
  const failure = stack === undefined ? undefined : await destroy(stack, onProgress, machines);
  if (machines && failure !== undefined)
    return [`the machines of ${name} (${failure}; run this again, or look at them in Google Cloud)`];
  // What stood on machines that are gone is gone with them.
  if (machines) forgetRecord(name);
  const left = await removeEverywhere(name);
  if (left.length === 0) await forgetStack(name, stack);
  if (pool && left.length === 0) await forgetGuests(name);
  return left;
}

/** Forgets clusters on machines that are gone. */
async function forgetGuests(pool: string): Promise<void> {
  for (const name of stackNames().filter((guest) => readRecord(guest)?.hostsFrom === pool)) {
    endStrays(name);
    forgetRecord(name);
    await forgetStack(name, await findStack(name).catch(() => undefined));
  }
}

/** @param report file of the readiness resource, which knows best why a cluster is not ready */
function failure(error: unknown, name: string, errors: readonly string[], report: string): UpOutcome {
  if (existsSync(report)) {
    return notReady(JSON.parse(readFileSync(report, "utf8")) as NotReady, name);
  }
  if (isPrecondition(error)) {
    return { kind: "precondition", message: error.message };
  }
  if (isLocked(error)) return { kind: "locked", message: lockedMessage(name) };
  const said = error instanceof Error ? error.message : String(error);
  return { kind: "error", message: errors.length > 0 ? [...new Set(errors)].join("\n") : said };
}

function notReady({ kind, message }: NotReady, name: string): UpOutcome {
  return { kind, message: kind === "not-ready" ? `${name} is ${message}` : message };
}

function lockedMessage(name: string): string {
  const holder = lockHolder(name);
  return holder === undefined
    ? `a process that was killed left the stack ${name} locked; remove the cluster with mesos-matrix down ${name}, then try again`
    : `process ${holder} is working on the stack ${name}; wait for its end`;
}

/** @param again whether nothing but another try removes what is left @returns why it did not end well; undefined: it did */
async function destroy(stack: Stack, onProgress: OnProgress, again: boolean): Promise<string | undefined> {
  try {
    // A host that is away must not keep the others' containers.
    await stack.destroy({ suppressOutputs: true, continueOnError: true });
    return undefined;
  } catch (error) {
    // A runner that was killed leaves a lock and half-made resources in the state. What it made is found by its
    // label and removed after this; the lock goes here.
    onProgress(`the stack's state is not clean; ${again ? "trying once more" : "removing by label"}`);
    await stack.cancel().catch(() => undefined);
    return again ? destroy(stack, onProgress, false) : firstLine(error);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .split("\n")
      .find((line) => line.includes("error:"))
      ?.trim() ??
    text.split("\n")[0] ??
    ""
  );
}

/** The end of the URN of the command that proves readiness. */
const readinessUrn = "command:local:Command::ready";

/** The same of an app that is given to Marathon, which comes after it. */
const appUrn = /command:local:Command::app[^:]*-applied$/;

/** What brings an image to a host; what it says is news for people. */
const deliveryType = "mesos:hosts:ImageDelivery";

/** Operations after which a container is new. */
const made: ReadonlySet<string> = new Set(["create", "create-replacement", "replace"]);

/** Turns engine events into `3/9 containers`, then into what readiness says. */
function progressOf(total: number, onProgress: OnCreation): (event: EngineEvent) => void {
  let count = 0;
  return (event) => {
    const metadata = event.resOutputsEvent?.metadata;
    if (metadata?.type === "docker:index/container:Container" && made.has(metadata.op)) {
      onProgress("create", `${++count}/${total} containers`);
    }
    const begun = event.resourcePreEvent?.metadata;
    if (begun?.urn.endsWith(readinessUrn) === true && made.has(begun.op)) onProgress("ready", "");
    const diagnostic = event.diagnosticEvent;
    const { urn = "", severity } = diagnostic ?? {};
    if (diagnostic !== undefined && severity === "info" && urn.includes(deliveryType)) {
      onProgress("images", diagnostic.message.trim());
    }
    if (diagnostic !== undefined && severity === "info" && (urn.endsWith(readinessUrn) || appUrn.test(urn))) {
      const text = diagnostic.message.trim();
      // Standard output, which is the command's result, comes the same way as its progress.
      if (!text.startsWith("{")) onProgress("ready", text);
    }
  };
}
