import { execFile } from "node:child_process";

/** A docker command failed; the message carries what the client said. */
export class DockerError extends Error {
  override readonly name = "DockerError";
}

/** No engine answers the docker client, or there is no client. */
export class NoEngineError extends DockerError {
  constructor(said: string, options?: ErrorOptions) {
    super(`no Docker engine answers (${said}); start it, or run the set-up again`, options);
  }
}

const unreachable = /cannot connect to the docker daemon|error during connect|permission denied.*docker/i;

/** Of one docker command: what is undefined or left out takes the default. */
export interface DockerOptions {
  /** Address of the engine; default: the one that the user set up (DOCKER_HOST, context, socket). */
  readonly engine?: string | undefined;
  /** Folder with the client's settings and logins; default: the user's. */
  readonly config?: string | undefined;
  /** Seconds; default 30. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
  /** Standard error too, as `docker logs` uses it. */
  readonly both?: boolean;
  /** Variables for the client, beside our own: it hands those to a container that `--env NAME` names. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs the docker client: the one place where engines are asked.
 * @param args words after `docker`
 * @returns standard output
 * @throws NoEngineError where no engine answers; DockerError on any other exit code but 0, or at the deadline
 */
export function docker(args: readonly string[], options: DockerOptions = {}): Promise<string> {
  const timeout = (options.timeout ?? 30) * 1000;
  return new Promise((resolve, reject) => {
    const settings = {
      timeout,
      maxBuffer: 64 * 1024 * 1024,
      killSignal: "SIGKILL" as const,
      signal: options.signal,
      ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
    };
    execFile("docker", dockerWords(args, options), settings, (error, stdout, stderr) => {
      if (error === null) resolve(options.both === true ? `${stdout}${stderr}` : stdout);
      else reject(dockerFailure(args, stderr.trim(), error));
    });
  });
}

/** What the engine says of one container. */
export interface ContainerState {
  /** `created`, `running`, `restarting`, `exited`, ... */
  readonly status: string;
  readonly exitCode: number;
  readonly restarts: number;
  /** TCP port of the container -> port at 127.0.0.1. */
  readonly published: Readonly<Record<number, number>>;
  /** UDP port of the container -> port at 127.0.0.1. */
  readonly publishedUdp: Readonly<Record<number, number>>;
}

/** The part of `docker container inspect` that is read here. */
export interface Inspected {
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    /** Of its last life; `0001-...` where it had none. */
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly OOMKilled: boolean;
    /** Why it could not be started, in the engine's words; mostly empty. */
    readonly Error: string;
  };
  readonly Args: readonly string[];
  readonly Config: { readonly Env: readonly string[] | null };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  };
}

/** State of those containers that exist, by name. */
export async function containerStates(
  names: readonly string[],
  options: Pick<DockerOptions, "engine" | "signal"> = {},
): Promise<Map<string, ContainerState>> {
  const listed = await docker(["container", "ls", "--all", "--no-trunc", "--format", "{{.Names}}"], options);
  const existing = new Set(listed.split("\n"));
  const wanted = names.filter((name) => existing.has(name));
  if (wanted.length === 0) return new Map();
  const inspected = JSON.parse(await docker(["container", "inspect", ...wanted], options)) as Inspected[];
  return new Map(inspected.map((c) => [c.Name.replace(/^\//, ""), stateOf(c)]));
}

/** The last lines a container wrote, each with its time, standard output and error in the order of time. */
export async function timedLines(container: string, count: number, engine?: string): Promise<string[]> {
  const words = ["logs", "--timestamps", "--tail", String(count), container];
  const text = await docker(words, { both: true, engine });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .sort((a, b) => (stamp(a) < stamp(b) ? -1 : stamp(a) > stamp(b) ? 1 : 0))
    .slice(-count);
}

/** As `timedLines`, without the times. */
export async function lastLines(container: string, count: number, engine?: string): Promise<string[]> {
  return (await timedLines(container, count, engine)).map((line) => line.slice(stamp(line).length + 1));
}

/** What docker puts before a line: `2026-11-23T15:46:36.216000000Z`. */
function stamp(line: string): string {
  return line.split(" ", 1)[0] ?? "";
}

/** Words after `docker` that ask the right engine with the right settings. */
export function dockerWords(
  args: readonly string[],
  { engine, config }: Pick<DockerOptions, "engine" | "config">,
): string[] {
  return [
    ...(config === undefined ? [] : ["--config", config]),
    ...(engine === undefined ? [] : ["--host", engine]),
    ...args,
  ];
}

/** Why a docker command failed. @param said what the client wrote on standard error */
export function dockerFailure(
  args: readonly string[],
  said: string,
  error: Error & { code?: unknown },
): DockerError {
  if (error.code === "ENOENT")
    return new NoEngineError("there is no docker client on PATH", { cause: error });
  if (unreachable.test(said)) return new NoEngineError(said, { cause: error });
  return new DockerError(`docker ${args[0] ?? ""}: ${said === "" ? error.message : said}`, { cause: error });
}

/** How a container fares, from what the engine says of it. */
export function stateOf(container: Inspected): ContainerState {
  const published: Record<number, number> = {};
  const publishedUdp: Record<number, number> = {};
  for (const [port, bindings] of Object.entries(container.NetworkSettings.Ports)) {
    const host = bindings?.[0]?.HostPort;
    const ports = port.endsWith("/udp") ? publishedUdp : published;
    if (host !== undefined) ports[Number.parseInt(port, 10)] = Number(host);
  }
  return {
    status: container.State.Status,
    exitCode: container.State.ExitCode,
    restarts: container.RestartCount,
    published,
    publishedUdp,
  };
}
