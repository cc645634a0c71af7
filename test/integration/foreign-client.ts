import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { until } from "./simulator-harness";

/** A kind of program in `test/clients`, and how one is started. */
export interface ForeignKind {
  readonly name: string;
  /** It speaks libprocess messages, and so to masters of every version. */
  readonly v0: boolean;
  /** Words before NAME, FIFO and MASTERS. */
  readonly argv: readonly string[];
  /** The first version of which it understands no SUBSCRIBED any more. */
  readonly before?: string;
  /** It finds the leader through ZooKeeper. */
  readonly byZooKeeper?: true;
}

const DIST = join(__dirname, "..", "..");
const ofSetUp = (name: string): string => join(DIST, "foreign-clients", name);

export const foreignKinds: readonly ForeignKind[] = [
  { name: "mesos-go-driver", v0: true, byZooKeeper: true, argv: [ofSetUp("mesos-go-v0"), "-logtostderr"] },
  // Its JSON reader ends at names that it does not know, and does not know the capability QUOTA_V2 of masters.
  { name: "mesos-go-json", v0: false, before: "1.9.0-rc1", argv: [ofSetUp("mesos-go-v1")] },
  { name: "mesos-go-protobuf", v0: false, argv: [ofSetUp("mesos-go-v1"), "-protobuf"] },
  {
    name: "avmesos",
    v0: false,
    argv: [ofSetUp("python/bin/python"), join(DIST, "..", "test", "clients", "avmesos_framework.py")],
  },
  {
    name: "mesos-framework",
    v0: false,
    argv: [process.execPath, join(DIST, "test", "clients", "npm-framework.js")],
  },
];

/** A framework that runs, and what it has said. */
export class ForeignClient implements AsyncDisposable {
  private readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly gone: Promise<unknown>;
  private errors = "";

  constructor(
    readonly kind: ForeignKind,
    where: { readonly cwd: string; readonly fifo: string; readonly masters: string },
  ) {
    const [program = "", ...argv] = kind.argv;
    this.child = spawn(program, [...argv, kind.name, where.fifo, where.masters], {
      cwd: where.cwd,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let rest = "";
    this.child.stdout?.on("data", (chunk: Buffer) => {
      const [last = "", ...whole] = `${rest}${chunk.toString()}`.split("\n").reverse();
      rest = last;
      this.lines.push(...whole.reverse());
    });
    this.child.stderr?.on(
      "data",
      (chunk: Buffer) => (this.errors = `${this.errors}${chunk.toString()}`.slice(-20_000)),
    );
    this.child.stdin?.on("error", () => undefined);
    this.gone = new Promise((resolve) => {
      this.child.once("exit", resolve);
      this.child.once("error", (error) => {
        this.errors += error.message;
        resolve(undefined);
      });
    });
  }

  /** Details of the events of this kind, oldest first. */
  said(event: string): string[] {
    return this.lines.flatMap((line) => (line.startsWith(`${event} `) ? [line.slice(event.length + 1)] : []));
  }

  /** Tasks that run, by id, each with its agent: neither lost nor finished since. */
  running(): Map<string, string> {
    const tasks = new Map<string, string>();
    for (const line of this.lines) {
      const [event, task = "", agent = ""] = line.split(" ");
      if (event === "running") tasks.set(task, agent);
      if (event === "lost" || event === "finished") tasks.delete(task);
    }
    return tasks;
  }

  /** Waits; fails with what the program said, and at once where it ended or said that something is wrong. */
  async until(what: string, ask: () => boolean, seconds = 150): Promise<void> {
    const trouble = (): boolean => this.said("error").length > 0 || this.child.exitCode !== null;
    try {
      await until(what, () => (ask() || trouble() ? true : undefined), seconds);
      if (ask() && this.said("error").length === 0) return;
    } catch {
      // The same words serve for both.
    }
    const said = [...this.lines.slice(-60), ...this.errors.split("\n").slice(-40)].join("\n");
    throw new Error(`${this.kind.name}: no ${what} (exit code ${this.child.exitCode}), it said:\n${said}`);
  }

  reconcile(): void {
    this.child.stdin?.write("reconcile\n");
  }

  exitCode(): number | null {
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.gone;
  }
}
