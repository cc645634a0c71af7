import assert from "node:assert/strict";
import { cluster, clusterFile, stack, stackFile } from "./config-problems";

const MESOS = 'mesos: "1.11.0"';

const NO_SERVICES = {
  marathon: undefined,
  mesosDns: undefined,
  loadBalancer: undefined,
  apps: [],
  appsTimeout: 300,
};

describe("a cluster's config", () => {
  it("needs no more than a Mesos version: the defaults are the smallest cluster of real images", () => {
    assert.deepEqual(cluster(clusterFile(MESOS), "Small Cluster"), {
      name: "small-cluster",
      target: { kind: "local" },
      registry: undefined,
      zookeeper: { count: 1, version: undefined, image: undefined },
      masters: {
        count: 1,
        version: "1.11.0",
        commit: undefined,
        image: { kind: "mesosphere" },
        flags: {},
        env: {},
      },
      agents: [
        {
          count: 1,
          version: "1.11.0",
          commit: undefined,
          image: { kind: "mesosphere" },
          resources: undefined,
          attributes: {},
          flags: {},
          env: {},
        },
      ],
      ...NO_SERVICES,
      flags: {},
      timings: "default",
      allow: [],
      confirm: [],
      readyTimeout: 120,
      ttl: undefined,
    });
  });

  it("keeps every value that a user gives", () => {
    const spec = cluster(
      clusterFile(
        [
          "name: mine",
          "target: { kind: local }",
          "mesos: { version: 1.9.0, image: redjack }",
          "zookeeper: { count: 3, version: 3.9.5 }",
          'masters: { count: 5, version: 1.11.0, image: mesosphere, env: { A: "1" } }',
          "agents:",
          "  - count: 2",
          "  - count: 4",
          "    version: 1.8.0-rc3",
          "    image: mesos",
          '    resources: "cpus:1;mem:512"',
          "    attributes: { rack: a }",
          "    env: { B: two }",
          "timings: fast",
          "allow: [agent-newer-than-master]",
          "confirm: [tasks-lost]",
          "readyTimeout: 1m30s",
          "ttl: 8h",
        ].join("\n"),
      ),
    );
    assert.deepEqual(spec, {
      name: "mine",
      target: { kind: "local" },
      registry: undefined,
      zookeeper: { count: 3, version: "3.9.5", image: undefined },
      masters: {
        count: 5,
        version: "1.11.0",
        commit: undefined,
        image: { kind: "mesosphere" },
        flags: {},
        env: { A: "1" },
      },
      agents: [
        {
          count: 2,
          version: "1.9.0",
          commit: undefined,
          image: { kind: "redjack" },
          resources: undefined,
          attributes: {},
          flags: {},
          env: {},
        },
        {
          count: 4,
          version: "1.8.0-rc3",
          commit: undefined,
          image: { kind: "mesos" },
          resources: "cpus:1;mem:512",
          attributes: { rack: "a" },
          flags: {},
          env: { B: "two" },
        },
      ],
      ...NO_SERVICES,
      flags: {},
      timings: "fast",
      allow: ["agent-newer-than-master"],
      confirm: ["tasks-lost"],
      readyTimeout: 90,
      ttl: 8 * 3600,
    });
  });

  it("reads the same cluster from a file and from a stack's config", () => {
    const keys = `${MESOS}\nzookeeper: "3.8"\nagents: [{ count: 2, resources: "cpus:1" }]\nname: same`;
    assert.deepEqual(cluster(clusterFile(keys)), stack(stackFile(keys)));
  });

  it("fills in what is not said of hosts, the target's settings before the usual ones", () => {
    const hosts = "[10.0.0.1, { address: b.example.org, port: 2222, roles: [agent] }]";
    const { target } = cluster(clusterFile(`${MESOS}\ntarget: { kind: ssh, user: jane, hosts: ${hosts} }`));
    assert.ok(target.kind === "ssh");
    const login = { port: 22, user: "jane", identity: undefined, hostKey: undefined, knownHosts: undefined };
    assert.deepEqual(target.hosts[0]?.login, { ...login, address: "10.0.0.1" });
    assert.equal(target.hosts[0].roles.length, 6);
    assert.deepEqual(target.hosts[1]?.login, { ...login, address: "b.example.org", port: 2222 });
    assert.deepEqual([target.hosts[1].name, target.hosts[1].roles], ["h2", ["agent"]]);
  });

  it("needs no common version where every role has its own", () => {
    const spec = cluster(clusterFile("masters: { version: 1.11.0 }\nagents: [{ version: 1.10.0 }]"));
    assert.equal(spec.masters.version, "1.11.0");
    assert.equal(spec.agents[0]?.version, "1.10.0");
  });

  it("fills the version of each role into the tag of a custom image", () => {
    const image = '{ custom: { repository: "localhost:5000/my/mesos", tag: "v{version}-deb" } }';
    const spec = cluster(
      clusterFile(`mesos: { version: 1.9.0, image: ${image} }\nagents: [{ version: 1.8.0-rc3 }]`),
    );
    const repository = "localhost:5000/my/mesos";
    assert.deepEqual(spec.masters.image, { kind: "custom", repository, tag: "v1.9.0-deb" });
    assert.deepEqual(spec.agents[0]?.image, { kind: "custom", repository, tag: "v1.8.0-rc3-deb" });
  });

  it("keeps where a secret is to be read, never reading it", () => {
    const env = "{ A: { secret: { env: HOME } }, B: { secret: { file: pw.txt } } }";
    const spec = cluster(clusterFile(`${MESOS}\nmasters: { env: ${env} }`));
    assert.deepEqual(spec.masters.env, {
      A: { secret: { env: "HOME" } },
      B: { secret: { file: "pw.txt" } },
    });
  });

  it("repeats an anchor's value where its alias stands", () => {
    const spec = cluster(
      clusterFile(`${MESOS}\nagents:\n  - &group { count: 2, attributes: { rack: a } }\n  - *group`),
    );
    assert.equal(spec.agents.length, 2);
    assert.deepEqual(spec.agents[1], spec.agents[0]);
  });

  it("knows every environment name of a plain object as a variable like any other", () => {
    const spec = cluster(clusterFile(`${MESOS}\nmasters: { env: { constructor: a, toString: b } }`));
    assert.deepEqual(Object.entries(spec.masters.env), [
      ["constructor", "a"],
      ["toString", "b"],
    ]);
  });

  it("takes the file's name over the default, and the cluster's own where the file has none", () => {
    assert.equal(cluster(`name: outer\n${clusterFile(MESOS)}`, "x").name, "outer");
    assert.equal(cluster(clusterFile(`name: inner\n${MESOS}`), "x").name, "inner");
  });
});
