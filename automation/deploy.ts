import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../config/spec";
import { MesosCluster, type MesosClusterArgs } from "../components/mesos-cluster";
import type { GcpHosts, PoolHost } from "../components/hosts/gcp-hosts";
import { planCluster } from "../plan/cluster";
import { gcpConnections } from "./gcp/connections";
import { declareMachines } from "./gcp/hosts-program";
import type { Ownership, PlanInputs } from "../plan/inputs";
import { dockerInputs } from "./docker-client";
import { registryOf } from "./images/look-up";
import { resolveImages, type Resolving } from "./images/resolve";
import { clusterFiles, clusterSecrets } from "./secrets";
import { connections } from "./remote/connections";
import { recordHosts } from "./remote/host-record";
import { chooseSite } from "./site";

/** What a stack says of its cluster when it is ready. */
export interface ClusterOutputs {
  readonly mesos: string;
  readonly leader: pulumi.Output<string>;
  readonly zookeeper: string;
  readonly masters: Readonly<Record<string, pulumi.Output<string>>>;
  readonly agents: Readonly<Record<string, pulumi.Output<string>>>;
  /** Absent where the cluster has no Marathon. */
  readonly marathons?: Readonly<Record<string, pulumi.Output<string>>>;
  /** HTTP API of Mesos-DNS, where the cluster has one. */
  readonly mesosDns?: pulumi.Output<string>;
  /** Health page of the load balancer, where the cluster has one. */
  readonly loadBalancer?: pulumi.Output<string>;
  /** Machines that the stack made: `hostsFrom` of another cluster takes them. */
  readonly hosts?: pulumi.Output<PoolHost[]>;
}

/** Finds out what the plan needs: images, a free network. */
export async function preparePlan(
  spec: ClusterSpec,
  ownership: Ownership,
  resolving: Resolving,
): Promise<PlanInputs> {
  const images = await resolveImages(spec, resolving);
  const docker = await dockerInputs(spec, images);
  return { images, docker, ownership, ...(await chooseSite(spec, { images, ownership }, resolving)) };
}

/**
 * What `new MesosCluster(name, ...)` takes for a plan of these inputs.
 * @param given the machines of the target gcp, where the caller has made them
 */
export async function clusterArgs(
  spec: ClusterSpec,
  inputs: PlanInputs,
  given?: GcpHosts,
): Promise<MesosClusterArgs> {
  const made = given ?? (await machinesOf(spec, inputs));
  const plan = planCluster(spec, inputs);
  // Of machines that the stack makes the addresses are not known yet.
  if (spec.target.kind !== "gcp") recordHosts(plan);
  return {
    plan,
    secrets: clusterSecrets(spec),
    files: clusterFiles(spec),
    hosts: made === undefined ? await connections(plan) : gcpConnections(spec.name, made),
    delivery: {
      program: path.join(__dirname, "remote", "deliver-main.js"),
      registry: registryOf(spec.registry),
    },
  };
}

/** Declares the cluster's resources; called by a Pulumi program. */
export async function declareCluster(spec: ClusterSpec, inputs: PlanInputs): Promise<ClusterOutputs> {
  const made = await machinesOf(spec, inputs);
  const cluster = new MesosCluster(spec.name, await clusterArgs(spec, inputs, made));
  return {
    mesos: spec.masters.version,
    leader: cluster.leader,
    zookeeper: cluster.zookeeper,
    masters: cluster.masterUrls,
    agents: cluster.agentUrls,
    ...(spec.marathon === undefined ? {} : { marathons: cluster.marathonUrls }),
    ...(cluster.mesosDns === undefined ? {} : { mesosDns: cluster.mesosDns }),
    ...(cluster.loadBalancer === undefined ? {} : { loadBalancer: cluster.loadBalancer }),
    ...(made === undefined ? {} : { hosts: made.pool }),
  };
}

/** The machines that the stack makes for its cluster; undefined where its hosts are there. */
async function machinesOf(spec: ClusterSpec, { ownership }: PlanInputs): Promise<GcpHosts | undefined> {
  if (spec.target.kind !== "gcp") return undefined;
  const { name, target } = spec;
  return declareMachines(`${name}-hosts`, { name, target, ownership });
}
