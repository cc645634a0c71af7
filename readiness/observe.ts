import { STATUS_CODES } from "node:http";
import type { ReadinessNode, ReadinessPlan } from "../plan/types";
import { containerStates, type ContainerState } from "./docker";
import { unmetConditions } from "./services";
import { type HostLink, type HostLinks, httpGet, linkOf, type Route } from "./hosts";
import { askMarathon, type MarathonInfo } from "./marathon";

/** What was seen of one node of the cluster. */
export interface NodeObservation {
  readonly node: ReadinessNode;
  /** Undefined: the container does not exist. */
  readonly container: ContainerState | undefined;
  /** Whether `/health` answered 200. */
  readonly healthy: boolean;
  readonly metrics: Readonly<Record<string, number>>;
  /** What the process says it is. */
  readonly version: string | undefined;
  /** The commit that it says it was built of; only what was built inside a git repository says one. */
  readonly commit?: string | undefined;
  /** Why there is no answer, in words. */
  readonly error: string | undefined;
  /** Of a service beside Mesos: what is not yet true of it, in words. */
  readonly unmet: readonly string[];
  /** What a Marathon says of itself. */
  readonly marathon?: MarathonInfo | undefined;
}

/** Looks at every container and asks every master and agent, on all hosts at once; the order is the plan's. */
export async function observe(
  plan: ReadinessPlan,
  links: HostLinks,
  signal?: AbortSignal,
): Promise<NodeObservation[]> {
  const states = new Map(
    await Promise.all(
      plan.hosts.map(async ({ key }): Promise<[string, Map<string, ContainerState>]> => {
        const names = plan.nodes.filter(({ host }) => host === key).map(({ container }) => container);
        return [key, await containerStates(names, { engine: linkOf(links, key).engine, signal })];
      }),
    ),
  );
  return Promise.all(
    plan.nodes.map((node) =>
      observeNode(node, linkOf(links, node.host), states.get(node.host)?.get(node.container)),
    ),
  );
}

async function observeNode(
  node: ReadinessNode,
  link: HostLink,
  container: ContainerState | undefined,
): Promise<NodeObservation> {
  const silent = { node, container, healthy: false, metrics: {}, version: undefined, unmet: [] };
  if (container?.status !== "running") return { ...silent, error: undefined };
  if (node.role === "zookeeper") return { ...silent, healthy: true, error: undefined };
  if (node.role === "mesos-dns" || node.role === "load-balancer") {
    const unmet = await unmetConditions(node, link, container);
    return { ...silent, healthy: unmet.length === 0, error: undefined, unmet };
  }
  try {
    const route = await link.route(node, container);
    if (route === undefined) return { ...silent, error: `port ${node.port} is not published` };
    if (node.role === "marathon") return { ...silent, ...(await askMarathon(route)) };
    const [health, metrics, build] = await Promise.all([
      httpGet(route, "/health"),
      getJson(route, "/metrics/snapshot"),
      reportedBuild(route),
    ]);
    return {
      node,
      container,
      healthy: health.status === 200,
      metrics: (metrics ?? {}) as Record<string, number>,
      ...build,
      unmet: [],
      error: health.status === 200 ? undefined : `/health answers ${describe(health.status)}`,
    };
  } catch (error) {
    return { ...silent, error: reason(error) };
  }
}

/** `/version` exists from 0.26 on; before, `/state.json` says it (and is gone from 1.8 on). */
async function reportedBuild(route: Route): Promise<Pick<NodeObservation, "version" | "commit">> {
  for (const path of ["/version", "/state.json"]) {
    const body = (await getJson(route, path)) as { version?: unknown; git_sha?: unknown } | undefined;
    const { version, git_sha: commit } = body ?? {};
    if (typeof version === "string")
      return { version, commit: typeof commit === "string" && commit !== "" ? commit : undefined };
  }
  return { version: undefined };
}

async function getJson(route: Route, path: string): Promise<unknown> {
  const { status, body } = await httpGet(route, path);
  return status === 200 ? (JSON.parse(body) as unknown) : undefined;
}

function describe(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ""}`.trim();
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
