import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../plan/types";
import { planContainer, serviceUrl } from "./container";
import type { ClusterGround } from "./ground";

export interface LoadBalancerArgs {
  readonly plan: ContainerPlan;
  readonly ground: ClusterGround;
}

/** The load balancer in its container. It asks every Marathon until one answers, so it waits for nothing. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** Its health page: at this machine's loopback address, or on its host. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:LoadBalancer", name, {}, opts);
    this.container = planContainer(args.plan, args.ground, this);
    this.url = serviceUrl(args.plan, this.container);
    this.registerOutputs({ url: this.url });
  }
}
