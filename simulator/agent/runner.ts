import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { Exit } from "./processes";
import { supervised, type Supervision } from "./supervisor";

/** What becomes of a process. */
export interface RunnerEvents {
  started(key: string, pid: number): void;
  notStarted(key: string, why: string): void;
  exited(key: string, code: number | null, signal: string | null): void;
}

/** A process to start. */
export interface Start extends Supervision {
  readonly words: readonly string[];
  readonly sandbox: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Held {
  readonly pid: number;
  readonly folder: string;
  /** The last signal sent. */
  signalled?: "SIGTERM" | "SIGKILL";
}

/** Pause between two looks at a process that another life of the agent started. Source: MAX_REAP_INTERVAL in 3rdparty/libprocess. */
const LOOK_MS = 200;

/** Runs tasks and executors as processes, each under a supervisor in a session and process group of its own. */
export class ProcessRunner {
  private readonly held = new Map<string, Held>();
  private readonly looks = new Map<string, NodeJS.Timeout>();

  constructor(private readonly events: RunnerEvents) {}

  /** Starts a process in its sandbox; the events tell how it went. */
  launch(key: string, start: Start): void {
    const [program = "", ...words] = supervised(start.words, start);
    try {
      mkdirSync(start.folder, { recursive: true });
      writeFileSync(join(start.folder, "agent"), `${process.pid}\n`);
      const out = openSync(join(start.sandbox, "stdout"), "a");
      const err = openSync(join(start.sandbox, "stderr"), "a");
      const child = spawn(program, words, {
        cwd: start.sandbox,
        env: start.env,
        detached: true,
        stdio: ["ignore", out, err, "pipe"],
      });
      closeSync(out);
      closeSync(err);
      const { pid } = child;
      child.once("error", (error) => {
        if (pid === undefined) this.events.notStarted(key, error.message);
      });
      if (pid === undefined) return;
      // It is to outlive the agent, and its end of the life line must not keep the agent from ending.
      child.unref();
      const lifeline = child.stdio[3];
      if (lifeline !== null && lifeline !== undefined && "unref" in lifeline) {
        (lifeline as unknown as { unref(): void }).unref();
      }
      lifeline?.on("error", () => undefined);
      this.held.set(key, { pid, folder: start.folder });
      child.once("exit", () => this.ended(key));
      this.events.started(key, pid);
    } catch (error) {
      this.events.notStarted(key, error instanceof Error ? error.message : String(error));
    }
  }

  /** Goes on with a process that an earlier life of the agent started; the events tell whether it still runs. */
  adopt(key: string, folder: string): void {
    const pid = Number(textOf(join(folder, "pid")));
    if (!Number.isInteger(pid) || pid <= 0) {
      this.events.exited(key, null, null);
      return;
    }
    this.held.set(key, { pid, folder });
    if (textOf(join(folder, "status")) !== "" || !isAlive(pid)) {
      this.ended(key);
      return;
    }
    writeFileSync(join(folder, "agent"), `${process.pid}\n`);
    this.events.started(key, pid);
    this.looks.set(
      key,
      setInterval(() => {
        if (!isAlive(pid)) this.ended(key);
      }, LOOK_MS).unref(),
    );
  }

  /** Signals the whole process group; one that has ended is fine. */
  signal(key: string, signal: "SIGTERM" | "SIGKILL"): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    held.signalled = signal;
    signalGroup(held.pid, signal);
  }

  /** Ends the named processes the hard way; resolves when they are gone. */
  async killAll(isWanted: (key: string) => boolean): Promise<void> {
    const wanted = [...this.held.keys()].filter(isWanted);
    for (const key of wanted) this.signal(key, "SIGKILL");
    while (wanted.some((key) => this.held.has(key))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  private ended(key: string): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    this.held.delete(key);
    clearInterval(this.looks.get(key));
    this.looks.delete(key);
    // What a task left behind in its group ends with it, as with its container.
    signalGroup(held.pid, "SIGKILL");
    const { code, signal } = exitOf(held);
    this.events.exited(key, code, signal);
  }
}

/** What the supervisor wrote down. A status above 128 is what a shell makes of a signal. */
function exitOf({ folder, signalled }: Held): Exit {
  const text = textOf(join(folder, "status"));
  if (text === "") return { code: null, signal: signalled === "SIGKILL" ? "SIGKILL" : null };
  const code = Number(text);
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? [];
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody waits for is as good as gone.
    return !/^\d+ \(.*\) Z/.test(textOf(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ESRCH") throw error;
  }
}
