import { execFile, execFileSync } from "node:child_process";

/** Runs a program to its end; answers with its standard output. Throws with what it said when it fails. */
export function run(...argv: readonly string[]): string {
  const [program = "", ...args] = argv;
  return execFileSync(program, args, {
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** As `run`, for what may be gone already. */
export function tolerant(...argv: readonly string[]): void {
  try {
    run(...argv);
  } catch {
    // It was not there.
  }
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program while others run; its exit code is an answer, not an error. At most `seconds`. */
export function finish(argv: readonly string[], { input = "", seconds = 120 } = {}): Promise<Finished> {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const settings = { timeout: seconds * 1000, maxBuffer: 64 * 1024 * 1024, killSignal: "SIGKILL" as const };
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, stdout, stderr });
      else reject(new Error(`${argv.join(" ")} did not end by itself`, { cause: error }));
    });
    // It may end before it has read everything; its exit code says why.
    child.stdin?.on("error", () => undefined).end(input);
  });
}
