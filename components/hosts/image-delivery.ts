import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { SshHostPlan } from "../../plan/types";
import type { HostConnection } from "./connection";

/** A registry in place of Docker Hub. */
export interface RegistryLogin {
  readonly address: string;
  readonly login: { readonly username: string; readonly password: string } | undefined;
}

export interface ImageDeliveryArgs {
  /** `sha256:...` */
  readonly id: string;
  readonly reference: string;
  /** Program that brings it: it is told image and host on standard input. */
  readonly program: string;
  /** The registry that the host asks first, and a login there; undefined: any that the image names, without a login. */
  readonly registry: RegistryLogin | undefined;
  readonly host: SshHostPlan;
  readonly connection: HostConnection;
}

/** An image on a host's engine, brought once; it stays there when the cluster goes. */
export class ImageDelivery extends pulumi.ComponentResource {
  constructor(name: string, args: ImageDeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:hosts:ImageDelivery", name, {}, opts);
    const { id, reference, registry, host, connection } = args;
    const { dependsOn = [], login = host.login } = connection;
    const errand = pulumi
      .output(login)
      .apply((known) => JSON.stringify({ id, reference, registry, host: { key: host.key, login: known } }));
    new command.local.Command(
      name,
      {
        interpreter: [process.execPath, args.program],
        create: "deliver",
        stdin: registry?.login === undefined ? errand : pulumi.secret(errand),
        triggers: [id],
      },
      { parent: this, ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }) },
    );
    this.registerOutputs({});
  }
}
