import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../config/spec";
import { MesosCluster, type MesosClusterArgs } from "../components/mesos-cluster";
import { planCluster } from "../plan/cluster";
import type { Ownership, PlanInputs } from "../plan/inputs";
import { dockerInputs } from "./docker-client";
import type { Errand } from "./images/engine";
import { resolveImages } from "./images/resolve";
import { clusterFiles, clusterSecrets } from "./secrets";
import { connections } from "./remote/connections";
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
}

/** Finds out what the plan needs: images, a free network. */
export async function preparePlan(
  spec: ClusterSpec,
  ownership: Ownership,
  errand: Errand,
): Promise<PlanInputs> {
  const images = await resolveImages(spec, errand);
  const docker = await dockerInputs(spec, images);
  return { images, docker, ownership, ...(await chooseSite(spec, { images, ownership }, errand.signal)) };
}

/** What `new MesosCluster(name, ...)` takes for a plan of these inputs. */
export async function clusterArgs(spec: ClusterSpec, inputs: PlanInputs): Promise<MesosClusterArgs> {
  const plan = planCluster(spec, inputs);
  return {
    plan,
    secrets: clusterSecrets(spec),
    files: clusterFiles(spec),
    hosts: await connections(plan),
    delivery: path.join(__dirname, "remote", "deliver-main.js"),
  };
}

/** Declares the cluster's resources; called by a Pulumi program. */
export async function declareCluster(spec: ClusterSpec, inputs: PlanInputs): Promise<ClusterOutputs> {
  const cluster = new MesosCluster(spec.name, await clusterArgs(spec, inputs));
  return {
    mesos: spec.masters.version,
    leader: cluster.leader,
    zookeeper: cluster.zookeeper,
    masters: cluster.masterUrls,
    agents: cluster.agentUrls,
    ...(spec.marathon === undefined ? {} : { marathons: cluster.marathonUrls }),
    ...(cluster.mesosDns === undefined ? {} : { mesosDns: cluster.mesosDns }),
    ...(cluster.loadBalancer === undefined ? {} : { loadBalancer: cluster.loadBalancer }),
  };
}
