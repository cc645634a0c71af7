import { execFile, spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { atLeast } from "../../mesos/versions";
import { isObject, type Json, type JsonObject } from "../wire/json";
import type { Run } from "./model";
import type { RunnerEvents } from "./runner";
import { makeSandbox } from "./sandbox";

/** How the agent reaches the engine. */
export interface DockerClient {
  /** `--docker`. */
  readonly client: string;
  /** `--docker_socket`. */
  readonly socket: string | undefined;
  /** The agent's version: from 0.25 on the client is told the socket (src/docker/docker.cpp). */
  readonly tag: string;
}

/** Where the sandbox is in a container. Source: `--sandbox_directory`, src/slave/flags.cpp. */
const SANDBOX = "/mnt/mesos/sandbox";

/** Pause between two looks at whether a container runs. Source: DOCKER_INSPECT_DELAY in src/docker/executor.cpp. */
const LOOK_MS = 200;

/** The docker client's own failures, rather than the container's. Source: docs.docker.com/engine/reference/run. */
const CLIENT_FAILURES = [125, 126, 127];

/** Runs Docker tasks as a real agent does: by calling the docker client, with the sandbox mounted. */
export class DockerRunner {
  private readonly tasks = new Map<string, { readonly name: string; readonly child: ChildProcess }>();

  constructor(
    private readonly docker: DockerClient,
    private readonly events: RunnerEvents,
  ) {}

  /** Starts the container of a run; the events tell how it went. */
  launch(run: Run, sandbox: string, env: Readonly<Record<string, string>>): void {
    const name = `mesos-${run.containerId}`;
    let child: ChildProcess;
    const errors = join(sandbox, "stderr");
    try {
      const words = runWords(run, name, sandbox, env);
      makeSandbox(sandbox);
      const out = openSync(join(sandbox, "stdout"), "a");
      const err = openSync(errors, "a");
      child = spawn(this.docker.client, [...this.host(), ...words], { stdio: ["ignore", out, err] });
      closeSync(out);
      closeSync(err);
    } catch (error) {
      this.events.notStarted(run.key, error instanceof Error ? error.message : String(error));
      return;
    }
    let started = false;
    const start = (pid: number): void => {
      if (started) return;
      started = true;
      this.events.started(run.key, pid);
    };
    child.once("error", (error) => {
      this.tasks.delete(run.key);
      this.events.notStarted(run.key, error.message);
    });
    if (child.pid === undefined) return;
    const { pid } = child;
    this.tasks.set(run.key, { name, child });
    child.once("exit", (code) => {
      this.tasks.delete(run.key);
      if (!started && CLIENT_FAILURES.includes(code ?? 0)) {
        this.events.notStarted(run.key, `docker run failed: ${readFileSync(errors, "utf8").trim()}`);
        return;
      }
      start(pid);
      this.events.exited(run.key, code, null);
    });
    this.lookUntil(name, () => started || !this.tasks.has(run.key), start);
  }

  /** Asks the engine to end the container of a run; one that has ended is fine. */
  signal(key: string, signal: "SIGTERM" | "SIGKILL"): void {
    const task = this.tasks.get(key);
    if (task !== undefined) void this.call(["kill", `--signal=${signal}`, task.name]);
  }

  /** Ends every container the hard way. */
  async killAll(): Promise<void> {
    await Promise.all([...this.tasks.values()].map(({ name }) => this.call(["kill", name])));
  }

  private lookUntil(name: string, isDone: () => boolean, start: (pid: number) => void): void {
    const look = async (): Promise<void> => {
      const pid = Number(await this.call(["inspect", "--format", "{{.State.Pid}}", name]));
      if (isDone()) return;
      if (pid > 0) start(pid);
      else setTimeout(() => void look(), LOOK_MS);
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
  if ((command?.uris ?? []).length > 0) throw new Error("the simulator cannot fetch URIs");
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
