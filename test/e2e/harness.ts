import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ImageErrand } from "../../automation/images/look-up";
import { packageRoot } from "../../automation/layout";
import { docker } from "../../readiness/docker";

export const root = packageRoot;

/** Finds images as a command without flags does, without a word. */
export const quietErrand: ImageErrand = {
  say: () => undefined,
  signal: undefined,
  registry: undefined,
  refresh: false,
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs, its output so far, and its end. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error holds a match; rejects when the program ends before. */
  sees(pattern: RegExp): Promise<void>;
}

/** Starts a program of the clone; it is ended after `seconds`. */
export function start(
  argv: readonly string[],
  { env = {}, seconds = 240 }: { env?: Readonly<Record<string, string>>; seconds?: number } = {},
): Running {
  const [program = "", ...args] = argv;
  const child = spawn(path.join(root, program), args, {
    cwd: root,
    env: { ...shellEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const watcher of watchers) watcher();
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
  const sees = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(stderr)) resolve();
      };
      watchers.add(look);
      look();
      void ended.then(() => {
        reject(new Error(`ended without ${String(pattern)}:\n${stderr}`));
      });
    });
  return { child, ended, sees };
}

/** The environment of a user's shell: without what the test runner got for its own Pulumi. */
function shellEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(PULUMI_|NODE_COMPILE_CACHE$|MESOS_MATRIX_PULUMI_ROOT$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

/** Runs the CLI of the clone to its end. */
export function cli(args: readonly string[], options?: Parameters<typeof start>[1]): Promise<Ended> {
  return start(["bin/mesos-matrix", ...args], options).ended;
}

/** A folder that goes away with the scope. */
export class Scratch {
  readonly path = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-test-"));

  /** Writes a file into it; answers its path. */
  file(name: string, text: string): string {
    const file = path.join(this.path, name);
    writeFileSync(file, text);
    return file;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString("hex")}`;
}

/** Everything of ours on the engine: names of containers, networks and volumes with the label. */
export async function labelled(filter = "mesos-matrix.cluster"): Promise<string[]> {
  const all = await Promise.all([
    docker(["container", "ls", "--all", "--filter", `label=${filter}`, "--format", "{{.Names}}"]),
    docker(["network", "ls", "--filter", `label=${filter}`, "--format", "{{.Name}}"]),
    docker(["volume", "ls", "--filter", `label=${filter}`, "--format", "{{.Name}}"]),
  ]);
  return all.flatMap((text) => text.split("\n").filter(Boolean)).sort();
}

/** What is labelled with this run's id. */
export function ofRun(run: string): Promise<string[]> {
  return labelled(`mesos-matrix.run=${run}`);
}

/** How many processes of this machine, those in its containers among them, have this as their first word. */
export async function processesNamed(marker: string): Promise<number> {
  const { stdout } = await start(["test/e2e/count-processes.sh", marker]).ended;
  if (!/^\d+\n$/.test(stdout)) throw new Error(`count-processes.sh says ${JSON.stringify(stdout)}`);
  return Number(stdout);
}
