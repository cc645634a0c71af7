import { fork } from "node:child_process";
import { mkdirSync, openSync, closeSync } from "node:fs";
import * as path from "node:path";
import { takeDown } from "../cluster";
import type { CellJob, CellOutcome, CellProgress, FromCell } from "./protocol";

export interface CellProcess {
  readonly outcome: Promise<CellOutcome>;
  /** Asks it to stop and clean up. */
  abort(): void;
  /** Ends it and all it started, now; its cluster stays. */
  kill(): void;
}

/** Starts a cell's process. Its outcome always comes: a process that dies without one is an error of that cell. */
export function startCell(job: CellJob, onProgress: (progress: CellProgress) => void): CellProcess {
  mkdirSync(job.out, { recursive: true });
  const log = openSync(path.join(job.out, "cell.log"), "a");
  const child = fork(path.join(__dirname, "main.js"), {
    // A group of its own: Ctrl-C in the terminal must reach only the runner, or Pulumi would be interrupted twice.
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const outcome = new Promise<CellOutcome>((resolve) => {
    let said: CellOutcome | undefined;
    child.on("message", (message: FromCell) => {
      if (message.kind === "progress") onProgress(message);
      else said = message;
    });
    child.once("error", () => undefined);
    child.once("exit", (code, signal) => {
      if (said !== undefined) resolve(said);
      else void afterDeath(job, signal ?? `exit code ${code ?? "?"}`).then(resolve);
    });
  });
  child.send(job);
  return {
    outcome,
    abort: () => {
      if (child.connected) child.send({ kind: "abort" });
    },
    kill: () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    },
  };
}

async function afterDeath(job: CellJob, how: string): Promise<CellOutcome> {
  const message = `the cell's process ended unexpectedly (${how}); see ${path.join(job.out, "cell.log")}`;
  const left = await takeDown(job.spec.name, () => undefined).catch((error: unknown) => [String(error)]);
  return { kind: "outcome", up: { kind: "error", message }, test: undefined, left, interrupted: false };
}
