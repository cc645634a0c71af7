import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { atLeast } from "../../mesos/versions";
import { isObject, type Json, type JsonObject } from "../wire/json";
import type { Run } from "./model";
import { ProcessRunner, type RunnerEvents, type Start } from "./runner";

/** How the agent reaches the engine. */
export interface DockerClient {
  /** `--docker`. */
  readonly client: string;
  /** `--docker_socket`. */
  readonly socket: string | undefined;
  /** The agent's version: from 0.25 on the client is told the socket (src/docker/docker.cpp). */
  readonly tag: string;
  /** The agent's own environment, for the client. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where the sandbox is in a container. Source: `--sandbox_directory`, src/slave/flags.cpp. */
const SANDBOX = "/mnt/mesos/sandbox";

/** Pause between two looks at whether a container runs. Source: DOCKER_INSPECT_DELAY in src/docker/executor.cpp. */
const LOOK_MS = 200;

/** The docker client's own failures, rather than the container's. Source: docs.docker.com/engine/reference/run. */
const CLIENT_FAILURES = [125, 126, 127];

/** Runs Docker tasks as a real agent does: by calling the docker client, with the sandbox mounted. */
export class DockerRunner {
  /** Names of containers by key; `started` once the task is known to run. */
  private readonly tasks = new Map<string, { readonly name: string; started: boolean }>();
  private readonly clients = new ProcessRunner({
    started: (key, pid) => this.lookUntilRunning(key, pid),
    notStarted: (key, why) => {
      this.tasks.delete(key);
      this.events.notStarted(key, why);
    },
    exited: (key, code, signal) => this.ended(key, code, signal),
  });
  private readonly errors = new Map<string, string>();

  constructor(
    private readonly docker: DockerClient,
    private readonly events: RunnerEvents,
  ) {}

  /** Starts the container of a run; the events tell how it went. */
  launch(run: Run, start: Omit<Start, "words">): void {
    const name = `mesos-${run.containerId}`;
    let words: string[];
    try {
      words = runWords(run, name, start.sandbox, start.env);
    } catch (error) {
      this.events.notStarted(run.key, error instanceof Error ? error.message : String(error));
      return;
    }
    this.tasks.set(run.key, { name, started: false });
    this.errors.set(run.key, join(start.sandbox, "stderr"));
    // The client's environment is the agent's: the task's own goes into the container.
    this.clients.launch(run.key, {
      ...start,
      env: this.docker.env,
      words: [this.docker.client, ...this.host(), ...words],
    });
  }

  /** Goes on with a container that an earlier life of the agent started. */
  adopt(run: Run, folder: string): void {
    this.tasks.set(run.key, { name: `mesos-${run.containerId}`, started: run.state !== "TASK_STAGING" });
    this.clients.adopt(run.key, folder);
  }

  /** Asks the engine to end the container of a run; one that has ended is fine. */
  signal(key: string, signal: "SIGTERM" | "SIGKILL"): void {
    const task = this.tasks.get(key);
    if (task !== undefined) void this.call(["kill", `--signal=${signal}`, task.name]);
  }

  /** Ends every container the hard way. */
  async killAll(): Promise<void> {
    await Promise.all([...this.tasks.values()].map(({ name }) => this.call(["kill", name])));
    await this.clients.killAll(() => true);
  }

  /** Runs a command in the container of a run; its exit code, or undefined where that cannot be told. */
  exec(run: Run, words: readonly string[], timeoutMs: number): Promise<number | undefined> {
    const all = [...this.host(), "exec", `mesos-${run.containerId}`, ...words];
    return new Promise((resolve) => {
      execFile(this.docker.client, all, { timeout: timeoutMs }, (error) =>
        resolve(error === null ? 0 : typeof error.code === "number" ? error.code : undefined),
      );
    });
  }

  private ended(key: string, code: number | null, signal: string | null): void {
    const task = this.tasks.get(key);
    const errors = this.errors.get(key);
    this.tasks.delete(key);
    this.errors.delete(key);
    if (task?.started === false && errors !== undefined && CLIENT_FAILURES.includes(code ?? 0)) {
      this.events.notStarted(key, `docker run failed: ${readFileSync(errors, "utf8").trim()}`);
      return;
    }
    if (task?.started === false) this.events.started(key, process.pid);
    // A client that is gone must not leave its container behind.
    if (task !== undefined && code === null) void this.call(["kill", task.name]);
    this.events.exited(key, code, signal);
  }

  private lookUntilRunning(key: string, client: number): void {
    const look = async (): Promise<void> => {
      const task = this.tasks.get(key);
      if (task === undefined) return;
      if (!task.started) {
        const pid = Number(await this.call(["inspect", "--format", "{{.State.Pid}}", task.name]));
        if (pid <= 0 || !this.tasks.has(key)) {
          setTimeout(() => void look(), LOOK_MS).unref();
          return;
        }
        task.started = true;
        this.events.started(key, pid);
      } else this.events.started(key, client);
    };
    void look();
  }

  /** What the client says; empty where it fails. */
  private call(words: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      execFile(this.docker.client, [...this.host(), ...words], { timeout: 10_000 }, (error, stdout) =>
        resolve(error === null ? stdout : ""),
      );
    });
  }

  private host(): string[] {
    if (!atLeast(this.docker.tag, "0.25.0-rc1")) return [];
    return ["-H", `unix://${this.docker.socket ?? "/var/run/docker.sock"}`];
  }
}

/** Words of `docker run`. Source: Docker::run in src/docker/docker.cpp. @throws Error where the task cannot be run */
function runWords(run: Run, name: string, sandbox: string, env: Readonly<Record<string, string>>): string[] {
  const { command, container, resources } = run.task;
  const info = isObject(container?.docker) ? container.docker : {};
  if (typeof info.image !== "string") throw new Error("the task's DockerInfo has no image");
  const amount = (of: string): number =>
    resources.filter((one) => one.name === of).reduce((sum, one) => sum + (one.scalar?.value ?? 0), 0);
  const variables = { ...env, MESOS_SANDBOX: SANDBOX, MESOS_CONTAINER_NAME: name };
  const inherited = new Set(["PATH", "LIBPROCESS_IP", "LIBPROCESS_PORT"]);
  const shell = command?.shell ?? true;
  const words =
    command?.value === undefined
      ? (command?.arguments ?? [])
      : shell
        ? ["-c", command.value]
        : [command.value, ...command.arguments];
  return [
    "run",
    ...["--cpu-shares", String(Math.max(2, Math.round(amount("cpus") * 1024)))],
    ...(amount("mem") > 0 ? ["--memory", String(Math.max(32, amount("mem")) * 2 ** 20)] : []),
    ...Object.entries(variables).flatMap(([key, value]) =>
      inherited.has(key) ? [] : ["-e", `${key}=${value}`],
    ),
    ...["-v", `${sandbox}:${SANDBOX}`],
    ...["--net", typeof info.network === "string" ? info.network.toLowerCase() : "host"],
    ...listOf(info.port_mappings).flatMap((port) => [
      "-p",
      `${textOf(port.host_port)}:${textOf(port.container_port)}/${textOf(port.protocol ?? "tcp")}`,
    ]),
    ...listOf(info.parameters).map(({ key, value }) => `--${textOf(key)}=${textOf(value)}`),
    ...(command?.value !== undefined && shell ? ["--entrypoint", "/bin/sh"] : []),
    ...["--name", name, info.image, ...words],
  ];
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
