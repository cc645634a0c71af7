import type { ReadinessNode } from "../plan/types";
import { httpGet, type Route } from "./hosts";
import type { Missing } from "./judge";
import type { NodeObservation } from "./observe";

/** What a Marathon says of itself; one that does not lead passes on what the leader says. */
export interface MarathonInfo {
  /** `host:port` of the one that leads. */
  readonly leader: string | undefined;
  /** It once registered at the masters. */
  readonly frameworkId: string | undefined;
}

/** Asks `/ping`, which every running one answers, and `/v2/info`, which needs a leader. */
export async function askMarathon(
  route: Route,
): Promise<Pick<NodeObservation, "healthy" | "version" | "error" | "marathon">> {
  const ping = await httpGet(route, "/ping");
  const info = await httpGet(route, "/v2/info");
  const healthy = ping.status === 200;
  const error = healthy ? undefined : `/ping answers ${ping.status}`;
  if (info.status !== 200) return { healthy, version: undefined, error, marathon: undefined };
  const { version, leader, frameworkId } = JSON.parse(info.body) as Record<string, unknown>;
  return {
    healthy,
    version: text(version),
    error,
    marathon: { leader: text(leader), frameworkId: text(frameworkId) },
  };
}

/**
 * What Marathons lack: each must answer, all must name one leader among them, and the framework must be registered at
 * the leading master.
 */
export function missingOfMarathons(
  marathons: readonly NodeObservation[],
  leadingMaster: NodeObservation | undefined,
): Missing[] {
  if (marathons.length === 0) return [];
  const [first] = marathons;
  const answering = marathons.filter(({ healthy }) => healthy);
  const leader = leadingMarathon(marathons);
  const known = marathons.some(({ marathon }) => marathon?.frameworkId !== undefined);
  const active = leadingMaster?.metrics["master/frameworks_active"] ?? 0;
  return [
    ...answering
      .filter(({ marathon }) => marathon?.leader === undefined)
      .map(({ node }) => ({ node, condition: `${node.key} knows a leading Marathon (/v2/info: leader)` })),
    ...(answering.length > 0 &&
    leader === undefined &&
    answering.every(({ marathon }) => marathon?.leader !== undefined)
      ? [{ node: first?.node, condition: "all Marathons name one leader among them (/v2/info: leader)" }]
      : []),
    ...(leader !== undefined && !(known && active > 0)
      ? [
          {
            node: leader,
            condition: `${leader.key} is registered at the leading master (frameworkId, master/frameworks_active >= 1)`,
          },
        ]
      : []),
  ];
}

/** The Marathon that all others name, once they agree. */
export function leadingMarathon(marathons: readonly NodeObservation[]): ReadinessNode | undefined {
  const named = new Set(marathons.flatMap(({ marathon }) => marathon?.leader ?? []));
  if (named.size !== 1) return undefined;
  return marathons.find(({ node }) => named.has(`${node.address}:${node.port}`))?.node;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
