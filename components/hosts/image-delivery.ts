import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { SshHostPlan } from "../../plan/types";
import type { HostConnection } from "./connection";

export interface ImageDeliveryArgs {
  /** `sha256:...` */
  readonly id: string;
  readonly reference: string;
  /** Program that brings it: it is told image and host on standard input. */
  readonly program: string;
  readonly host: SshHostPlan;
  readonly connection: HostConnection;
}

/** An image on a host's engine, brought once; it stays there when the cluster goes. */
export class ImageDelivery extends pulumi.ComponentResource {
  constructor(name: string, args: ImageDeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:hosts:ImageDelivery", name, {}, opts);
    const { id, reference, host, connection } = args;
    const { dependsOn = [], login = host.login } = connection;
    new command.local.Command(
      name,
      {
        interpreter: [process.execPath, args.program],
        create: "deliver",
        stdin: pulumi
          .output(login)
          .apply((known) => JSON.stringify({ id, reference, host: { key: host.key, login: known } })),
        triggers: [id],
      },
      { parent: this, ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }) },
    );
    this.registerOutputs({});
  }
}
