import { atLeast, findVersion } from "../mesos/versions";
import type { ReadinessNode } from "../plan/types";
import { otherThanAsked } from "./identity";
import { missingOfMarathons } from "./marathon";
import type { NodeObservation } from "./observe";

/** One condition of readiness that does not hold, and the node it concerns. */
export interface Missing {
  readonly node: ReadinessNode | undefined;
  readonly condition: string;
}

export interface Judgement {
  readonly missing: readonly Missing[];
  /** A master or agent that runs another version or commit than asked: waiting will not help. */
  readonly wrongVersions: readonly { readonly node: ReadinessNode; readonly reports: string }[];
  /** Masters and agents that do not say of which commit they are, where one was asked for. */
  readonly unsaidCommits: readonly ReadinessNode[];
  /** Containers that exited and stay down, or come back only to exit again. */
  readonly dead: readonly NodeObservation[];
  readonly leader: ReadinessNode | undefined;
  /** For people: `1/1 masters, 2/3 agents`. */
  readonly progress: string;
}

/** What runs beside Mesos and Marathon. */
const services: readonly ReadinessNode["role"][] = ["mesos-dns", "load-balancer"];

/** So many restarts in a row are no slow start any more. */
const hopelessRestarts = 5;

/**
 * Whether a cluster is ready, from what was seen of it: every master healthy, exactly one elected, all agents
 * registered and counted by the leading master, the registrar recovered (from 1.0), versions as asked.
 * Source: endpoints and metric names of all releases, see the facts on /metrics/snapshot.
 */
export function judge(seen: readonly NodeObservation[]): Judgement {
  const of = (role: ReadinessNode["role"]): NodeObservation[] => seen.filter((o) => o.node.role === role);
  const masters = of("master");
  const agents = of("agent");
  const marathons = of("marathon");
  const asked = [...masters, ...agents, ...marathons];
  const leaders = masters.filter((o) => o.metrics["master/elected"] === 1);
  const [leader] = leaders;
  const registered = agents.filter((o) => o.metrics["slave/registered"] === 1);
  const active = leader?.metrics["master/slaves_active"] ?? 0;
  const missing: Missing[] = [
    ...seen.filter((o) => o.container?.status !== "running").map(down),
    ...asked.filter(answersNot).map(({ node, error }) => ({
      node,
      condition: `${node.key} answers on port ${node.port}${error === undefined ? "" : ` (${error})`}`,
    })),
    ...(leaders.length === 1
      ? []
      : [
          {
            node: undefined,
            condition: `exactly one master is elected (now ${leaders.length}: master/elected = 1)`,
          },
        ]),
    ...masters
      .filter((o) => o.healthy && needsRegistrar(o.node) && o.metrics["registrar/log/recovered"] !== 1)
      .map(({ node }) => ({
        node,
        condition: `${node.key} has recovered its log (registrar/log/recovered = 1)`,
      })),
    ...agents
      .filter((o) => o.healthy && o.metrics["slave/registered"] !== 1)
      .map(({ node }) => ({ node, condition: `${node.key} is registered (slave/registered = 1)` })),
    ...(leader === undefined || active === agents.length
      ? []
      : [
          {
            node: leader.node,
            condition: `the leading master counts ${agents.length} agents (master/slaves_active is ${active})`,
          },
        ]),
    ...missingOfMarathons(marathons, leader),
    ...[...masters, ...agents]
      .filter((o) => o.healthy && o.version === undefined)
      .map(({ node }) => ({ node, condition: `${node.key} says its version` })),
    ...seen.flatMap(({ node, unmet }) => unmet.map((condition) => ({ node, condition }))),
  ];
  return {
    missing,
    wrongVersions: asked.flatMap((o) => {
      const reports = otherThanAsked(o);
      return reports === undefined ? [] : [{ node: o.node, reports }];
    }),
    unsaidCommits: asked
      .filter(
        ({ node, version, commit }) =>
          node.commit !== undefined && version !== undefined && commit === undefined,
      )
      .map(({ node }) => node),
    dead: seen.filter(isDead),
    leader: leaders.length === 1 ? leader?.node : undefined,
    progress: [
      `${masters.filter((o) => o.healthy).length}/${masters.length} masters`,
      leaders.length === 1 ? "leader elected" : "no leader yet",
      `${registered.length}/${agents.length} agents`,
      ...(marathons.length === 0
        ? []
        : [`${marathons.filter((o) => o.healthy).length}/${marathons.length} Marathons`]),
      ...seen
        .filter((o) => services.includes(o.node.role))
        .map((o) => `${o.node.key} ${o.healthy ? "ready" : "not ready"}`),
    ].join(", "),
  };
}

function down({ node, container }: NodeObservation): Missing {
  const state =
    container === undefined
      ? "it does not exist"
      : `it is ${container.status}, last exit code ${container.exitCode}, ${container.restarts} restarts`;
  return { node, condition: `container ${node.container} runs (${state})` };
}

function answersNot({ container, healthy }: NodeObservation): boolean {
  return container?.status === "running" && !healthy;
}

function isDead({ container, healthy }: NodeObservation): boolean {
  // Restarts are counted since the container was made: one that answers now had them long ago.
  if (container === undefined || (container.status === "running" && healthy)) return false;
  return (
    container.status === "exited" || container.status === "dead" || container.restarts >= hopelessRestarts
  );
}

/** `registrar/log/recovered` exists from 1.0 on. */
function needsRegistrar(node: ReadinessNode): boolean {
  const tag = node.version;
  return tag === undefined || findVersion(tag) === undefined || atLeast(tag, "1.0.0-rc1");
}
