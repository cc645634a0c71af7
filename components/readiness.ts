import * as path from "node:path";
import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ReadinessPlan } from "../plan/types";
import type { HostConnection } from "./hosts/connection";
import { withLogins } from "./hosts/logins";

export interface ReadinessArgs {
  readonly plan: ReadinessPlan;
  /** How the hosts are reached, by their keys; those that are not named, as the plan says. */
  readonly hosts: Readonly<Record<string, HostConnection>>;
  /** Readiness is proven after all of them exist, and again whenever one of them is another. */
  readonly containers: readonly docker.Container[];
}

/** Fails unless the cluster gets ready in time, and says what is missing and which container is to blame. */
export class Readiness extends pulumi.ComponentResource {
  /** Key of the master that led when readiness was proven. */
  readonly leader: pulumi.Output<string>;

  constructor(name: string, args: ReadinessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:Readiness", name, {}, opts);
    const proof = new command.local.Command(
      "ready",
      {
        interpreter: [process.execPath, path.join(__dirname, "..", "readiness", "main.js")],
        create: "wait",
        stdin: withLogins(args.plan, args.hosts),
        triggers: args.containers.map((container) => container.id),
      },
      { parent: this },
    );
    this.leader = proof.stdout.apply((text) => (JSON.parse(text) as { leader: string }).leader);
    this.registerOutputs({ leader: this.leader });
  }
}
