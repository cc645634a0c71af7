import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../plan/types";
import { planContainer, serviceUrl } from "./container";
import type { ClusterGround } from "./ground";

export interface MesosMasterArgs {
  readonly plan: ContainerPlan;
  readonly ground: ClusterGround;
}

/** One Mesos master in its container. It retries until ZooKeeper answers, so it waits for nothing. */
export class MesosMaster extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** The web UI: at this machine's loopback address, or on the host of the node. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: MesosMasterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:MesosMaster", name, {}, opts);
    this.container = planContainer(args.plan, args.ground, this);
    this.url = serviceUrl(args.plan, this.container);
    this.registerOutputs({ url: this.url });
  }
}
