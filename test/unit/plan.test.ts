import assert from "node:assert/strict";
import fc from "fast-check";
import { MOST_AGENTS, MOST_GROUPS } from "../../config/rules";
import { acceptsFlag } from "../../mesos/flags";
import { allVersions } from "../../mesos/versions";
import { planCluster } from "../../plan/cluster";
import type { ClusterPlan, ContainerPlan } from "../../plan/types";
import { agentGroup, clusterSpec, planInputs } from "./fixtures";

const find = (plan: ClusterPlan, key: string): ContainerPlan => {
  const found = plan.containers.find((container) => container.key === key);
  assert.ok(found, `no container ${key}`);
  return found;
};

describe("planCluster", () => {
  it("plans every server, master and agent once, with names, addresses and labels of their own", () => {
    const spec = clusterSpec({
      zookeeper: { count: 3, version: undefined },
      masters: { ...clusterSpec().masters, count: 3 },
      agents: [agentGroup({ count: 3 }), agentGroup({ count: 2 })],
    });
    const plan = planCluster(spec, planInputs(2));
    assert.deepEqual(
      plan.containers.map((c) => c.key),
      ["zookeeper-1", "zookeeper-2", "zookeeper-3", "master-1", "master-2", "master-3"].concat([
        "agent-1",
        "agent-2",
        "agent-3",
        "agent-2-1",
        "agent-2-2",
      ]),
    );
    assert.equal(new Set(plan.containers.map((c) => c.address)).size, 11);
    for (const container of plan.containers) {
      assert.equal(container.name, `test-${container.key}`);
      assert.equal(container.labels["mesos-matrix.cluster"], "test");
      assert.equal(container.labels["mesos-matrix.run"], "run1");
      assert.equal(container.labels["mesos-matrix.role"], container.role);
    }
  });

  it("has an address inside the network for every container of the largest cluster that may be written", () => {
    const spec = clusterSpec({
      zookeeper: { count: 5, version: undefined },
      masters: { ...clusterSpec().masters, count: 5 },
      agents: Array.from({ length: MOST_GROUPS }, () => agentGroup({ count: MOST_AGENTS })),
    });
    const { containers, network } = planCluster(spec, planInputs(MOST_GROUPS));
    const addresses = new Set(containers.map(({ address }) => address));
    assert.equal(addresses.size, 10 + MOST_GROUPS * MOST_AGENTS);
    for (const address of addresses) assert.match(address, /^10\.192\.(?:1[6-9]|2\d|3[01])\.\d+$/);
    for (const other of [network!.gateway, "10.192.16.0", "10.192.31.255"])
      assert.equal(addresses.has(other), false);
  });

  it("gives the masters the quorum of their number and everybody the same ZooKeeper address", () => {
    for (const [count, quorum] of [
      [1, 1],
      [3, 2],
      [5, 3],
    ] as const) {
      const plan = planCluster(
        clusterSpec({
          zookeeper: { count: 3, version: undefined },
          masters: { ...clusterSpec().masters, count },
        }),
        planInputs(),
      );
      const zk = "zk://10.192.16.11:2181,10.192.16.12:2181,10.192.16.13:2181/mesos";
      assert.ok(find(plan, `master-${count}`).argv.includes(`--quorum=${quorum}`));
      assert.ok(find(plan, "master-1").argv.includes(`--zk=${zk}`));
      assert.ok(find(plan, "agent-1").argv.includes(`--master=${zk}`));
    }
  });

  it("changes nothing of the others when an agent or a group is added", () => {
    const before = planCluster(clusterSpec(), planInputs());
    const after = planCluster(
      clusterSpec({ agents: [agentGroup({ count: 3 }), agentGroup()] }),
      planInputs(2),
    );
    for (const container of before.containers) assert.deepEqual(find(after, container.key), container);
    assert.equal(after.containers.length, before.containers.length + 3);
  });

  it("keeps ZooKeeper as it is when the Mesos version changes", () => {
    const other = clusterSpec({
      masters: { ...clusterSpec().masters, version: "1.8.0-rc3" },
      agents: [agentGroup({ version: "1.8.0-rc3" })],
    });
    const before = planCluster(clusterSpec(), planInputs());
    const after = planCluster(other, planInputs());
    assert.deepEqual(find(after, "zookeeper-1"), find(before, "zookeeper-1"));
    assert.deepEqual(after.volumes, before.volumes);
  });

  it("gives an agent another work_dir exactly when its identity changes", () => {
    const volume = (group: Parameters<typeof agentGroup>[0]): string => {
      const plan = planCluster(clusterSpec({ agents: [agentGroup(group)] }), planInputs());
      return plan.volumes.find((v) => v.key === "agent-1-work")!.name;
    };
    const before = volume({});
    assert.notEqual(volume({ attributes: { rack: "a" } }), before);
    assert.notEqual(volume({ resources: "cpus:2;mem:512" }), before);
    assert.equal(volume({ version: "1.4.3" }), before);
    assert.equal(volume({ count: 5 }), before);
  });

  it("never puts a secret's value into the plan, but a file that holds it", () => {
    const env = { MESOS_CREDENTIALS: { secret: { value: "planted-5e1f" } }, MESOS_QUIET: "true" };
    const plan = planCluster(clusterSpec({ masters: { ...clusterSpec().masters, env } }), planInputs());
    const master = find(plan, "master-1");
    assert.equal(JSON.stringify(plan).includes("planted-5e1f"), false);
    assert.equal(master.env.MESOS_CREDENTIALS, "file:///etc/mesos-matrix/MESOS_CREDENTIALS");
    assert.equal(master.env.MESOS_QUIET, "true");
    assert.deepEqual(master.uploads, [
      { path: "/etc/mesos-matrix/MESOS_CREDENTIALS", secret: "masters.env.MESOS_CREDENTIALS" },
    ]);
  });

  it("asks readiness for what the binary of a candidate calls itself", () => {
    const spec = clusterSpec({ masters: { ...clusterSpec().masters, version: "1.8.0-rc3" } });
    const node = planCluster(spec, planInputs()).readiness.nodes.find((n) => n.key === "master-1");
    assert.equal(node?.version, "1.8.0-rc3");
    assert.equal(node.reports, "1.8.0");
  });

  it("writes one server as standalone, several with a dynamic part, and 3.4 without one", () => {
    const files = (count: number, version?: string): Record<string, string> => {
      const plan = planCluster(clusterSpec({ zookeeper: { count, version } }), planInputs());
      return Object.fromEntries(
        find(plan, "zookeeper-1").uploads.map((u) => [u.path, "content" in u ? u.content : ""]),
      );
    };
    assert.deepEqual(Object.keys(files(1)), ["/conf/zoo.cfg"]);
    assert.match(files(1)["/conf/zoo.cfg"]!, /^clientPort=2181$/m);
    assert.match(
      files(3)["/conf/zoo.cfg.dynamic"]!,
      /^server\.3=10\.192\.16\.13:2888:3888:participant;0\.0\.0\.0:2181$/m,
    );
    assert.match(files(3, "3.4.14")["/conf/zoo.cfg"]!, /^server\.3=10\.192\.16\.13:2888:3888$/m);
    assert.equal(files(3, "3.4.14")["/conf/zoo.cfg.dynamic"], undefined);
  });

  it("gives every version only flags that it knows, under the name it knows", () => {
    const tags = allVersions().map((v) => v.tag);
    fc.assert(
      fc.property(fc.constantFrom(...tags), fc.constantFrom("default", "fast"), (version, timings) => {
        const spec = clusterSpec({
          timings: timings,
          masters: { ...clusterSpec().masters, version },
          agents: [agentGroup({ version, attributes: { rack: "a" } })],
        });
        const plan = planCluster(spec, planInputs());
        for (const container of plan.containers) {
          const { role } = container;
          if (role !== "master" && role !== "agent") continue;
          for (const word of container.argv) {
            const name = /^--([a-z_]+)=./.exec(word)?.[1];
            assert.ok(name !== undefined && acceptsFlag(role, version, name), `${version}: ${word}`);
          }
        }
      }),
      { numRuns: 400 },
    );
    const ping = (version: string): string[] =>
      find(
        planCluster(
          clusterSpec({ timings: "fast", masters: { ...clusterSpec().masters, version } }),
          planInputs(),
        ),
        "master-1",
      ).argv.filter((word) => word.includes("ping_timeout="));
    assert.deepEqual(ping("0.28.3"), ["--slave_ping_timeout=1secs"]);
    assert.deepEqual(ping("1.11.0"), ["--agent_ping_timeout=1secs"]);
  });

  it("is the same, byte for byte, for the same spec and inputs", () => {
    const text = (): string => JSON.stringify(planCluster(clusterSpec(), planInputs()));
    assert.equal(text(), text());
  });
});
