import * as pulumi from "@pulumi/pulumi";
import { zookeeperUrl } from "../plan/cluster";
import type { ClusterPlan, ContainerPlan, Role } from "../plan/types";
import { ClusterGround, type ClusterGroundArgs } from "./ground";
import { LoadBalancer } from "./load-balancer";
import { Marathon } from "./marathon";
import { MarathonApp } from "./marathon-app";
import { MesosAgent } from "./mesos-agent";
import { MesosDns } from "./mesos-dns";
import { MesosMaster } from "./mesos-master";
import { Readiness } from "./readiness";
import { ZookeeperEnsemble } from "./zookeeper-ensemble";

export type MesosClusterArgs = ClusterGroundArgs;

/** A whole cluster. All its containers are created at once; `leader` is known when the cluster is ready. */
export class MesosCluster extends pulumi.ComponentResource {
  /** Web UIs of the masters, by key: at this machine's loopback address, or on their hosts. */
  readonly masterUrls: Readonly<Record<string, pulumi.Output<string>>>;
  readonly agentUrls: Readonly<Record<string, pulumi.Output<string>>>;
  /** HTTP API of Mesos-DNS; undefined where the cluster has none. */
  readonly mesosDns: pulumi.Output<string> | undefined;
  /** Health page of the load balancer; undefined where the cluster has none. */
  readonly loadBalancer: pulumi.Output<string> | undefined;
  readonly marathonUrls: Readonly<Record<string, pulumi.Output<string>>>;
  /** `zk://host:port,.../mesos`. */
  readonly zookeeper: string;
  /** Key of the master that led when readiness was proven. */
  readonly leader: pulumi.Output<string>;

  constructor(name: string, args: MesosClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:MesosCluster", name, {}, opts);
    const { plan } = args;
    const inside = { parent: this };
    const ground = new ClusterGround("ground", args, inside);
    const ensemble = new ZookeeperEnsemble("zookeeper", { servers: of(plan, "zookeeper"), ground }, inside);
    const masters = of(plan, "master").map((p) => new MesosMaster(p.key, { plan: p, ground }, inside));
    const agents = of(plan, "agent").map((p) => new MesosAgent(p.key, { plan: p, ground }, inside));
    const marathons = of(plan, "marathon").map((p) => new Marathon(p.key, { plan: p, ground }, inside));
    const dns = of(plan, "mesos-dns").map((p) => new MesosDns(p.key, { plan: p, ground }, inside));
    const balancers = of(plan, "load-balancer").map(
      (p) => new LoadBalancer(p.key, { plan: p, ground }, inside),
    );
    const nodes = [...masters, ...agents, ...marathons, ...dns, ...balancers];
    const containers = [...ensemble.servers, ...nodes.map((node) => node.container)];
    const readiness = new Readiness(
      "readiness",
      { plan: plan.readiness, hosts: args.hosts, containers },
      inside,
    );

    for (const { container } of marathons.slice(0, 1)) {
      for (const app of plan.apps) {
        const { hosts } = args;
        const given = { plan: app, readiness: plan.readiness, hosts, marathon: container, ready: readiness };
        new MarathonApp(app.key, given, inside);
      }
    }

    this.zookeeper = zookeeperUrl(plan);
    this.masterUrls = urls(of(plan, "master"), masters);
    this.agentUrls = urls(of(plan, "agent"), agents);
    this.marathonUrls = urls(of(plan, "marathon"), marathons);
    this.mesosDns = dns[0]?.url;
    this.loadBalancer = balancers[0]?.url;
    this.leader = readiness.leader;
    // The plan is kept in the state, for whoever compares it with the next one; it holds no secret. As an output of
    // the stack it would be printed by every `up`, pages of it.
    this.registerOutputs({ plan, leader: this.leader });
  }
}

function of(plan: ClusterPlan, role: Role): ContainerPlan[] {
  return plan.containers.filter((container) => container.role === role);
}

function urls(
  plans: readonly ContainerPlan[],
  nodes: readonly { readonly url: pulumi.Output<string> }[],
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(plans.map((plan, i) => [plan.key, nodes[i]?.url ?? pulumi.output("")]));
}
