import { execFile } from "node:child_process";
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import { connect } from "node:net";
import { checkType, type CommandInfo } from "../wire/messages";
import { checkTimeoutMs, type Which } from "./checks";
import { commandWords } from "./command";
import type { CheckResult, Run } from "./model";

/** Where checks run. */
export interface CheckPlace {
  readonly sandbox: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command in the task's container, where it has one of its own. */
  readonly inContainer?: (words: readonly string[], timeoutMs: number) => Promise<number | undefined>;
}

/** Does a check of a task; never rejects. Source: src/checks/checker_process.cpp. */
export async function runCheck(run: Run, which: Which, place: CheckPlace): Promise<CheckResult> {
  const timeoutMs = checkTimeoutMs(run, which);
  const { health_check: health, check } = run.task;
  const info = which === "health" ? health : check;
  const type = checkType(info ?? {});
  try {
    if (type === "COMMAND") {
      const command = which === "health" ? health?.command : check?.command?.command;
      return { type, command: { exit_code: await runCommand(command, place, timeoutMs) } };
    }
    if (type === "HTTP") {
      const { port = 0, path = "", scheme = "http" } = info?.http ?? {};
      return { type, http: { status_code: await ask(`${scheme}://127.0.0.1:${port}${path}`, timeoutMs) } };
    }
    return { type, tcp: { succeeded: await connects(info?.tcp?.port ?? 0, timeoutMs) } };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

async function runCommand(
  command: CommandInfo | undefined,
  place: CheckPlace,
  timeoutMs: number,
): Promise<number> {
  const words = commandWords(command);
  if (place.inContainer !== undefined) {
    const code = await place.inContainer(words, timeoutMs);
    if (code === undefined) throw new Error("the command could not be run in the container");
    return code;
  }
  const own = (command?.environment?.variables ?? []).map(({ name, value }) => [name, value ?? ""]);
  const env = { ...place.env, ...(Object.fromEntries(own) as Record<string, string>) };
  const [program = "", ...rest] = words;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      rest,
      { cwd: place.sandbox, env, timeout: timeoutMs, killSignal: "SIGKILL" },
      (error) => {
        if (error === null) resolve(0);
        else if (typeof error.code === "number") resolve(error.code);
        else reject(new Error(error.killed === true ? "Command timed out" : error.message));
      },
    );
  });
}

function ask(url: string, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal: AbortSignal.timeout(timeoutMs) };
    const call = url.startsWith("https:")
      ? secureRequest(url, { ...options, rejectUnauthorized: false })
      : request(url, options);
    call.on("error", reject);
    call.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
      call.destroy();
    });
    call.end();
  });
}

function connects(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: timeoutMs });
    const end = (connected: boolean): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}
