import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { dockerFailure, DockerError, type DockerOptions, dockerWords } from "../../readiness/docker";

/** A docker command that may take minutes: what it writes is told while it works. */
export interface StreamOptions extends Pick<DockerOptions, "engine" | "config" | "signal"> {
  /** Seconds. */
  readonly timeout: number;
  readonly stdin?: Readable;
  readonly onLine?: (line: string) => void;
}

/** What is kept of an error text: whatever a Dockerfile's programs write is part of it. */
const mostText = 64 * 1024;

/** Runs the docker client to its end. @throws as `docker()` does, or the signal's reason */
export async function dockerStream(args: readonly string[], options: StreamOptions): Promise<string> {
  options.signal?.throwIfAborted();
  const child = spawn("docker", dockerWords(args, options), {
    stdio: [options.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let rest = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    const text = chunk.toString();
    stdout = (stdout + text).slice(-mostText);
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) options.onLine?.(line);
  });
  child.stderr?.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-mostText)));
  // A client that ends early closes its input: its own words say why.
  child.stdin?.on("error", () => undefined);
  if (child.stdin !== null) options.stdin?.pipe(child.stdin);
  let late = false;
  const end = (): void => void child.kill("SIGKILL");
  const timer = setTimeout(() => {
    late = true;
    end();
  }, options.timeout * 1000);
  options.signal?.addEventListener("abort", end, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", (error) => reject(dockerFailure(args, "", error)));
      child.once("close", (code) => {
        if (code === 0) resolve();
        else if (late) reject(new DockerError(`docker ${args[0] ?? ""}: no end within ${options.timeout} s`));
        else reject(dockerFailure(args, stderr.trim(), new Error(`it ended with ${code ?? "a signal"}`)));
      });
    });
    return stdout;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", end);
    options.stdin?.destroy();
  }
}
