import { spawn } from "node:child_process";
import { constants } from "node:os";
import { StringDecoder } from "node:string_decoder";
import { ownVariables } from "./own-variables";
import { PreconditionError } from "./precondition";
import { OutputFile } from "./output-file";
import { Redactor } from "./redact";

export interface ChildOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Seconds; undefined: no limit but the signal. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
  /** File that gets standard output and error; undefined: they are passed through. */
  readonly log: string | undefined;
  readonly onLine?: (line: string) => void;
  /** Texts that are replaced in what is kept of the output. */
  readonly secrets?: readonly string[];
}

export interface ChildEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  /** Why the file does not hold all of the output. */
  readonly incomplete: string | undefined;
}

/** Seconds between asking a process to end and ending it. */
const graceSeconds = 5;

/** Seconds for reading what a command wrote before it ended. */
const drainSeconds = 5;

/**
 * Runs a command of the user's in a process group of its own, and ends the whole group at the deadline or when
 * the signal aborts. @throws when the program does not exist
 */
export async function runChild(options: ChildOptions): Promise<ChildEnd> {
  const [program = "", ...args] = options.argv;
  const kept = options.log !== undefined;
  const child = spawn(program, args, {
    env: { ...userEnvironment(), ...options.env },
    stdio: kept ? ["ignore", "pipe", "pipe"] : "inherit",
    // A group of its own, so that its children end with it. A passed-through command keeps the terminal's group.
    detached: kept,
  });
  let timedOut = false;
  let killer: NodeJS.Timeout | undefined;
  const end = (): void => {
    signalGroup(child.pid, "SIGTERM", kept);
    killer ??= setTimeout(() => {
      signalGroup(child.pid, "SIGKILL", kept);
    }, graceSeconds * 1000);
  };
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          end();
        }, options.timeout * 1000);
  options.signal.addEventListener("abort", end);
  if (options.signal.aborted) end();
  try {
    const log = options.log === undefined ? undefined : new OutputFile(options.log);
    const ends: Promise<void>[] = [];
    const lines = new LineCutter(options.onLine ?? (() => undefined));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      const redactor = new Redactor(options.secrets ?? []);
      // A character may be cut in two between chunks.
      const decoder = new StringDecoder("utf8");
      const keep = (text: Buffer): void => {
        lines.add(decoder.write(text));
        // A test that prints faster than the disk writes waits for it, and does not fill our memory.
        if (log?.write(text, () => stream.resume()) === false) stream.pause();
      };
      stream.on("data", (chunk: Buffer) => {
        keep(redactor.add(chunk));
      });
      ends.push(
        new Promise((resolve) => {
          stream.once("close", () => {
            keep(redactor.flush());
            resolve();
          });
        }),
      );
    }
    const exit = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
      (resolve, reject) => {
        child.once("error", (error: NodeJS.ErrnoException) => {
          reject(error.code === "ENOENT" ? new PreconditionError(`there is no program ${program}`) : error);
        });
        // "exit", not "close": a daemon that the command leaves behind may hold its output open for ever.
        child.once("exit", (code, signal) => resolve({ code, signal }));
      },
    );
    // Whatever it started in its group ends with it.
    signalGroup(child.pid, "SIGKILL", kept);
    // What is written already is read; a daemon that keeps its output open is not waited for.
    const drain = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, drainSeconds * 1000);
    await Promise.all(ends);
    clearTimeout(drain);
    lines.flush();
    const incomplete = await log?.close();
    return { code: exit.code ?? undefined, signal: exit.signal ?? undefined, timedOut, incomplete };
  } finally {
    clearTimeout(timer);
    clearTimeout(killer);
    options.signal.removeEventListener("abort", end);
  }
}

/** Our environment without what the launcher put there for our own Pulumi. */
function userEnvironment(): NodeJS.ProcessEnv {
  const { [ownVariables]: own, ...env } = process.env;
  const ours = new Set((own ?? "").split(","));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.has(name)));
}

/** The exit code that a shell would give for this end. */
export function shellCode(end: ChildEnd): number {
  if (end.code !== undefined) return end.code;
  const number = constants.signals[end.signal as keyof typeof constants.signals];
  return 128 + number;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals, group: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(group ? -pid : pid, signal);
  } catch {
    // It is gone already.
  }
}

/** Cuts a stream of text into lines, each of a bounded length. */
class LineCutter {
  static readonly #longest = 2000;
  #rest = "";

  constructor(readonly onLine: (line: string) => void) {}

  add(text: string): void {
    const parts = (this.#rest + text).split("\n");
    this.#rest = (parts.pop() ?? "").slice(-LineCutter.#longest);
    for (const line of parts) if (line.trim() !== "") this.onLine(line.slice(0, LineCutter.#longest));
  }

  flush(): void {
    if (this.#rest.trim() !== "") this.onLine(this.#rest);
  }
}
