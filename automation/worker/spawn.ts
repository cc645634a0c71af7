import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import * as path from "node:path";
import { workerVariable } from "../strays";
import { stackOf, type Answers, type FromWorker, type Job, type Progress } from "./protocol";

/** Seconds that a worker may take to end once it has answered, and to clean up once it was asked to stop. */
const farewellSeconds = 10;
const cleanUpSeconds = 300;

/** How a worker ended: with its answer, or without one, in words. */
export type WorkerEnd<J extends Job> =
  { readonly answer: Answers[J["kind"]] } | { readonly died: string; readonly killed: boolean };

export interface Worker<J extends Job> {
  readonly ended: Promise<WorkerEnd<J>>;
  /** Asks it to stop and clean up. */
  abort(): void;
  /** Ends it and all it started, now; what it made stays. */
  kill(): void;
}

/**
 * Starts a worker for one job.
 * @param log file for what it and Pulumi print; undefined: they are passed through to standard error
 */
export function startWorker<J extends Job>(
  job: J,
  log: string | undefined,
  onProgress: (progress: Progress) => void,
): Worker<J> {
  const output = log === undefined ? 2 : openSync(log, "a");
  const child = fork(path.join(__dirname, "main.js"), {
    // A group of its own: Ctrl-C in the terminal must reach only us, or Pulumi would be interrupted twice.
    detached: true,
    // Not those of a test runner or a TypeScript loader that we may run under. V8 never gives back the room for new
    // objects that loading takes, 64 MiB by default, and many workers wait for their tests side by side.
    execArgv: ["--max-semi-space-size=2"],
    stdio: ["ignore", output, output, "ipc"],
    env: { ...process.env, [workerVariable]: stackOf(job) },
  });
  if (log !== undefined) closeSync(output);
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGKILL");
    }
  };
  let killed = false;
  const ended = new Promise<WorkerEnd<J>>((resolve) => {
    let end: WorkerEnd<J> | undefined;
    child.on("message", (message: FromWorker) => {
      if (message.kind === "progress") {
        onProgress(message);
        return;
      }
      end =
        message.kind === "answer"
          ? { answer: message.value as Answers[J["kind"]] }
          : { died: message.message, killed };
      // It has said all there is to say; whatever keeps it must not keep us.
      setTimeout(kill, farewellSeconds * 1000).unref();
    });
    child.once("error", (error) => {
      resolve({ died: error.message, killed });
    });
    child.once("exit", (code, signal) => {
      resolve(end ?? { died: signal ?? `exit code ${code ?? "?"}`, killed });
    });
  });
  child.send(job);
  return {
    ended,
    abort: () => {
      if (child.connected) child.send({ kind: "abort" });
    },
    kill: () => {
      killed = true;
      kill();
    },
  };
}

/** Ties a worker to the user's signals for as long as it runs. */
export async function underSignals<J extends Job>(
  worker: Worker<J>,
  signals: { readonly signal: AbortSignal; readonly giveUp: AbortSignal },
): Promise<WorkerEnd<J>> {
  let timer: NodeJS.Timeout | undefined;
  const abort = (): void => {
    worker.abort();
    timer = setTimeout(kill, cleanUpSeconds * 1000);
  };
  const kill = (): void => {
    worker.kill();
  };
  signals.signal.addEventListener("abort", abort);
  signals.giveUp.addEventListener("abort", kill);
  if (signals.signal.aborted) abort();
  try {
    return await worker.ended;
  } finally {
    clearTimeout(timer);
    signals.signal.removeEventListener("abort", abort);
    signals.giveUp.removeEventListener("abort", kill);
  }
}
