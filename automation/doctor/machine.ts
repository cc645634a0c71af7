import { execFile } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { docker } from "../../readiness/docker";
import { stateDir } from "../layout";

/** What a machine has, as far as clusters need it. What could not be found out is undefined. */
export interface Machine {
  readonly platform: string;
  readonly node: string;
  /** Version of the docker client; undefined where there is none on PATH. */
  readonly client: string | undefined;
  readonly engine: Engine | undefined;
  /** What the docker client said where no engine answers. */
  readonly noEngine: string | undefined;
  /** Version of the Pulumi CLI; undefined where there is none. */
  readonly pulumi: string | undefined;
  /** Versions of its plugins by name. */
  readonly plugins: Readonly<Record<string, readonly string[]>>;
  /** Whether Pulumi fetches by itself what is missing. */
  readonly fetchesPlugins: boolean;
  readonly ssh: boolean;
  /** Bytes. */
  readonly memory: number;
  /** Bytes that are free, by what lies there. */
  readonly disks: readonly { readonly what: string; readonly folder: string; readonly free: number }[];
  /** Limits of the kernel (Linux), by their names for sysctl. */
  readonly limits: Readonly<Record<string, number>>;
  /** Files that one process may hold open. */
  readonly openFiles: number | undefined;
}

export interface Engine {
  readonly version: string;
  readonly api: string;
  /** The oldest API that it speaks. */
  readonly oldestApi: string | undefined;
  readonly os: string;
  readonly architecture: string;
  readonly cgroup: "v1" | "v2" | undefined;
  readonly storage: string;
  readonly root: string;
  readonly rootless: boolean;
  readonly forwarding: boolean;
}

/** Kernel limits that several clusters on one machine may meet. */
export const kernelLimits = [
  "fs.inotify.max_user_instances",
  "fs.inotify.max_user_watches",
  "net.ipv4.neigh.default.gc_thresh3",
  "kernel.pid_max",
];

/** Looks at this machine. Every question has a deadline; what has no answer is left undefined. */
export async function lookAtMachine(): Promise<Machine> {
  const [client, found, pulumi, ssh] = await Promise.all([
    clientVersion(),
    engine(),
    pulumiVersion(),
    ask("ssh", ["-V"]).then((said) => said !== undefined),
  ]);
  const folders = [
    ...(typeof found === "string" || found.os !== "linux"
      ? []
      : [{ what: "Docker's data", folder: found.root }]),
    { what: "state of clusters", folder: stateDir() },
    { what: "temporary files", folder: os.tmpdir() },
  ];
  return {
    platform: process.platform,
    node: process.versions.node,
    client,
    engine: typeof found === "string" ? undefined : found,
    noEngine: typeof found === "string" ? found : undefined,
    pulumi,
    plugins: pulumi === undefined ? {} : await plugins(),
    fetchesPlugins: process.env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION !== "true",
    ssh,
    memory: process.availableMemory(),
    disks: folders.flatMap(({ what, folder }) => {
      const free = freeBytes(folder);
      return free === undefined ? [] : [{ what, folder, free }];
    }),
    limits: Object.fromEntries(
      kernelLimits.flatMap((name) => {
        const value = Number(readText(`/proc/sys/${name.replaceAll(".", "/")}`) ?? NaN);
        return Number.isFinite(value) ? [[name, value]] : [];
      }),
    ),
    openFiles: openFiles(),
  };
}

/** The engine, or what the docker client said where none answers. */
async function engine(): Promise<Engine | string> {
  try {
    const [version, info] = await Promise.all([
      docker(["version", "--format", "{{json .Server}}"], { timeout: 20 }).then(record),
      docker(["info", "--format", "{{json .}}"], { timeout: 20 }).then(record),
    ]);
    const text = (value: unknown): string => (typeof value === "string" ? value : "");
    const cgroup = text(info.CgroupVersion);
    const options = Array.isArray(info.SecurityOptions) ? info.SecurityOptions.map(String) : [];
    return {
      version: text(version.Version),
      api: text(version.ApiVersion),
      oldestApi: text(version.MinAPIVersion) || undefined,
      os: text(info.OSType),
      architecture: text(info.Architecture),
      cgroup: cgroup === "1" ? "v1" : cgroup === "2" ? "v2" : undefined,
      storage: text(info.Driver),
      root: text(info.DockerRootDir),
      rootless: options.includes("name=rootless"),
      forwarding: info.IPv4Forwarding !== false,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function clientVersion(): Promise<string | undefined> {
  return (await ask("docker", ["--version"]))?.match(/version (\S+?),?\s/)?.[1];
}

async function pulumiVersion(): Promise<string | undefined> {
  return (await ask(pulumiProgram(), ["version"]))?.trim().replace(/^v/, "");
}

async function plugins(): Promise<Readonly<Record<string, readonly string[]>>> {
  const said = await ask(pulumiProgram(), ["plugin", "ls", "--json"]);
  const found: Record<string, string[]> = {};
  for (const { name, version } of parsedList(said ?? "[]")) {
    if (typeof name === "string" && typeof version === "string") (found[name] ??= []).push(version);
  }
  return found;
}

/** The CLI that the set-up chose, else the one on PATH. */
function pulumiProgram(): string {
  const root = process.env.MESOS_MATRIX_PULUMI_ROOT;
  return root === undefined ? "pulumi" : path.join(root, "bin", "pulumi");
}

/** What a program says on both outputs, or undefined where it is not there or fails. */
function ask(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 20_000, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      resolve(error === null ? `${stdout}${stdout === "" ? stderr : ""}` : undefined);
    });
  });
}

function parsedList(text: string): Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [];
  } catch {
    return []; // a CLI that says something else has no plugins that are known
  }
}

function record(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Of the folder, or of the nearest one above it that exists. */
function freeBytes(folder: string): number | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch {
      if (path.dirname(at) === at) return undefined;
    }
  }
}

function openFiles(): number | undefined {
  const value = /^Max open files\s+(\d+)/m.exec(readText("/proc/self/limits") ?? "")?.[1];
  return value === undefined ? undefined : Number(value);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
