import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../plan/types";
import { planContainer, serviceUrl } from "./container";
import type { ClusterGround } from "./ground";

export interface MarathonArgs {
  readonly plan: ContainerPlan;
  readonly ground: ClusterGround;
}

/** One Marathon in its container. It waits for ZooKeeper and the masters itself, or ends and is started again. */
export class Marathon extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** The API and web UI: at this machine's loopback address, or on its host. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: MarathonArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:Marathon", name, {}, opts);
    this.container = planContainer(args.plan, args.ground, this);
    this.url = serviceUrl(args.plan, this.container);
    this.registerOutputs({ url: this.url });
  }
}
