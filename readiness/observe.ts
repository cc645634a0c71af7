import { STATUS_CODES } from "node:http";
import type { ReadinessNode, ReadinessPlan } from "../plan/types";
import { containerStates, type ContainerState } from "./docker";

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
  /** Why there is no answer, in words. */
  readonly error: string | undefined;
}

const httpTimeout = 3000;

/** Looks at every container and asks every master and agent, all at once. */
export async function observe(plan: ReadinessPlan, signal?: AbortSignal): Promise<NodeObservation[]> {
  const states = await containerStates(
    plan.nodes.map((node) => node.container),
    signal,
  );
  return Promise.all(plan.nodes.map((node) => observeNode(node, states.get(node.container))));
}

async function observeNode(
  node: ReadinessNode,
  container: ContainerState | undefined,
): Promise<NodeObservation> {
  const silent = { node, container, healthy: false, metrics: {}, version: undefined };
  if (container?.status !== "running") return { ...silent, error: undefined };
  if (node.role === "zookeeper") return { ...silent, healthy: true, error: undefined };
  const port = container.published[node.port];
  if (port === undefined) return { ...silent, error: `port ${node.port} is not published` };
  const base = `http://127.0.0.1:${port}`;
  try {
    const [health, metrics, version] = await Promise.all([
      fetch(`${base}/health`, { signal: AbortSignal.timeout(httpTimeout) }),
      getJson(`${base}/metrics/snapshot`),
      reportedVersion(base),
    ]);
    return {
      node,
      container,
      healthy: health.status === 200,
      metrics: (metrics ?? {}) as Record<string, number>,
      version,
      error: health.status === 200 ? undefined : `/health answers ${describe(health.status)}`,
    };
  } catch (error) {
    return { ...silent, error: reason(error) };
  }
}

/** `/version` exists from 0.26 on; before, `/state.json` says it (and is gone from 1.8 on). */
async function reportedVersion(base: string): Promise<string | undefined> {
  for (const path of ["/version", "/state.json"]) {
    const body = await getJson(`${base}${path}`);
    const version = (body as { version?: unknown } | undefined)?.version;
    if (typeof version === "string") return version;
  }
  return undefined;
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(httpTimeout) });
  const body = await response.text();
  return response.status === 200 ? (JSON.parse(body) as unknown) : undefined;
}

function describe(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ""}`.trim();
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
