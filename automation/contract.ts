import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { zookeeperUrl } from "../plan/cluster";
import type { ClusterPlan, ReadinessNode } from "../plan/types";
import { judge } from "../readiness/judge";
import { withHosts } from "../readiness/hosts";
import { leadingMarathon } from "../readiness/marathon";
import { type NodeObservation, observe } from "../readiness/observe";

/** Where one master or agent can be reached. */
export interface NodeEndpoint {
  readonly key: string;
  /** `host:port` as the cluster itself names it. */
  readonly address: string;
  /** `host:port` at this machine's loopback address; undefined where no tunnel to it is open. */
  readonly published: string | undefined;
}

/** Where a service beside Mesos can be reached: `host:port` as the cluster names it, and at this machine's loopback address. */
export interface ServiceEndpoint {
  readonly address: string;
  /** Undefined where no tunnel to it is open. */
  readonly published: string | undefined;
}

/** All endpoints of a running cluster, as of now. */
export interface Endpoints {
  readonly cluster: string;
  readonly mesos: string;
  readonly leader: NodeEndpoint;
  readonly masters: readonly NodeEndpoint[];
  readonly agents: readonly NodeEndpoint[];
  readonly zookeeper: string;
  /** DNS over UDP and TCP, and the HTTP API; undefined where the cluster has no Mesos-DNS. */
  readonly dns: (ServiceEndpoint & { readonly http: ServiceEndpoint; readonly domain: string }) | undefined;
  /** HTTP of apps with a virtual host, and the health page; undefined where the cluster has no load balancer. */
  readonly loadBalancer: (ServiceEndpoint & { readonly page: ServiceEndpoint }) | undefined;
  /** Undefined where the cluster has none; the leader while exactly one leads. */
  readonly marathon:
    | {
        readonly version: string;
        readonly leader: NodeEndpoint | undefined;
        readonly all: readonly NodeEndpoint[];
      }
    | undefined;
  /** Address at which the cluster reaches this machine. */
  readonly hostIp: string;
  /** `host:port` of a SOCKS proxy that stands in the cluster, where its own addresses do not work from here. */
  readonly socks?: string;
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
      published: published === undefined ? undefined : `127.0.0.1:${published}`,
    };
  };
  const of = (role: string): ReadinessNode[] => plan.readiness.nodes.filter((node) => node.role === role);
  if (leader === undefined) return undefined;
  const marathons = of("marathon");
  const leads = leadingMarathon(seen.filter(({ node }) => node.role === "marathon"));
  return {
    cluster: plan.cluster,
    mesos: leader.reports ?? "",
    leader: endpoint(leader),
    masters: of("master").map(endpoint),
    agents: of("agent").map(endpoint),
    zookeeper: zookeeperUrl(plan),
    ...serviceEndpoints(plan, seen),
    marathon:
      marathons.length === 0
        ? undefined
        : {
            version: marathons[0]?.version ?? "",
            leader: leads === undefined ? undefined : endpoint(leads),
            all: marathons.map(endpoint),
          },
    hostIp: plan.network?.gateway ?? "",
  };
}

function serviceEndpoints(
  { containers }: ClusterPlan,
  seen: readonly NodeObservation[],
): Pick<Endpoints, "dns" | "loadBalancer"> {
  const observed = (role: string): NodeObservation | undefined => seen.find(({ node }) => node.role === role);
  const at = (one: NodeObservation, port: number, protocol: "tcp" | "udp" = "tcp"): ServiceEndpoint => {
    const ports = protocol === "udp" ? one.container?.publishedUdp : one.container?.published;
    const published = ports?.[port];
    return {
      address: `${one.node.address}:${port}`,
      published: published === undefined ? undefined : `127.0.0.1:${published}`,
    };
  };
  const dns = observed("mesos-dns");
  const balancer = observed("load-balancer");
  // A load balancer's ports: its page, then where apps with a virtual host are.
  const http = containers.find(({ role }) => role === "load-balancer")?.listen[1] ?? 80;
  return {
    dns:
      dns?.node.dns === undefined
        ? undefined
        : {
            ...at(dns, dns.node.dns.port, "udp"),
            http: at(dns, dns.node.port),
            domain: dns.node.dns.name.replace(/^leader\./, ""),
          },
    loadBalancer:
      balancer === undefined ? undefined : { ...at(balancer, http), page: at(balancer, balancer.node.port) },
  };
}

/**
 * The environment that a test command finds. Containers' own addresses work on Linux; elsewhere the engine is in
 * a machine of its own, and only published ports can be reached.
 * @param about.tag the version as the user wrote it
 * @param about.inside the address of a test that runs in a container beside the cluster; undefined: it runs here
 */
export function testEnvironment(
  endpoints: Endpoints,
  about: { cell: string; tag: string; out: string; inside?: string },
): Record<string, string> {
  // A test in a container beside the cluster needs no tunnels; one here does where the cluster is elsewhere.
  const direct =
    endpoints.socks === undefined && (process.platform === "linux" || about.inside !== undefined);
  const reach = (node: ServiceEndpoint): string => (direct ? node.address : (node.published ?? node.address));
  // Any of them will do: those that do not lead pass requests on.
  const marathon = endpoints.marathon?.leader ?? endpoints.marathon?.all[0];
  const file = path.join(about.out, "cluster.json");
  writeFileSync(file, `${JSON.stringify(endpoints, null, 2)}\n`);
  return {
    MESOS_MATRIX_MASTER: reach(endpoints.leader),
    MESOS_MATRIX_MASTERS: endpoints.masters.map(reach).join(","),
    MESOS_MATRIX_ZK: endpoints.zookeeper,
    ...(endpoints.dns === undefined ? {} : { MESOS_MATRIX_DNS: reach(endpoints.dns) }),
    ...(endpoints.loadBalancer === undefined ? {} : { MESOS_MATRIX_LB: reach(endpoints.loadBalancer) }),
    MESOS_MATRIX_MESOS_VERSION: about.tag,
    ...(marathon === undefined ? {} : { MESOS_MATRIX_MARATHON: `http://${reach(marathon)}` }),
    MESOS_MATRIX_HOST_IP: about.inside ?? endpoints.hostIp,
    MESOS_MATRIX_CELL: about.cell,
    MESOS_MATRIX_CLUSTER: endpoints.cluster,
    MESOS_MATRIX_OUT: about.out,
    MESOS_MATRIX_CLUSTER_FILE: file,
    ...(endpoints.socks === undefined ? {} : { MESOS_MATRIX_PROXY: `socks5h://${endpoints.socks}` }),
  };
}
