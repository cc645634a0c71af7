import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { zookeeperUrl } from "../plan/cluster";
import type { ClusterPlan, ReadinessNode } from "../plan/types";
import { judge } from "../readiness/judge";
import { withHosts } from "../readiness/hosts";
import { observe } from "../readiness/observe";

/** Where one master or agent can be reached. */
export interface NodeEndpoint {
  readonly key: string;
  /** `host:port` as the cluster itself names it. */
  readonly address: string;
  /** `host:port` at this machine's loopback address, where it has one. */
  readonly published: string;
}

/** All endpoints of a running cluster, as of now. */
export interface Endpoints {
  readonly cluster: string;
  readonly mesos: string;
  readonly leader: NodeEndpoint;
  readonly masters: readonly NodeEndpoint[];
  readonly agents: readonly NodeEndpoint[];
  readonly zookeeper: string;
  /** Address at which the cluster reaches this machine. */
  readonly hostIp: string;
}

/** Looks at the cluster and says where everything is; undefined while no single master leads. */
export async function findEndpoints(plan: ClusterPlan): Promise<Endpoints | undefined> {
  const { readiness } = plan;
  const seen = await withHosts(readiness.hosts, (links) => observe(readiness, links));
  const { leader } = judge(seen);
  const endpoint = (node: ReadinessNode): NodeEndpoint => {
    const published = seen.find((one) => one.node.key === node.key)?.container?.published[node.port];
    return {
      key: node.key,
      address: `${node.address}:${node.port}`,
      published: `127.0.0.1:${published ?? 0}`,
    };
  };
  const of = (role: string): ReadinessNode[] => plan.readiness.nodes.filter((node) => node.role === role);
  if (leader === undefined) return undefined;
  return {
    cluster: plan.cluster,
    mesos: leader.reports ?? "",
    leader: endpoint(leader),
    masters: of("master").map(endpoint),
    agents: of("agent").map(endpoint),
    zookeeper: zookeeperUrl(plan),
    hostIp: plan.network?.gateway ?? "",
  };
}

/**
 * The environment that a test command finds. Containers' own addresses work on Linux; elsewhere the engine is in
 * a machine of its own, and only published ports can be reached.
 * @param tag the version as the user wrote it
 */
export function testEnvironment(
  endpoints: Endpoints,
  about: { cell: string; tag: string; out: string },
): Record<string, string> {
  const reach = (node: NodeEndpoint): string =>
    process.platform === "linux" ? node.address : node.published;
  const file = path.join(about.out, "cluster.json");
  writeFileSync(file, `${JSON.stringify(endpoints, null, 2)}\n`);
  return {
    MESOS_MATRIX_MASTER: reach(endpoints.leader),
    MESOS_MATRIX_MASTERS: endpoints.masters.map(reach).join(","),
    MESOS_MATRIX_ZK: endpoints.zookeeper,
    MESOS_MATRIX_MESOS_VERSION: about.tag,
    MESOS_MATRIX_HOST_IP: endpoints.hostIp,
    MESOS_MATRIX_CELL: about.cell,
    MESOS_MATRIX_CLUSTER: endpoints.cluster,
    MESOS_MATRIX_OUT: about.out,
    MESOS_MATRIX_CLUSTER_FILE: file,
  };
}
