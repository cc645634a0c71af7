import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { retirementPlan } from "../plan/retirement";
import { taskRemovalKey, taskRemoval as taskRemovalPlan } from "../plan/task-removal";
import type { ClusterPlan, ContainerPlan, HostPlan } from "../plan/types";
import { labelList } from "./container";
import type { HostConnection } from "./hosts/connection";
import { HostGround, type Delivery } from "./hosts/host-ground";
import { SshHost } from "./hosts/ssh-host";
import { retirement } from "./retirement";
import { taskRemoval } from "./task-removal";

export interface ClusterGroundArgs {
  readonly plan: ClusterPlan;
  /** Values of the secrets that the plan names. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Contents of the users' files that the plan names. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
  /** How Pulumi reaches the engine of each host of the plan, by the host's key. */
  readonly hosts: Readonly<Record<string, HostConnection>>;
  /** What brings images to the hosts; undefined: they have them. */
  readonly delivery?: Delivery | undefined;
}

/** What a cluster's containers stand on: connections to the engines, a network, and volumes that outlive containers. */
export class ClusterGround extends pulumi.ComponentResource {
  /** The cluster's own network; undefined where its containers use their hosts'. */
  readonly network: docker.Network | undefined;
  readonly #plan: ClusterPlan;
  readonly #hosts: ReadonlyMap<string, HostGround>;
  readonly #retired: ReadonlyMap<string, pulumi.Resource>;
  readonly #secrets: ClusterGroundArgs["secrets"];
  readonly #files: ClusterGroundArgs["files"];

  constructor(name: string, args: ClusterGroundArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:Ground", name, {}, opts);
    const { plan, hosts, delivery } = args;
    this.#plan = plan;
    this.#secrets = args.secrets;
    this.#files = args.files;
    // A provider is one process, and talks to one engine.
    this.#hosts = new Map(
      plan.hosts.map((host) => [
        host.key,
        new HostGround(host, this.#setUp(hosts[host.key] ?? { engine: undefined }, host), delivery, this),
      ]),
    );
    this.network = this.#makeNetwork(plan);
    this.#retired = new Map(
      [...this.#hosts].map(([key, host]) => [
        key,
        retirement(host.name("retired"), retirementPlan(plan, host.plan), host.connection, this),
      ]),
    );
    this.registerOutputs({});
  }

  /** The host that the plan calls `key`. */
  host(key: string): HostGround {
    const host = this.#hosts.get(key);
    if (host === undefined) throw new Error(`the plan has no host ${key}`);
    return host;
  }

  /** When this is there, what is no longer planned on the host is out of the way. */
  retired(host: string): pulumi.Resource {
    const retired = this.#retired.get(host);
    if (retired === undefined) throw new Error(`the plan has no host ${host}`);
    return retired;
  }

  /** Makes the volume that the plan calls `key`. */
  volume(key: string, after: readonly pulumi.Resource[]): docker.Volume {
    const volume = this.#plan.volumes.find((one) => one.key === key);
    if (volume === undefined) throw new Error(`the plan mounts volume ${key} but has none of that key`);
    const host = this.host(volume.host);
    return new docker.Volume(
      host.name(volume.key),
      { name: volume.name, labels: labelList({ ...this.#plan.labels, "mesos-matrix.role": volume.role }) },
      { parent: this, ...host.options, ...(after.length === 0 ? {} : { dependsOn: [...after] }) },
    );
  }

  /** What takes the container's Docker tasks away when it is gone, before these volumes go; nothing where it has none. */
  tasks(container: ContainerPlan, volumes: readonly pulumi.Resource[]): pulumi.Resource[] {
    const plan = taskRemovalPlan(this.#plan, container);
    if (plan === undefined) return [];
    const host = this.host(container.host);
    const name = host.name(taskRemovalKey(container));
    return [taskRemoval(name, plan, host.connection, { parent: this, dependsOn: [...volumes] })];
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

  /** What is made on the host waits until it is set up. */
  #setUp(connection: HostConnection, host: HostPlan): HostConnection {
    const { shell, dependsOn = [], deletedWith } = connection;
    const setup = this.#plan.setups.find((one) => one.host === host.key);
    if (shell === undefined || setup === undefined || host.kind !== "ssh") return connection;
    const ready = new SshHost(
      `${host.key}@${host.ip}`,
      { ...setup, key: host.key, cluster: this.#plan.cluster, shell, machine: deletedWith },
      { parent: this, dependsOn: [...dependsOn] },
    );
    return { ...connection, dependsOn: [...dependsOn, ready] };
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
      { parent: this, ...this.host(host.key).options },
    );
  }
}
