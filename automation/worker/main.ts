import { untouched } from "../cell/outcome";
import { runCell, runnerGone } from "../cell/run";
import type { LineBatch } from "../cell/paced";
import { bringUp, takeDown } from "../cluster";
import { LockedError, takeLock } from "../housekeeping/lock";
import { stackLock } from "../layout";
import { makeHostsStack } from "../hosts-stack";
import {
  stackOf,
  type Answers,
  type FromWorker,
  type HostsJob,
  type Job,
  type Phase,
  type ToWorker,
  type UpJob,
  type UpOutcome,
} from "./protocol";

/**
 * Pulumi works in a process of this kind, one a cluster: programs of several stacks in one process would share their
 * fate. It ends when the channel to its parent closes: a parent that died leaves labelled things, no processes.
 */
const cancel = new AbortController();

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function progress(phase: Phase, text: string, output?: LineBatch): void {
  tell({ kind: "progress", phase, text, ...(output === undefined ? {} : { output }) });
}

function destroying(text: string): void {
  progress("destroy", text);
}

/** Two processes never work on one cluster: the second says who does, and leaves everything as it is. */
async function work(job: Job): Promise<Answers[keyof Answers]> {
  const name = stackOf(job);
  try {
    const lock = takeLock(stackLock(name), `${job.kind} ${name}`);
    try {
      return await workAlone(job);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const up = {
      kind: "locked" as const,
      message: `${name} is being worked on: ${error.message}; wait for its end`,
    };
    if (job.kind === "down") return { left: [`all of ${name}: ${error.message}`] };
    return job.kind === "cell" ? { ...untouched, up } : up;
  }
}

async function workAlone(job: Job): Promise<Answers[keyof Answers]> {
  switch (job.kind) {
    case "cell":
      return runCell(job, cancel.signal, progress);
    case "up":
      return up(job);
    case "hosts":
      return hosts(job);
    case "down":
      return { left: await takeDown(job.name, destroying, undefined, job.forget) };
  }
}

async function up(job: UpJob): Promise<UpOutcome> {
  const outcome = await bringUp(job.spec, job.inputs, { signal: cancel.signal, onProgress: progress });
  const { kind } = outcome.up;
  const keep = kind === "ready" || kind === "locked" || job.keepFailed || cancel.signal.reason === runnerGone;
  const left = keep ? [] : await takeDown(job.spec.name, destroying, outcome.stack);
  for (const thing of left) destroying(`could not be removed: ${thing}`);
  return outcome.up;
}

/** Machines that are not whole go again: nobody would use them, and they cost money. */
async function hosts(job: HostsJob): Promise<UpOutcome> {
  const onProgress = (text: string): void => progress("create", text);
  const { up, stack } = await makeHostsStack(job, { signal: cancel.signal, onProgress });
  if (up.kind === "ready" || up.kind === "locked" || cancel.signal.reason === runnerGone) return up;
  const left = await takeDown(job.name, destroying, stack);
  if (left.length === 0) return up;
  return { ...up, message: `${up.message}\ncould not be removed: ${left.join(", ")}` };
}

process.on("message", (message: ToWorker) => {
  if (message.kind === "abort") {
    cancel.abort();
    return;
  }
  void work(message)
    .then(
      (value): FromWorker => ({ kind: "answer", value }),
      (error: unknown): FromWorker => ({
        kind: "failure",
        message: error instanceof Error ? error.message : String(error),
      }),
    )
    .then((end) => {
      tell(end);
      if (process.connected) process.disconnect();
    });
});
process.once("disconnect", () => {
  cancel.abort(runnerGone);
});
process.once("SIGTERM", () => {
  cancel.abort();
});
