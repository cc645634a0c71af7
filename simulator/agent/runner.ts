import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "./model";
import { makeSandbox } from "./sandbox";

/** What becomes of a run's process. */
export interface RunnerEvents {
  started(key: string, pid: number): void;
  notStarted(key: string, why: string): void;
  exited(key: string, code: number | null, signal: string | null): void;
}

/** Runs tasks as processes, each in a session and process group of its own. */
export class TaskRunner {
  private readonly children = new Map<string, ChildProcess>();

  constructor(private readonly events: RunnerEvents) {}

  /** Starts the command of a run in its sandbox; the events tell how it went. */
  launch(run: Run, sandbox: string, env: Readonly<Record<string, string>>): void {
    const { command } = run.task;
    if (command === undefined) {
      this.events.notStarted(run.key, "the task has no CommandInfo");
      return;
    }
    if (command.uris.length > 0) {
      this.events.notStarted(run.key, "the simulator cannot fetch URIs");
      return;
    }
    const shell = command.shell ?? true;
    if (command.value === undefined) {
      this.events.notStarted(run.key, "CommandInfo.value is missing");
      return;
    }
    const words = shell ? ["-c", command.value] : command.arguments.slice(1);
    let child: ChildProcess;
    try {
      makeSandbox(sandbox);
      const out = openSync(join(sandbox, "stdout"), "a");
      const err = openSync(join(sandbox, "stderr"), "a");
      child = spawn(shell ? "/bin/sh" : command.value, words, {
        argv0: shell ? "sh" : (command.arguments[0] ?? command.value),
        cwd: sandbox,
        env,
        detached: true,
        stdio: ["ignore", out, err],
      });
      closeSync(out);
      closeSync(err);
    } catch (error) {
      this.events.notStarted(run.key, error instanceof Error ? error.message : String(error));
      return;
    }
    child.on("error", (error) => {
      if (child.pid === undefined) this.events.notStarted(run.key, error.message);
    });
    const { pid } = child;
    if (pid === undefined) return;
    this.children.set(run.key, child);
    child.on("exit", (code, signal) => {
      this.children.delete(run.key);
      this.events.exited(run.key, code, signal);
    });
    this.events.started(run.key, pid);
  }

  /** Signals the whole process group of a run; one that has ended is fine. */
  signal(key: string, signal: "SIGTERM" | "SIGKILL"): void {
    const pid = this.children.get(key)?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "ESRCH") throw error;
    }
  }

  /** Ends every process the hard way; resolves when they are gone. */
  async killAll(): Promise<void> {
    await Promise.all(
      [...this.children].map(
        ([key, child]) =>
          new Promise<void>((resolve) => {
            child.once("exit", () => resolve());
            this.signal(key, "SIGKILL");
          }),
      ),
    );
  }
}
