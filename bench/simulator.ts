import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BenchScheduler, PER_AGENT } from "./bench-scheduler";

/**
 * One simulated master on one core, 100 agents in one process, 2,000 tasks that only sleep: prints how long they take to
 * run, how many offers flow then, how fast `/state` answers and what memory the master has. Ends with 1 where `/state` takes
 * a second, offers stop, or the master holds more than {@link MOST_MB}.
 */
const MOST_MB = 1_024;
const SECONDS = 20;
const PORT = 21_050;

const tag = process.argv[2] ?? "1.11.0";
const AGENTS = Number(process.argv[3] ?? 100);
const TASKS = AGENTS * PER_AGENT;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mesos-matrix-bench-"));
  const children: ChildProcess[] = [];
  const start = (words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
    const [program = "", ...argv] = words;
    const stdio = ["ignore", "ignore", "inherit"] as const;
    const child = spawn(program, argv, { env: { PATH: process.env.PATH, ...env }, stdio: [...stdio] });
    children.push(child);
    return child;
  };
  try {
    const main = join(__dirname, "..", "simulator", "main.js");
    const flags = ["--ip=127.0.0.1", `--port=${PORT}`, `--work_dir=${folder}/master`, "--registry=in_memory"];
    const oneCore = ["taskset", "-c", "0", process.execPath, main, "mesos-master", ...flags];
    const log = ["sh", "-c", 'exec "$@" 2>/dev/null', "sh"];
    const master = start([...log, ...oneCore], { SIMULATED_MESOS: tag });
    await state();
    const began = performance.now();
    const agents = join(__dirname, "simulated-agents.js");
    start([process.execPath, agents, tag, String(AGENTS), String(PORT + 1), `127.0.0.1:${PORT}`, folder]);
    using scheduler = await BenchScheduler.subscribe(PORT, TASKS);
    while (scheduler.running < TASKS) {
      if (performance.now() - began > 600_000) throw new Error(`only ${scheduler.running} tasks run`);
      await pause(200);
    }
    const startSeconds = (performance.now() - began) / 1_000;
    const offersBefore = scheduler.offers;
    const times: number[] = [];
    for (const until = performance.now() + SECONDS * 1_000; performance.now() < until;) {
      times.push(await state());
      await pause(250);
    }
    const offers = (scheduler.offers - offersBefore) / SECONDS;
    const memory = megabytes(master.pid ?? 0);
    times.sort((a, b) => a - b);
    const slowest = times.at(-1) ?? 0;
    process.stdout.write(
      [
        `Mesos ${tag}, simulated: one master on one core, ${AGENTS} agents in one process, ${TASKS} tasks that sleep`,
        `  all tasks run after          ${startSeconds.toFixed(1)} s`,
        `  offers in the ${SECONDS} s after that  ${offers.toFixed(1)} per second`,
        `  /state                       median ${middle(times).toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms of ${times.length}`,
        `  memory of the master         ${memory.now} MB, at most ${memory.most} MB`,
        "",
      ].join("\n"),
    );
    if (slowest >= 1_000 || offers === 0 || memory.most > MOST_MB) process.exitCode = 1;
  } finally {
    await end(children);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds until the whole of `/state` is here; waits for a master that does not listen yet. */
async function state(): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const asked = performance.now();
    try {
      const response = await fetch(`http://127.0.0.1:${PORT}/state`, { signal: AbortSignal.timeout(30_000) });
      await response.text();
      return performance.now() - asked;
    } catch (error) {
      if (tries > 100) throw error;
      await pause(200);
    }
  }
}

/** Agents first, so that they end their tasks. */
async function end(children: readonly ChildProcess[]): Promise<void> {
  for (const child of [...children].reverse()) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode !== null || !child.kill("SIGTERM")) continue;
    await Promise.race([gone, pause(60_000)]);
    child.kill("SIGKILL");
  }
}

function megabytes(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return { now: Math.round(kilobytes("VmRSS") / 1024), most: Math.round(kilobytes("VmHWM") / 1024) };
}

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
