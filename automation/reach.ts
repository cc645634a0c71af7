import { serviceAddress, zookeeperUrlAt } from "../plan/cluster";
import type { ClusterPlan, SshHostPlan } from "../plan/types";
import { withLinks } from "../readiness/hosts";
import type { SshLink } from "../readiness/ssh";
import { findEndpoints, type Endpoints, type ServiceEndpoint } from "./contract";
import { openTunnels, type Tunnels } from "./remote/tunnels";

/** Endpoints as this machine reaches them, and what ends that; undefined while no single master leads. */
export interface Reached {
  readonly endpoints: Endpoints | undefined;
  /** Resolves with the key of a host whose connection is lost; never for a cluster on this machine. */
  readonly lost: Promise<string>;
}

/** Finds a cluster's endpoints and, where it is on other machines, keeps tunnels to them open for as long as the work lasts. */
export async function reachCluster<T>(
  plan: ClusterPlan,
  work: (reached: Reached) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const remote = plan.hosts.filter((host): host is SshHostPlan => host.kind === "ssh");
  const endpoints = await findEndpoints(plan);
  if (remote.length === 0 || endpoints === undefined)
    return work({ endpoints, lost: new Promise(() => undefined) });
  return withLinks(
    remote,
    async (links) => {
      const tunnels = await openTunnels(plan, links);
      return work({ endpoints: through(plan, endpoints, tunnels), lost: firstLost(links) });
    },
    signal,
  );
}

function through(
  plan: ClusterPlan,
  endpoints: Endpoints,
  { published, socks, callerIp }: Tunnels,
): Endpoints {
  const near = <T extends ServiceEndpoint>(node: T): T => ({ ...node, published: published[node.address] });
  const { leader, masters, agents, marathon, dns, loadBalancer } = endpoints;
  const servers = plan.containers.filter(({ role }) => role === "zookeeper").map(serviceAddress);
  return {
    ...endpoints,
    leader: near(leader),
    masters: masters.map(near),
    agents: agents.map(near),
    zookeeper: zookeeperUrlAt(servers.map((server) => published[server] ?? server)),
    marathon:
      marathon === undefined
        ? undefined
        : {
            ...marathon,
            leader: marathon.leader === undefined ? undefined : near(marathon.leader),
            all: marathon.all.map(near),
          },
    dns: dns === undefined ? undefined : { ...near(dns), http: near(dns.http) },
    loadBalancer:
      loadBalancer === undefined ? undefined : { ...near(loadBalancer), page: near(loadBalancer.page) },
    hostIp: callerIp,
    socks,
  };
}

function firstLost(links: readonly SshLink[]): Promise<string> {
  return Promise.race(links.map((link) => link.ended.then(() => link.host.key)));
}
