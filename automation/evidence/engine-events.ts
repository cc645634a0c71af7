import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { docker } from "../../readiness/docker";
import type { EngineEvent } from "./evidence";

/** Beside a cell's logs: what the engine told of its containers, one JSON object a line. */
export const engineEventsFile = "engine-events.jsonl";

/** Bytes of one cell's file: a container that restarts for hours tells the same again and again. */
const mostBytes = 4 * 1024 * 1024;

interface Told {
  readonly Action?: string;
  readonly timeNano?: number;
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
}

/** Stops to listen. */
export interface Listening {
  stop(): void;
}

/**
 * Listens to the engine for as long as a run lasts, for all its cells at once: the engine itself remembers only its
 * last 256 events. What it tells of a container goes into the folder of its cluster.
 * @param labels of the containers that are meant: `mesos-matrix.run=1f2e3d4c`
 * @param folder the run's folder; a cluster's lies below it under the cluster's name
 */
export function listenToEngine(label: string, folder: string): Listening {
  const args = [
    "events",
    "--filter",
    "type=container",
    "--filter",
    `label=${label}`,
    "--format",
    "{{json .}}",
  ];
  const child = spawn("docker", args, { stdio: ["ignore", "pipe", "ignore"] });
  // Without a client or an engine there are no events; that nothing runs is said elsewhere.
  child.once("error", () => undefined);
  const written = new Map<string, number>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const cluster = clusterOf(line);
    if (cluster === undefined) return;
    const bytes = (written.get(cluster) ?? 0) + Buffer.byteLength(line) + 1;
    if (bytes > mostBytes) return;
    written.set(cluster, bytes);
    try {
      mkdirSync(path.join(folder, cluster), { recursive: true });
      appendFileSync(path.join(folder, cluster, engineEventsFile), `${line}\n`);
    } catch {
      // A full disk must not end the run; the judge of causes has the logs as well.
    }
  });
  return { stop: () => void child.kill() };
}

/** What was written of one cluster; empty where nothing was. Lines that are cut off are skipped. */
export function readEngineEvents(file: string): EngineEvent[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return eventsIn(text);
}

/**
 * What the engine of another machine still remembers of a cluster: nobody listened to it while the run lasted.
 * @param engine address of that engine
 */
export async function rememberedEvents(cluster: string, engine: string): Promise<EngineEvent[]> {
  const filter = ["--filter", "type=container", "--filter", `label=mesos-matrix.cluster=${cluster}`];
  // A duration such as `0s` the client cuts to whole seconds, and what has just happened would be missing.
  const now = new Date().toISOString();
  const words = ["events", "--since", "24h", "--until", now, ...filter, "--format", "{{json .}}"];
  return eventsIn(await docker(words, { engine }));
}

function eventsIn(text: string): EngineEvent[] {
  return text.split("\n").flatMap((line) => {
    const told = parsed(line);
    const attributes = told?.Actor?.Attributes ?? {};
    if (told?.Action === undefined || told.timeNano === undefined) return [];
    return [
      {
        at: new Date(told.timeNano / 1e6).toISOString(),
        node: attributes["mesos-matrix.node"] ?? attributes.name ?? "",
        action: told.Action,
        exitCode: attributes.exitCode === undefined ? undefined : Number(attributes.exitCode),
        signal: attributes.signal,
      },
    ];
  });
}

function clusterOf(line: string): string | undefined {
  const name = parsed(line)?.Actor?.Attributes?.["mesos-matrix.cluster"];
  return name !== undefined && /^[a-z0-9-]{1,40}$/.test(name) ? name : undefined;
}

function parsed(line: string): Told | undefined {
  try {
    return JSON.parse(line) as Told;
  } catch {
    return undefined;
  }
}
