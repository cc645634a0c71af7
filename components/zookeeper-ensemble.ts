import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../plan/types";
import { planContainer } from "./container";
import type { ClusterGround } from "./ground";

export interface ZookeeperEnsembleArgs {
  readonly servers: readonly ContainerPlan[];
  readonly ground: ClusterGround;
}

/** All servers of a ZooKeeper ensemble, started at once. */
export class ZookeeperEnsemble extends pulumi.ComponentResource {
  readonly servers: readonly docker.Container[];

  constructor(name: string, args: ZookeeperEnsembleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:ZookeeperEnsemble", name, {}, opts);
    this.servers = args.servers.map((plan) => planContainer(plan, args.ground, this));
    this.registerOutputs({});
  }
}
