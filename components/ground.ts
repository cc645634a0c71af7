import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../plan/types";
import { labelList } from "./container";

export interface ClusterGroundArgs {
  readonly plan: ClusterPlan;
  /** Values of the secrets that the plan names. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Contents of the users' files that the plan names. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
  /** Address of the Docker engine; undefined: the provider's own default. */
  readonly engine: string | undefined;
}

/** What a cluster's containers stand on: the connection to the engine, a network, and volumes that outlive containers. */
export class ClusterGround extends pulumi.ComponentResource {
  readonly provider: docker.Provider;
  readonly network: docker.Network;
  readonly #volumes: ReadonlyMap<string, docker.Volume>;
  readonly #secrets: ClusterGroundArgs["secrets"];
  readonly #files: ClusterGroundArgs["files"];

  constructor(name: string, args: ClusterGroundArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:Ground", name, {}, opts);
    const { plan } = args;
    this.#secrets = args.secrets;
    this.#files = args.files;
    this.provider = new docker.Provider("engine", args.engine === undefined ? {} : { host: args.engine }, {
      parent: this,
    });
    const options = { parent: this, provider: this.provider };
    this.network = new docker.Network(
      "network",
      {
        name: plan.network.name,
        ipamConfigs: [{ subnet: plan.network.subnet, gateway: plan.network.gateway }],
        labels: labelList(plan.labels),
      },
      options,
    );
    this.#volumes = new Map(
      plan.volumes.map((volume) => [
        volume.key,
        new docker.Volume(
          volume.key,
          { name: volume.name, labels: labelList({ ...plan.labels, "mesos-matrix.role": volume.role }) },
          options,
        ),
      ]),
    );
    this.registerOutputs({});
  }

  /** The volume that the plan calls `key`. */
  volume(key: string): docker.Volume {
    const volume = this.#volumes.get(key);
    if (volume === undefined) throw new Error(`the plan mounts volume ${key} but has none of that key`);
    return volume;
  }

  /** The content of the user's file that the plan calls `name`. */
  file(name: string): pulumi.Input<string> {
    const content = this.#files[name];
    if (content === undefined) throw new Error(`no content was given for the file ${name}`);
    return content;
  }

  /** The value of the secret that the plan calls `name`; marked, so that the state encrypts it. */
  secret(name: string): pulumi.Output<string> {
    const value = this.#secrets[name];
    if (value === undefined) throw new Error(`no value was given for the secret ${name}`);
    return pulumi.secret(value);
  }
}
