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
  /** How Pulumi reaches the engine of each host of the plan, by the host's key. */
  readonly hosts: Readonly<Record<string, HostConnection>>;
}

/** How Pulumi reaches one host's Docker engine. */
export interface HostConnection {
  /** Address of the engine; undefined: the provider's own default. */
  readonly engine: pulumi.Input<string> | undefined;
}

/** What a cluster's containers stand on: connections to the engines, a network, and volumes that outlive containers. */
export class ClusterGround extends pulumi.ComponentResource {
  /** The cluster's own network; undefined where its containers use their hosts'. */
  readonly network: docker.Network | undefined;
  readonly #providers: ReadonlyMap<string, docker.Provider>;
  readonly #volumes: ReadonlyMap<string, docker.Volume>;
  readonly #secrets: ClusterGroundArgs["secrets"];
  readonly #files: ClusterGroundArgs["files"];

  constructor(name: string, args: ClusterGroundArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:Ground", name, {}, opts);
    const { plan } = args;
    this.#secrets = args.secrets;
    this.#files = args.files;
    // A provider is one process, and talks to one engine.
    this.#providers = new Map(
      plan.hosts.map(({ key, kind }) => {
        const { engine } = args.hosts[key] ?? { engine: undefined };
        const name = kind === "local" ? "engine" : `engine-${key}`;
        const settings = engine === undefined ? {} : { host: engine };
        return [key, new docker.Provider(name, settings, { parent: this })];
      }),
    );
    this.network = this.#makeNetwork(plan);
    this.#volumes = new Map(
      plan.volumes.map((volume) => [
        volume.key,
        new docker.Volume(
          volume.key,
          { name: volume.name, labels: labelList({ ...plan.labels, "mesos-matrix.role": volume.role }) },
          { parent: this, provider: this.provider(volume.host) },
        ),
      ]),
    );
    this.registerOutputs({});
  }

  /** The provider of the host that the plan calls `key`. */
  provider(key: string): docker.Provider {
    const provider = this.#providers.get(key);
    if (provider === undefined) throw new Error(`the plan has no host ${key}`);
    return provider;
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

  #makeNetwork({ network, hosts, labels }: ClusterPlan): docker.Network | undefined {
    const [host] = hosts;
    if (network === undefined || host === undefined) return undefined;
    return new docker.Network(
      "network",
      {
        name: network.name,
        ipamConfigs: [{ subnet: network.subnet, gateway: network.gateway }],
        labels: labelList(labels),
      },
      { parent: this, provider: this.provider(host.key) },
    );
  }
}
