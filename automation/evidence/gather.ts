import * as path from "node:path";
import { planCluster } from "../../plan/cluster";
import type { ClusterPlan, ContainerPlan } from "../../plan/types";
import { docker, stateOf, timedLines, type Inspected } from "../../readiness/docker";
import { httpGet, linkOf, withHosts, type HostLink, type Route } from "../../readiness/hosts";
import type { CellJob, UpOutcome } from "../worker/protocol";
import { engineEventsFile, readEngineEvents, rememberedEvents } from "./engine-events";
import {
  moment,
  type EngineEvent,
  type Evidence,
  type LogLine,
  type MesosState,
  type NodeEvidence,
  type TestEvidence,
} from "./evidence";
import { fateOf } from "./inspect";
import { zookeeperTree } from "./zookeeper-tree";

/** Of each container, the newest ones: a log may be larger than what a report can hold. */
const mostLines = 20_000;
/** A process that hangs must not hold up the end of a cell. */
const treeSeconds = 10;

/** What a cluster answered on being asked, beside what causes are read from: kept as files. */
export interface Gathered {
  readonly evidence: Evidence;
  /** What `docker container inspect` says. */
  readonly inspected: readonly Inspected[];
  /** Bodies of `/state` and `/metrics/snapshot` as they came, by file name. */
  readonly answers: ReadonlyMap<string, string>;
  readonly zookeeper: readonly string[];
  /** What could not be had, in words. */
  readonly warnings: readonly string[];
}

/** Asks everybody who knows something of a cell that did not pass: engines, containers, Mesos, ZooKeeper. */
export async function gather(
  job: Pick<CellJob, "spec" | "inputs" | "out">,
  up: UpOutcome,
  test: TestEvidence | undefined,
): Promise<Gathered> {
  const plan = planCluster(job.spec, job.inputs);
  const found = {
    inspected: [] as Inspected[],
    answers: new Map<string, string>(),
    warnings: [] as string[],
    remembered: [] as EngineEvent[],
  };
  const [nodes, zookeeper] = await Promise.all([
    withHosts(plan.hosts, (links) =>
      Promise.all(
        plan.hosts.map(async ({ key }) => {
          const link = linkOf(links, key);
          const own = plan.containers.filter(({ host }) => host === key);
          const described = await describedOn(link, own, found.warnings);
          found.inspected.push(...described.values());
          if (link.engine !== undefined) {
            found.remembered.push(...(await rememberedOn(plan.cluster, link.engine, found.warnings)));
          }
          return Promise.all(
            own.map((container) => look(plan, container, link, described.get(container.name), found)),
          );
        }),
      ),
    ).catch((error: unknown) => {
      found.warnings.push(`the containers could not be looked at: ${reason(error)}`);
      return [];
    }),
    treeOf(plan),
  ]);
  const { inspected, answers, warnings, remembered } = found;
  const engine = [...readEngineEvents(path.join(job.out, engineEventsFile)), ...remembered];
  return {
    evidence: { plan, up, test, nodes: nodes.flat(), engine },
    inspected,
    answers,
    zookeeper,
    warnings,
  };
}

async function look(
  plan: ClusterPlan,
  container: ContainerPlan,
  link: HostLink,
  described: Inspected | undefined,
  { answers, warnings }: Pick<Gathered, "warnings"> & { answers: Map<string, string>; warnings: string[] },
): Promise<NodeEvidence> {
  const { key, name } = container;
  const about = plan.readiness.nodes.find((node) => node.key === key);
  const route =
    about === undefined || described === undefined
      ? undefined
      : await link.route(about, stateOf(described)).catch(() => undefined);
  const ask = async (folder: string, addresses: readonly string[]): Promise<unknown> => {
    if (route === undefined || described?.State.Status !== "running" || about?.role === "zookeeper")
      return undefined;
    const body = await firstAnswer(route, addresses);
    if (body === undefined) return undefined;
    answers.set(`${folder}/${key}.json`, body);
    return parsed(body);
  };
  // `/state.json` ended with 1.7, `/state` began with 0.25.
  const [log, state, metrics] = await Promise.all([
    described === undefined ? [] : logOf(name, link, warnings),
    ask("state", ["/state", "/state.json"]),
    ask("metrics", ["/metrics/snapshot"]),
  ]);
  return {
    plan: container,
    version: about?.version,
    fate: described === undefined ? undefined : fateOf(described),
    argv: described?.Args ?? [],
    env: described?.Config.Env ?? [],
    log,
    state: state as MesosState | undefined,
    metrics: (metrics ?? {}) as Record<string, number>,
  };
}

/** What the host's engine says of those containers that exist, by name. */
async function describedOn(
  { engine }: HostLink,
  containers: readonly ContainerPlan[],
  warnings: string[],
): Promise<ReadonlyMap<string, Inspected>> {
  try {
    const listed = await docker(["container", "ls", "--all", "--format", "{{.Names}}"], { engine });
    const existing = new Set(listed.split("\n"));
    const names = containers.map(({ name }) => name).filter((name) => existing.has(name));
    if (names.length === 0) return new Map();
    const all = JSON.parse(await docker(["container", "inspect", ...names], { engine })) as Inspected[];
    return new Map(all.map((one) => [one.Name.replace(/^\//, ""), one]));
  } catch (error) {
    warnings.push(`the containers are not described: ${reason(error)}`);
    return new Map();
  }
}

async function rememberedOn(cluster: string, engine: string, warnings: string[]): Promise<EngineEvent[]> {
  try {
    return await rememberedEvents(cluster, engine);
  } catch (error) {
    warnings.push(`the events of an engine are not kept: ${reason(error)}`);
    return [];
  }
}

async function logOf(container: string, { engine }: HostLink, warnings: string[]): Promise<LogLine[]> {
  try {
    return (await timedLines(container, mostLines, engine)).map((line) => {
      const stamp = line.split(" ", 1)[0] ?? "";
      return { at: moment(stamp), text: line.slice(stamp.length + 1) };
    });
  } catch (error) {
    warnings.push(`the log of ${container} is not kept: ${reason(error)}`);
    return [];
  }
}

/** A standby master points to the leading one, whose answer is asked for anyway. */
async function firstAnswer(route: Route, addresses: readonly string[]): Promise<string | undefined> {
  for (const address of addresses) {
    try {
      const { status, body } = await httpGet(route, address);
      if (status === 200) return body;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

async function treeOf({ containers }: ClusterPlan): Promise<string[]> {
  const servers = containers
    .filter(({ role }) => role === "zookeeper")
    .map(({ address, listen }) => `${address}:${listen[0] ?? 2181}`);
  try {
    return await zookeeperTree(servers.join(","), treeSeconds);
  } catch (error) {
    return [`ZooKeeper at ${servers.join(",")} does not answer from here: ${reason(error)}`];
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
