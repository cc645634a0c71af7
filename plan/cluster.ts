import { createHash } from "node:crypto";
import type { AgentGroupSpec, ClusterSpec } from "../config/spec";
import { findVersion } from "../mesos/versions";
import { Addresses } from "./addresses";
import { containerEnvironment } from "./environment";
import { agentArgv, agentProgram, masterArgv, masterProgram, workDir } from "./flags";
import { imageOf, type Ownership, type PlanInputs, type ResolvedImage } from "./inputs";
import type { ClusterPlan, ContainerPlan, ReadinessNode, Role, VolumePlan } from "./types";
import { flagOwners, userFlags, type UserFlags } from "./user-flags";
import { zookeeperFiles, zookeeperJvmFlags } from "./zookeeper";

/** The port that says whether a node answers: its HTTP interface, but for ZooKeeper. */
const ports: Readonly<Record<Role, number>> = {
  zookeeper: 2181,
  master: 5050,
  agent: 5051,
  marathon: 8080,
  "mesos-dns": 8123,
  "load-balancer": 9090,
};

/** Decides everything about a cluster. Pure: same arguments, same plan. */
export function planCluster(spec: ClusterSpec, inputs: PlanInputs): ClusterPlan {
  const addresses = new Addresses(inputs.subnet);
  const labels = ownershipLabels(spec.name, inputs.ownership);
  const planned = [
    ...zookeepers(spec, addresses, imageOf(inputs.images, "zookeeper"), labels),
    ...masters(spec, addresses, imageOf(inputs.images, "masters"), labels),
    ...agents(spec, addresses, inputs.images, labels),
  ];
  return {
    schema: 1,
    cluster: spec.name,
    labels,
    network: { name: `${spec.name}-net`, subnet: inputs.subnet, gateway: addresses.gateway() },
    volumes: planned.map(({ volume }) => volume),
    containers: planned.map(({ container }) => container),
    readiness: {
      timeoutSeconds: spec.readyTimeout,
      nodes: planned.map(({ container, version }) => readinessNode(container, version)),
    },
  };
}

/** Where the cluster's ZooKeeper is, as Mesos and schedulers write it. */
export function zookeeperUrl(plan: Pick<ClusterPlan, "containers">): string {
  return zkUrl(plan.containers.filter((c) => c.role === "zookeeper").map((c) => c.address));
}

interface Planned {
  readonly container: ContainerPlan;
  readonly volume: VolumePlan;
  readonly version: string | undefined;
}

function zookeepers(
  spec: ClusterSpec,
  addresses: Addresses,
  image: ResolvedImage,
  labels: Labels,
): Planned[] {
  const all = numbers(spec.zookeeper.count).map((n) => addresses.zookeeper(n));
  const uploads = zookeeperFiles(spec, all);
  return all.map((address, i) => {
    const key = `zookeeper-${i + 1}`;
    const volume = { key: `${key}-data`, name: `${spec.name}-${key}-data`, role: "zookeeper" as const };
    return {
      volume,
      version: undefined,
      container: {
        ...common(spec, key, "zookeeper", image, address, labels),
        entrypoint: [],
        argv: [],
        env: { ZOO_MY_ID: String(i + 1), JVMFLAGS: zookeeperJvmFlags, ...image.env },
        publish: undefined,
        mounts: [{ volume: volume.key, path: "/data" }],
        uploads,
      },
    };
  });
}

function masters(spec: ClusterSpec, addresses: Addresses, image: ResolvedImage, labels: Labels): Planned[] {
  const { env, uploads } = containerEnvironment(spec.masters.env, "masters");
  const flags = flagsOf(spec, "masters");
  return numbers(spec.masters.count).map((n) => {
    const key = `master-${n}`;
    const address = addresses.master(n);
    const volume = { key: `${key}-work`, name: `${spec.name}-${key}-work`, role: "master" as const };
    return {
      volume,
      version: spec.masters.version,
      container: {
        ...common(spec, key, "master", image, address, labels),
        entrypoint: [masterProgram],
        argv: masterArgv(spec, flags.values, address, zkOf(spec, addresses)),
        env: { ...image.env, ...env },
        publish: ports.master,
        mounts: [{ volume: volume.key, path: workDir }],
        uploads: [...uploads, ...flags.uploads],
      },
    };
  });
}

function agents(
  spec: ClusterSpec,
  addresses: Addresses,
  images: PlanInputs["images"],
  labels: Labels,
): Planned[] {
  return spec.agents.flatMap((group, g) => {
    const image = imageOf(images, `agents[${g}]`);
    const { env, uploads } = containerEnvironment(group.env, `agents[${g}]`);
    const flags = flagsOf(spec, `agents[${g}]`);
    return numbers(group.count).map((n) => {
      // The first group's agents are agent-1, agent-2, ...: adding a second group renames none of them.
      const key = g === 0 ? `agent-${n}` : `agent-${g + 1}-${n}`;
      const address = addresses.agent(g + 1, n);
      const argv = agentArgv(spec, group, flags.values, address, zkOf(spec, addresses));
      const volume = {
        key: `${key}-work`,
        name: `${spec.name}-${key}-work-${identity(group, flags.values, address)}`,
        role: "agent" as const,
      };
      return {
        volume,
        version: group.version,
        container: {
          ...common(spec, key, "agent", image, address, labels),
          entrypoint: [agentProgram(group.version)],
          argv,
          env: { ...image.env, ...env },
          publish: ports.agent,
          mounts: [{ volume: volume.key, path: workDir }],
          uploads: [...uploads, ...flags.uploads],
        },
      };
    });
  });
}

/**
 * A work_dir belongs to one agent identity: a real agent refuses to start on it with another hostname, port,
 * attributes, resources or domain (src/slave/slave.cpp, "incompatible").
 */
function identity(group: AgentGroupSpec, flags: UserFlags["values"], address: string): string {
  const text = JSON.stringify([
    address,
    ports.agent,
    group.resources ?? null,
    Object.entries(group.attributes).sort(),
    ...(flags.domain === undefined ? [] : [flags.domain]),
  ]);
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

type Labels = Readonly<Record<string, string>>;

function common(
  spec: ClusterSpec,
  key: string,
  role: Role,
  image: ResolvedImage,
  address: string,
  labels: Labels,
): Pick<
  ContainerPlan,
  "key" | "name" | "role" | "image" | "address" | "labels" | "restart" | "stopGraceSeconds"
> {
  return {
    key,
    name: `${spec.name}-${key}`,
    role,
    image: image.id,
    address,
    labels: {
      ...labels,
      "mesos-matrix.role": role,
      "mesos-matrix.node": key,
      "mesos-matrix.image": image.reference,
    },
    // A leading master that loses its ZooKeeper session exits and must come back (docs/high-availability.md).
    restart: "on-failure",
    stopGraceSeconds: 2,
  };
}

function readinessNode(container: ContainerPlan, version: string | undefined): ReadinessNode {
  const reports = version === undefined ? undefined : (findVersion(version)?.reports ?? version);
  const { key, name, role, address } = container;
  return { key, container: name, role, address, port: ports[role], version, reports };
}

function ownershipLabels(cluster: string, ownership: Ownership): Labels {
  return {
    "mesos-matrix.run": ownership.run,
    "mesos-matrix.cluster": cluster,
    "mesos-matrix.cell": ownership.cell,
    ...(ownership.expires === undefined ? {} : { "mesos-matrix.expires": ownership.expires }),
  };
}

function flagsOf(spec: ClusterSpec, owner: string): UserFlags {
  const found = flagOwners(spec).find(({ name }) => name === owner);
  return found === undefined ? { values: {}, uploads: [] } : userFlags(found);
}

function zkOf(spec: ClusterSpec, addresses: Addresses): string {
  return zkUrl(numbers(spec.zookeeper.count).map((n) => addresses.zookeeper(n)));
}

function zkUrl(addresses: readonly string[]): string {
  return `zk://${addresses.map((address) => `${address}:2181`).join(",")}/mesos`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
