import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { MesosCluster } from "../../components/mesos-cluster";
import { planCluster } from "../../plan/cluster";
import { agentGroup, clusterSpec, marathon, planInputs } from "../unit/fixtures";
import { graphOf, promiseOf, type Registered } from "./graph";

const containerType = "docker:index/container:Container";
const commandType = "command:local:Command";

const env = { MESOS_CREDENTIALS: { secret: { value: "planted-77aa" } } };
const spec = clusterSpec({
  zookeeper: { count: 3, version: undefined },
  masters: { ...clusterSpec().masters, count: 3, env, flags: { acls: { file: "acls.json" } } },
  agents: [agentGroup({ count: 3 })],
});
const plan = planCluster(spec, planInputs());
const files = { "masters.flags.acls": '{"permissive":false}' };

describe("MesosCluster", () => {
  let graph: Registered[];
  let cluster: MesosCluster;

  const of = (type: string): Registered[] => graph.filter((r) => r.type === type);
  const container = (key: string): Registered => {
    const found = of(containerType).find((r) => r.name === key);
    assert.ok(found, `no container ${key}`);
    return found;
  };

  before(async () => {
    graph = await graphOf(() => {
      const secrets = { "masters.env.MESOS_CREDENTIALS": "planted-77aa" };
      cluster = new MesosCluster("test", { plan, secrets, files, hosts: {} });
    });
  });

  it("makes one network, a volume per node and exactly the planned containers", () => {
    assert.equal(of("docker:index/network:Network").length, 1);
    assert.deepEqual(
      of("docker:index/volume:Volume")
        .map((r) => r.inputs.name)
        .sort(),
      plan.volumes.map((v) => v.name).sort(),
    );
    assert.deepEqual(
      of(containerType)
        .map((r) => r.inputs.name)
        .sort(),
      plan.containers.map((c) => c.name).sort(),
    );
  });

  it("passes image, argv, address, labels and published port on as planned", () => {
    for (const planned of plan.containers) {
      const { inputs } = container(planned.key);
      assert.equal(inputs.image, planned.image);
      assert.deepEqual(inputs.command ?? [], planned.argv);
      assert.deepEqual(inputs.entrypoints ?? [], planned.entrypoint);
      assert.equal(inputs.hostname, planned.key);
      const [network] = inputs.networksAdvanced as { name: string; ipv4Address: string }[];
      assert.equal(network?.ipv4Address, planned.address);
      assert.equal(network.name, "test-net");
      const labels = inputs.labels as { label: string; value: string }[];
      assert.deepEqual(Object.fromEntries(labels.map((l) => [l.label, l.value])), planned.labels);
      const ports =
        planned.publish.length === 0
          ? undefined
          : planned.publish.map(({ port }) => ({ internal: port, ip: "127.0.0.1" }));
      assert.deepEqual(inputs.ports, ports);
    }
  });

  it("takes what is no longer planned out of the way before any container is made", () => {
    const retired = of(commandType).find((r) => r.name === "retired");
    assert.ok(retired);
    const order = JSON.parse(retired.inputs.stdin as string) as { hosts: unknown; containers: unknown };
    assert.deepEqual(order.hosts, plan.hosts);
    assert.deepEqual(
      order.containers,
      plan.containers.map((c) => c.name),
    );
    assert.deepEqual(retired.inputs.triggers, [plan.containers.map((c) => c.name).join(" ")]);
  });

  it("puts every node under its own component, and those under the cluster", () => {
    // The mocks put only the parent's type into a URN, so each step is looked at by itself.
    const step = (r: Registered | undefined): string => r?.urn.split("::")[2] ?? "";
    const steps: [component: string, name: string, child: string, childName: string][] = [
      ["MesosMaster", "master-2", containerType, "master-2"],
      ["MesosAgent", "agent-3", containerType, "agent-3"],
      ["ZookeeperEnsemble", "zookeeper", containerType, "zookeeper-1"],
      ["Readiness", "readiness", commandType, "ready"],
    ];
    for (const [component, name, child, childName] of steps) {
      const type = `mesos:cluster:${component}`;
      assert.equal(step(of(type).find((r) => r.name === name)), `mesos:cluster:MesosCluster$${type}`);
      assert.equal(step(of(child).find((r) => r.name === childName)), `${type}$${child}`);
    }
  });

  it("replaces what the Docker provider would only pretend to update, old container first", () => {
    for (const { key } of plan.containers) {
      const { options } = container(key);
      assert.deepEqual("replaceOnChanges" in options && options.replaceOnChanges, [
        "mounts",
        "tmpfs",
        "healthcheck",
        "init",
      ]);
      assert.equal("deleteBeforeReplace" in options && options.deleteBeforeReplace, true);
    }
  });

  it("proves readiness after all containers, and again when one of them is another", () => {
    const proof = of(commandType).find((r) => r.name === "ready");
    assert.deepEqual(
      [...(proof?.inputs.triggers as string[])].sort(),
      plan.containers.map((c) => `${c.key}-id`).sort(),
    );
    assert.equal(proof?.inputs.stdin, JSON.stringify(plan.readiness));
  });

  it("hands a secret to the container as a secret file, and nowhere else", () => {
    const holders = graph.filter((r) => JSON.stringify(r.inputs).includes("planted-77aa"));
    assert.deepEqual(holders.map((r) => r.name).sort(), ["master-1", "master-2", "master-3"]);
    for (const holder of holders) {
      const { uploads, ...others } = holder.inputs;
      assert.equal(JSON.stringify(others).includes("planted-77aa"), false);
      const secret = uploads as { value: { file: string }[] };
      assert.equal(secret.value[0]?.file, "/etc/mesos-matrix/MESOS_CREDENTIALS");
      // The signature with which Pulumi marks a secret on the wire.
      assert.match(JSON.stringify(uploads), /1b47061264138c4ac30d75fd1eb44270/);
    }
  });

  it("puts a file that a flag names into the container, in clear text", () => {
    for (const key of ["master-1", "master-3"]) {
      const { uploads } = container(key).inputs;
      const text = JSON.stringify(uploads);
      assert.ok(text.includes("/etc/mesos-matrix/flags/acls") && text.includes("permissive"), text);
    }
    assert.equal(JSON.stringify(container("agent-1").inputs).includes("permissive"), false);
  });

  it("fails when the plan names a file that nobody gave", async () => {
    const secrets = { "masters.env.MESOS_CREDENTIALS": "planted-77aa" };
    await assert.rejects(
      graphOf(() => {
        new MesosCluster("test", { plan, secrets, files: {}, hosts: {} });
      }),
      /no content was given for the file masters\.flags\.acls/,
    );
  });

  it("says where the masters and agents are, and who led when it got ready", async () => {
    assert.deepEqual(Object.keys(cluster.masterUrls), ["master-1", "master-2", "master-3"]);
    assert.equal(await promiseOf(cluster.masterUrls["master-1"]!), "http://127.0.0.1:32768");
    assert.equal(await promiseOf(cluster.agentUrls["agent-3"]!), "http://127.0.0.1:32768");
    assert.equal(await promiseOf(cluster.leader), "master-1");
    assert.equal(cluster.zookeeper, "zk://10.192.16.11:2181,10.192.16.12:2181,10.192.16.13:2181/mesos");
  });

  it("fails when the plan names a secret that nobody gave", async () => {
    await assert.rejects(
      graphOf(() => {
        new MesosCluster("test", { plan, secrets: {}, files, hosts: {} });
      }),
      /no value was given for the secret masters\.env\.MESOS_CREDENTIALS/,
    );
  });
});

describe("MesosCluster with Marathon", () => {
  const withApps = clusterSpec({
    marathon: marathon({ count: 2 }),
    apps: [{ definition: { id: "/web", cmd: "serve" } }, { definition: { id: "/shop", apps: [] } }],
  });
  const planned = planCluster(withApps, planInputs());
  let graph: Registered[];
  let cluster: MesosCluster;

  before(async () => {
    graph = await graphOf(() => {
      cluster = new MesosCluster("test", { plan: planned, secrets: {}, files: {}, hosts: {} });
    });
  });

  it("makes every Marathon as planned, below the cluster, and says where it is", async () => {
    for (const { key, argv } of planned.containers.filter(({ role }) => role === "marathon")) {
      const made = graph.find(({ type, name }) => type === containerType && name === key);
      assert.deepEqual(made?.inputs.command, argv);
      assert.match(made.urn, /mesos:cluster:Marathon\$docker:/);
      assert.equal(await promiseOf(cluster.marathonUrls[key]!), "http://127.0.0.1:32768");
    }
  });

  it("proves readiness with them, then gives each app to them, which goes with them", () => {
    const commands = graph.filter(({ type }) => type === commandType);
    const apps = commands.filter(({ name }) => name.endsWith("-applied"));
    assert.deepEqual(apps.map(({ name }) => name).sort(), ["app-shop-applied", "app-web-applied"]);
    for (const { inputs, options, urn } of apps) {
      assert.equal(inputs.create, "apply");
      assert.equal(inputs.update, "apply");
      assert.equal(inputs.delete, "delete");
      assert.match(urn, /mesos:cluster:MarathonApp\$command:/);
      const input = JSON.parse(inputs.stdin as string) as { app: unknown; marathons: { key: string }[] };
      assert.ok(planned.apps.some((app) => JSON.stringify(app) === JSON.stringify(input.app)));
      assert.deepEqual(
        input.marathons.map(({ key }) => key),
        ["marathon-1", "marathon-2"],
      );
      const custom = options as { deletedWith?: { __name?: string } };
      assert.ok(custom.deletedWith !== undefined, "it is not taken from a Marathon that is gone");
      assert.ok(options.dependsOn !== undefined, "it waits for readiness");
    }
    const ready = commands.find(({ name }) => name === "ready");
    assert.equal((ready?.inputs.triggers as unknown[]).length, planned.containers.length);
  });
});

describe("MesosCluster with agents that run Docker tasks", () => {
  const docker = agentGroup({ count: 1, flags: { containerizers: "docker,mesos" } });
  const planned = planCluster(clusterSpec({ agents: [docker] }), planInputs());

  it("takes the containers of tasks away after their agent, and before the volume with their sandboxes", async () => {
    const graph = await graphOf(() => {
      new MesosCluster("test", { plan: planned, secrets: {}, files: {}, hosts: {} });
    });
    const made = graph.filter(({ name }) => name.endsWith("-tasks"));
    assert.deepEqual(
      made.map(({ name }) => name),
      ["agent-1-tasks"],
    );
    const [removal] = made;
    assert.ok(removal);
    const { inputs, options } = removal;
    assert.deepEqual([inputs.create, inputs.update, inputs.delete], ["none", "none", "remove"]);
    const volume = planned.volumes.find(({ key }) => key === "agent-1-work")?.name;
    const order = JSON.parse(String(inputs.stdin)) as { volume: string; hosts: unknown };
    assert.deepEqual([order.volume, order.hosts, inputs.triggers], [volume, planned.hosts, [volume]]);
    const urns = async ({ dependsOn }: pulumi.ResourceOptions): Promise<string[]> =>
      Promise.all((dependsOn as pulumi.Resource[]).map(({ urn }) => promiseOf(urn)));
    assert.match((await urns(options)).join(), /::agent-1-work$/);
    const agent = graph.find(({ type, name }) => type === containerType && name === "agent-1");
    assert.match((await urns(agent?.options ?? {})).join(), /::agent-1-tasks(?:,|$)/);
  });
});
