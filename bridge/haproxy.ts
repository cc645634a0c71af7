import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type HaproxyConfig, idPrefix } from "./haproxy-config";

/** Seconds. */
const checkTimeout = 20;
const reloadTimeout = 15;

/** What `haproxy -c` says against a configuration. */
export interface Objection {
  /** The line at fault, from 1; undefined where it names none. */
  readonly line: number | undefined;
  readonly why: string;
}

/** HAProxy as master and worker, and its configuration file. */
export class Haproxy {
  readonly socket: string;
  readonly #active: string;
  readonly #candidate: string;
  #process: ChildProcess | undefined;

  /** @param folder where configuration and socket lie; what an earlier life left there is used again */
  constructor(folder: string) {
    this.socket = path.join(folder, "admin.sock");
    this.#active = path.join(folder, "haproxy.cfg");
    this.#candidate = path.join(folder, "candidate.cfg");
  }

  /** The configuration with which HAProxy runs; empty before `start`. */
  get text(): string {
    return existsSync(this.#active) ? readFileSync(this.#active, "utf8") : "";
  }

  /**
   * Starts HAProxy, with the last good configuration where there is one.
   * @param first the configuration of a first start
   * @param onExit HAProxy's end, which nobody asked for
   */
  start(first: HaproxyConfig, onExit: (why: string) => void): void {
    if (!existsSync(this.#active)) writeFileSync(this.#active, first.text);
    const child = spawn("haproxy", ["-W", "-db", "-f", this.#active], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", (error) => onExit(error.message));
    child.once("exit", (code, signal) => onExit(`it ended with ${signal ?? `code ${code ?? 0}`}`));
    this.#process = child;
  }

  /** Ends HAProxy and what it serves. */
  stop(): void {
    this.#process?.removeAllListeners("exit").kill("SIGTERM");
  }

  /** What HAProxy itself has against a configuration; nothing where it takes it. */
  async objections(config: HaproxyConfig): Promise<Objection[]> {
    writeFileSync(this.#candidate, config.text);
    const said = await run("haproxy", ["-c", "-f", this.#candidate]);
    return said === undefined ? [] : readObjections(said, this.#candidate);
  }

  /**
   * Goes over to a configuration that was checked. Connections that are open stay with the process that has them.
   * @throws Error where HAProxy keeps running with the one before, which is then the file's content again
   */
  async reload(config: HaproxyConfig): Promise<void> {
    const before = this.text;
    writeFileSync(this.#candidate, config.text);
    renameSync(this.#candidate, this.#active);
    this.#process?.kill("SIGUSR2");
    const deadline = performance.now() + reloadTimeout * 1000;
    while (performance.now() < deadline) {
      if ((await this.#runningId()) === config.id) return;
      await pause(50);
    }
    writeFileSync(this.#active, before);
    throw new Error(`HAProxy did not take the new configuration within ${reloadTimeout} s; see its log`);
  }

  /** Id of the configuration with which HAProxy answers; undefined while it does not answer. */
  #runningId(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const socket = createConnection(this.socket);
      let text = "";
      socket.setEncoding("utf8").setTimeout(2000, () => socket.destroy());
      socket.once("connect", () => socket.write("show info\n"));
      socket.on("data", (part: string) => (text += part));
      socket.once("error", () => socket.destroy());
      socket.once("close", () => resolve(new RegExp(`^description: ${idPrefix}(\\w+)`, "m").exec(text)?.[1]));
    });
  }
}

/** Whether a port of this machine can be listened on; `haproxy -c` does not try. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `[ALERT] (7) : config : parsing [/run/candidate.cfg:12] : unknown keyword ...`, once for each mistake. */
export function readObjections(said: string, file: string): Objection[] {
  const lines = said.split("\n").filter((line) => line.startsWith("[ALERT]"));
  const found = lines.map((text): Objection => {
    const at = text.indexOf(`${file}:`);
    const line = at < 0 ? Number.NaN : Number.parseInt(text.slice(at + file.length + 1), 10);
    return {
      line: Number.isInteger(line) ? line : undefined,
      why: text.replace(/^\[ALERT\]\s+(?:\(\d+\) : )?/, ""),
    };
  });
  return found.length > 0 ? found : [{ line: undefined, why: said.trim() }];
}

/** What a program says where it ends with another code than 0. */
function run(program: string, args: readonly string[]): Promise<string | undefined> {
  const options = { timeout: checkTimeout * 1000, killSignal: "SIGKILL" as const };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve(error === null ? undefined : `${stdout}${stderr}` || error.message),
    );
  });
}
