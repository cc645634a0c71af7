import { agentTurn } from "../config/agent-turns";
import { Addresses } from "./addresses";
import type { PlanInputs, RemoteInputs } from "./inputs";
import { hostFor, localHost } from "./placement";
import type { ContainerPlan, Role } from "./types";

/** Where a container runs, and on what it listens there. */
export type Place = Pick<ContainerPlan, "host" | "network" | "address"> & {
  /** The first is the one that clients use; ZooKeeper's others are its peers' and its elections'. */
  readonly ports: readonly [number, ...number[]];
  /** First and last port that an agent offers to tasks; undefined: what Mesos offers by itself. */
  readonly tasks?: readonly [from: number, to: number] | undefined;
};

/** The ports of a node that has an address of its own. The first says whether it answers: HTTP, but for ZooKeeper. */
export const usualPorts: Readonly<Record<Role, readonly [number, ...number[]]>> = {
  zookeeper: [2181, 2888, 3888],
  master: [5050],
  agent: [5051],
  // Its HTTP API, and libmesos where it shares its host's address.
  marathon: [8080, 9095],
  // Its HTTP API, and DNS over UDP and TCP.
  "mesos-dns": [8123, 53],
  // The page of our bridge, apps with a virtual host, HAProxy's statistics.
  "load-balancer": [9091, 80, 9090],
};

/** Decides for every container of a cluster where it runs. */
export interface Places {
  /** @param n from 1 */
  zookeeper(n: number): Place;
  /** @param n from 1 */
  master(n: number): Place;
  /** @param group from 1 @param n from 1 */
  agent(group: number, n: number): Place;
  /** @param n from 1 */
  marathon(n: number): Place;
  mesosDns(): Place;
  loadBalancer(): Place;
}

/** Every container's key, which is its name within the cluster. */
export const nodeKey = {
  zookeeper: (n: number): string => `zookeeper-${n}`,
  master: (n: number): string => `master-${n}`,
  /** The first group's agents are agent-1, agent-2, ...: adding a second group renames none of them. */
  agent: (group: number, n: number): string => (group === 1 ? `agent-${n}` : `agent-${group}-${n}`),
  marathon: (n: number): string => `marathon-${n}`,
  mesosDns: "mesos-dns",
  loadBalancer: "load-balancer",
};

export function placesOf({ subnet, remote }: PlanInputs): Places {
  if (remote !== undefined) return remotePlaces(remote);
  if (subnet === undefined) throw new Error("no subnet was chosen for the cluster");
  return localPlaces(new Addresses(subnet));
}

function localPlaces(addresses: Addresses): Places {
  const at = (role: Role, address: string): Place => ({
    host: localHost,
    network: "cluster",
    address,
    ports: usualPorts[role],
  });
  return {
    zookeeper: (n) => at("zookeeper", addresses.zookeeper(n)),
    master: (n) => at("master", addresses.master(n)),
    agent: (group, n) => at("agent", addresses.agent(group, n)),
    marathon: (n) => at("marathon", addresses.marathon(n)),
    mesosDns: () => at("mesos-dns", addresses.mesosDns()),
    loadBalancer: () => at("load-balancer", addresses.loadBalancer()),
  };
}

function remotePlaces({ hosts, ports }: RemoteInputs): Places {
  const at = (role: Role, nth: number, key: string): Place => {
    const { name, ip } = hostFor(hosts, role, nth);
    const { listen, tasks } = ports[key] ?? { listen: usualPorts[role], tasks: undefined };
    return { host: name, network: "host", address: ip, ports: listen, tasks };
  };
  return {
    zookeeper: (n) => at("zookeeper", n - 1, nodeKey.zookeeper(n)),
    master: (n) => at("master", n - 1, nodeKey.master(n)),
    agent: (group, n) => at("agent", agentTurn(group, n), nodeKey.agent(group, n)),
    marathon: (n) => at("marathon", n - 1, nodeKey.marathon(n)),
    mesosDns: () => at("mesos-dns", 0, nodeKey.mesosDns),
    loadBalancer: () => at("load-balancer", 0, nodeKey.loadBalancer),
  };
}
