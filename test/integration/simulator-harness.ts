import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ZookeeperServer } from "./zookeeper-server";

const MAIN = join(__dirname, "..", "..", "simulator", "main.js");

let address: string | undefined;
let asked = false;

/**
 * Called at the top of a test file: a real ZooKeeper is there for its tests, one for all files that ask. Each test makes
 * paths of its own in it.
 */
export function needsZooKeeper(): void {
  if (asked) return;
  asked = true;
  let server: ZookeeperServer | undefined;
  before(async () => {
    server = await ZookeeperServer.start();
    ({ address } = server);
  });
  after(() => server?.[Symbol.asyncDispose]());
}

/** `host:port` of the real ZooKeeper. */
export function zooKeeper(): string {
  assert.ok(address, "no ZooKeeper was started for this test");
  return address;
}

/** A simulated binary that runs. */
export interface Program {
  readonly child: ChildProcess;
  readonly port: number;
  readonly workDir: string;
  /** Everything on stderr so far. */
  log(): string;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
}

/** What is started beyond a port and a work_dir of its own. */
export interface Launch {
  readonly tag: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of an earlier life. */
  readonly port?: number;
  readonly workDir?: string;
  /** An address of this machine that is also its name; 127.0.0.1 where none is given. */
  readonly host?: string;
}

/** Processes of one test, ended with it. */
export class Programs implements AsyncDisposable {
  private readonly running: Program[] = [];
  /** Removed at the end. */
  readonly folder = mkdtempSync(join(tmpdir(), "simulator-"));
  private folders = 0;
  /** A path in ZooKeeper that no other test uses. */
  readonly path = `/test-${process.pid}-${Date.now()}-${Math.floor(Math.random() * 1e6)}`;

  /** A master with quorum 1 where no other is given. */
  master({ flags = [], ...launch }: Launch, url = this.url()): Promise<Program> {
    const quorum = flags.some((flag) => flag.startsWith("--quorum=")) ? [] : ["--quorum=1"];
    const all = [`--zk=${url}`, "--zk_session_timeout=2secs", ...quorum, ...flags];
    return this.start("mesos-master", { ...launch, flags: all });
  }

  /** An agent with one cpu where no other resources are given. */
  agent({ flags = [], ...launch }: Launch, url = this.url()): Promise<Program> {
    const usual = "--resources=cpus:1;mem:512;disk:1024;ports:[31000-31099]";
    const resources = flags.some((flag) => flag.startsWith("--resources=")) ? [] : [usual];
    const all = [`--master=${url}`, "--registration_backoff_factor=10ms", ...resources, ...flags];
    return this.start("mesos-slave", { ...launch, flags: all });
  }

  /** A Marathon of the masters at `url`, with its state below this test's path. */
  async marathon({ tag, flags = [], env = {}, ...earlier }: Launch, url = this.url()): Promise<Program> {
    const port = earlier.port ?? (await freePort());
    const own = [
      ...["--master", url, "--zk", `zk://${zooKeeper()}${this.path}-marathon`],
      ...["--zk_session_timeout", "2000", "--hostname", "127.0.0.1"],
      ...["--http_address", "127.0.0.1", "--http_port", String(port)],
    ];
    return this.run("marathon", [...own, ...flags], { SIMULATED_MARATHON: tag, ...env }, port, "");
  }

  async start(binary: string, { tag, flags = [], env = {}, ...earlier }: Launch): Promise<Program> {
    const port = earlier.port ?? (await freePort());
    const workDir = earlier.workDir ?? join(this.folder, String((this.folders += 1)));
    const host = earlier.host ?? "127.0.0.1";
    const own = [`--ip=${host}`, `--hostname=${host}`, `--port=${port}`, `--work_dir=${workDir}`];
    return this.run(binary, [...own, ...flags], { SIMULATED_MESOS: tag, ...env }, port, workDir);
  }

  private run(
    binary: string,
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    port: number,
    workDir: string,
  ): Program {
    const child = spawn(process.execPath, [MAIN, binary, ...argv], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log += String(chunk)));
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const program = { child, port, workDir, log: () => log, gone };
    this.running.push(program);
    return program;
  }

  private url(): string {
    return `zk://${zooKeeper()}${this.path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.running) child.kill("SIGKILL");
    await Promise.all(this.running.map(({ gone }) => gone));
    for (const pid of tasksBelow(this.folder)) endGroup(pid);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Tasks that outlived their agents: the pids that their supervisors wrote down. */
function tasksBelow(folder: string): number[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === "pid")
    .map((entry) => Number(readFileSync(join(entry.parentPath, entry.name), "utf8")))
    .filter((pid) => pid > 1);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

/** Exit code of a program that is to end by itself. */
export function exitOf({ child }: Program, seconds = 20): Promise<number> {
  return until("the process has ended", () => child.exitCode ?? undefined, seconds);
}

/** The JSON at a path of a program, or undefined while it does not answer 200. */
export async function read(program: Program, path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${program.port}${path}`, {
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Asks again and again until there is an answer; fails naming what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  seconds = 20,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) assert.fail(`not within ${seconds} s: ${what}`);
    await pause(50);
  }
}

/** The one leader among masters that has this many active agents. */
export function leaderOf(masters: readonly Program[], agents: number): Promise<Program> {
  return until(`one leader with ${agents} agents`, async () => {
    const all = await Promise.all(
      masters.map(async (master) => [master, await read(master, "/metrics/snapshot")] as const),
    );
    const leaders = all.filter(([, metrics]) => metrics?.["master/elected"] === 1);
    const [leader] = leaders;
    return leaders.length === 1 && leader?.[1]?.["master/slaves_active"] === agents ? leader[0] : undefined;
  });
}

/** Waits until an agent says that it is registered. */
export function registered(agent: Program): Promise<true> {
  return until("slave/registered = 1", async () =>
    (await read(agent, "/metrics/snapshot"))?.["slave/registered"] === 1 ? (true as const) : undefined,
  );
}

/** The agents in a leader's `/state` (`.json` before 0.25). */
export async function agentsOf(leader: Program, path = "/state"): Promise<{ id: string; port: number }[]> {
  return ((await read(leader, path))?.slaves ?? []) as { id: string; port: number }[];
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}
