import { createHash } from "node:crypto";
import type { AgentGroupSpec, ClusterSpec } from "../config/spec";
import { Addresses } from "./addresses";
import { appPlans, appTokens } from "./apps";
import { dockerTasks } from "./docker-tasks";
import { containerEnvironment } from "./environment";
import { agentArgv, agentProgram, masterArgv, masterProgram, workDir } from "./flags";
import { imageOf, type Ownership, type PlanInputs, type ResolvedImage } from "./inputs";
import { planLoadBalancer } from "./load-balancer";
import { planMesosDns } from "./mesos-dns";
import { planMarathons } from "./marathon";
import { localHost } from "./placement";
import { hostSetups } from "./setups";
import { nodeKey, placesOf, type Place, type Places } from "./places";
import { common, type Labels, type Planned, published, readinessNode, volumePlan } from "./planned";
import type { ClusterPlan, ContainerPlan, HostPlan, NetworkPlan } from "./types";
import { flagOwners, userFlags, type UserFlags } from "./user-flags";
import { zookeeperFiles, zookeeperJvmFlags } from "./zookeeper";

/** Decides everything about a cluster. Pure: same arguments, same plan. */
export function planCluster(spec: ClusterSpec, inputs: PlanInputs): ClusterPlan {
  const places = placesOf(inputs);
  const hosts = hostPlans(inputs);
  const labels = ownershipLabels(spec.name, inputs.ownership);
  const planned = [
    ...zookeepers(spec, places, imageOf(inputs.images, "zookeeper"), labels),
    ...masters(spec, places, imageOf(inputs.images, "masters"), labels),
    ...agents(spec, places, inputs, labels),
    ...services(spec, places, inputs.images, labels),
  ];
  const containers = planned.map(({ container }) => container);
  const network = networkPlan(spec, inputs);
  return {
    schema: 1,
    cluster: spec.name,
    labels,
    images: inputs.images,
    hosts,
    setups: hostSetups(spec, hosts, containers),
    network,
    volumes: planned.flatMap(({ volume }) => volume ?? []),
    containers,
    readiness: {
      timeoutSeconds: spec.readyTimeout,
      hosts,
      nodes: planned.map(readinessNode),
    },
    apps: appPlans(
      spec,
      appTokens(
        { cluster: spec.name, containers },
        {
          zk: zkOf(spec, places),
          version: spec.masters.version,
          hostIp: inputs.remote?.callerIp ?? network?.gateway ?? "",
        },
      ),
    ),
  };
}

/** Where the cluster's ZooKeeper is, as Mesos and schedulers write it. */
export function zookeeperUrl(plan: Pick<ClusterPlan, "containers">): string {
  return zookeeperUrlAt(plan.containers.filter(({ role }) => role === "zookeeper").map(serviceAddress));
}

/** `host:port` at which the cluster reaches the container's service. */
export function serviceAddress({ address, listen }: Pick<ContainerPlan, "address" | "listen">): string {
  return `${address}:${listen[0] ?? 0}`;
}

function networkPlan(spec: ClusterSpec, { subnet }: PlanInputs): NetworkPlan | undefined {
  if (subnet === undefined) return undefined;
  return { name: `${spec.name}-net`, subnet, gateway: new Addresses(subnet).gateway() };
}

function hostPlans({ remote }: PlanInputs): HostPlan[] {
  if (remote === undefined) return [{ kind: "local", key: localHost }];
  return remote.hosts.map(({ name, ip, login }) => ({ kind: "ssh", key: name, ip, login }));
}

function zookeepers(spec: ClusterSpec, places: Places, image: ResolvedImage, labels: Labels): Planned[] {
  const all = numbers(spec.zookeeper.count).map((n) => places.zookeeper(n));
  return all.map((place, i) => {
    const key = nodeKey.zookeeper(i + 1);
    const volume = volumePlan(`${key}-data`, `${spec.name}-${key}-data`, "zookeeper", place);
    return {
      volume,
      version: undefined,
      container: {
        ...common(spec, key, "zookeeper", image, place, labels),
        entrypoint: [],
        argv: [],
        env: { ZOO_MY_ID: String(i + 1), JVMFLAGS: zookeeperJvmFlags, ...image.env },
        publish: [],
        mounts: [{ volume: volume.key, path: "/data" }],
        uploads: zookeeperFiles(spec, all, place),
      },
    };
  });
}

function masters(spec: ClusterSpec, places: Places, image: ResolvedImage, labels: Labels): Planned[] {
  const { env, uploads } = containerEnvironment(spec.masters.env, "masters");
  const flags = flagsOf(spec, "masters");
  return numbers(spec.masters.count).map((n) => {
    const key = nodeKey.master(n);
    const place = places.master(n);
    const volume = volumePlan(`${key}-work`, `${spec.name}-${key}-work`, "master", place);
    return {
      volume,
      version: spec.masters.version,
      commit: spec.masters.commit,
      container: {
        ...common(spec, key, "master", image, place, labels),
        entrypoint: [masterProgram],
        argv: masterArgv(spec, flags.values, place, zkOf(spec, places)),
        env: { ...image.env, ...env },
        publish: published(place),
        mounts: [{ volume: volume.key, path: workDir }],
        uploads: [...uploads, ...flags.uploads],
      },
    };
  });
}

function agents(spec: ClusterSpec, places: Places, inputs: PlanInputs, labels: Labels): Planned[] {
  return spec.agents.flatMap((group, g) => {
    const owner = `agents[${g}]`;
    const image = imageOf(inputs.images, owner);
    const { env, uploads } = containerEnvironment(group.env, owner);
    const flags = flagsOf(spec, owner);
    return numbers(group.count).map((n) => {
      const key = nodeKey.agent(g + 1, n);
      const place = places.agent(g + 1, n);
      const work = `${spec.name}-${key}-work-${identity(group, flags.values, place)}`;
      const volume = volumePlan(`${key}-work`, work, "agent", place);
      const docker = dockerTasks(spec, group, { owner, host: place.host, volume: work }, inputs);
      return {
        volume,
        version: group.version,
        commit: group.commit,
        container: {
          ...common(spec, key, "agent", image, place, labels),
          ...(docker === undefined
            ? {}
            : {
                hostMounts: docker.hostMounts,
                capabilities: docker.capabilities,
                hostProcesses: docker.hostProcesses,
              }),
          entrypoint: [agentProgram(group.version)],
          argv: agentArgv(spec, group, flags.values, place, zkOf(spec, places), docker),
          env: { ...image.env, ...env },
          publish: published(place),
          mounts: [{ volume: volume.key, path: docker?.workDir ?? workDir }],
          uploads: [...uploads, ...flags.uploads, ...(docker?.uploads ?? [])],
        },
      };
    });
  });
}

/** What runs beside Mesos. */
function services(
  spec: ClusterSpec,
  places: Places,
  images: PlanInputs["images"],
  labels: Labels,
): Planned[] {
  const hostPort = ({ address, ports }: Place): string => `${address}:${ports[0]}`;
  const around = {
    places,
    images,
    labels,
    zookeeper: zkOf(spec, places),
    masters: numbers(spec.masters.count).map((n) => hostPort(places.master(n))),
    marathons: numbers(spec.marathon?.count ?? 0).map((n) => `http://${hostPort(places.marathon(n))}`),
  };
  return [
    ...(spec.marathon === undefined ? [] : planMarathons(spec, spec.marathon, around)),
    ...(spec.mesosDns === undefined ? [] : [planMesosDns(spec, spec.mesosDns, around)]),
    ...(spec.loadBalancer === undefined ? [] : [planLoadBalancer(spec, spec.loadBalancer, around)]),
  ];
}

/**
 * A work_dir belongs to one agent identity: a real agent refuses to start on it with another hostname, port,
 * attributes, resources or domain (src/slave/slave.cpp, "incompatible").
 */
function identity(group: AgentGroupSpec, flags: UserFlags["values"], place: Place): string {
  const { address, ports, tasks } = place;
  const text = JSON.stringify([
    address,
    ports[0],
    group.resources ?? null,
    Object.entries(group.attributes).sort(),
    ...(flags.domain === undefined ? [] : [flags.domain]),
    ...(tasks === undefined ? [] : [tasks]),
  ]);
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function ownershipLabels(cluster: string, ownership: Ownership): Labels {
  return {
    "mesos-matrix.run": ownership.run,
    "mesos-matrix.cluster": cluster,
    "mesos-matrix.cell": ownership.cell,
    ...(ownership.expires === undefined ? {} : { "mesos-matrix.expires": ownership.expires }),
    ...(ownership.owner === undefined ? {} : { "mesos-matrix.owner": ownership.owner }),
  };
}

function flagsOf(spec: ClusterSpec, owner: string): UserFlags {
  const found = flagOwners(spec).find(({ name }) => name === owner);
  return found === undefined ? { values: {}, uploads: [] } : userFlags(found);
}

function zkOf(spec: ClusterSpec, places: Places): string {
  const servers = numbers(spec.zookeeper.count).map((n) => places.zookeeper(n));
  return zookeeperUrlAt(servers.map(({ address, ports }) => `${address}:${ports[0]}`));
}

/** The same of servers at these `host:port`. */
export function zookeeperUrlAt(servers: readonly string[]): string {
  return `zk://${servers.join(",")}/mesos`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
