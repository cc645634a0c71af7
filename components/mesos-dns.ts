import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../plan/types";
import { planContainer, serviceUrl } from "./container";
import type { ClusterGround } from "./ground";

export interface MesosDnsArgs {
  readonly plan: ContainerPlan;
  readonly ground: ClusterGround;
}

/** Mesos-DNS in its container. It finds the leading master through ZooKeeper, so it waits for nothing. */
export class MesosDns extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** Its HTTP API: at this machine's loopback address, or on its host. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: MesosDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:MesosDns", name, {}, opts);
    this.container = planContainer(args.plan, args.ground, this);
    this.url = serviceUrl(args.plan, this.container);
    this.registerOutputs({ url: this.url });
  }
}
