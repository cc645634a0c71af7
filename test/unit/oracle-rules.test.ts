import assert from "node:assert/strict";
import { mastersChange, marathonMesos, loadBalancerMarathon, mesosDnsMesos } from "../../config/oracle/pairs";
import type { PairFinding } from "../../config/oracle/pairs";
import { reviewCluster } from "../../config/oracle/review";
import type { HostFacts } from "../../config/oracle/rule";
import { allRules, clusterRules, findRule, ruleIdRule } from "../../config/oracle/rules";
import type { AgentGroupSpec, ClusterSpec, ImageSource, MastersSpec } from "../../config/spec";
import { agentGroup, clusterSpec, sshTarget } from "./fixtures";
import { serviceScenes } from "./oracle-service-scenes";
import { assertSource } from "./sources";

interface Scene {
  readonly spec: ClusterSpec;
  readonly host?: HostFacts;
}

/** A cluster of masters and one agent group of these versions. */
const skew = (agent: string, master: string, change: Partial<ClusterSpec> = {}): Scene => ({
  spec: clusterSpec({
    masters: masters({ version: master }),
    agents: [agentGroup({ version: agent })],
    ...change,
  }),
});

const masters = (change: Partial<MastersSpec>): MastersSpec => ({ ...clusterSpec().masters, ...change });

const oneGroup = (group: Partial<AgentGroupSpec>, host: HostFacts = {}): Scene => {
  const version = group.version ?? "1.11.0";
  return { spec: clusterSpec({ masters: masters({ version }), agents: [agentGroup(group)] }), host };
};

const images = (version: string, image: ImageSource, host: HostFacts = {}, flags = {}): Scene => ({
  spec: clusterSpec({
    masters: masters({ version, image }),
    agents: [agentGroup({ version, image, flags, count: 1 })],
  }),
  host,
});

const mastersEnv = (version: string, env: Record<string, string>, count = 3): Scene => ({
  spec: clusterSpec({ masters: masters({ version, env, count }), agents: [agentGroup({ version })] }),
});

/** Groups of agents on so many machines. */
const portsAt = (groups: readonly Partial<AgentGroupSpec>[], machines = 1): Scene => {
  const [host] = sshTarget().hosts;
  assert.ok(host !== undefined);
  const hosts = Array.from({ length: machines }, (_, i) => ({ ...host, name: `h${i + 1}` }));
  return { spec: clusterSpec({ target: sshTarget({ hosts }), agents: groups.map(agentGroup) }) };
};

const docker = { containerizers: "docker,mesos" };
const mesosphere: ImageSource = { kind: "mesosphere" };

/** For every rule what makes it speak, at which place, and what nearly does. */
const scenes: Readonly<
  Record<string, { speaks: Scene; at: string; cure: RegExp; silent: readonly Scene[] }>
> = {
  "agent-ignored": {
    speaks: skew("0.28.3", "1.2.1"),
    at: "agents[0].version",
    cure: /agents 1\.0\.4 or newer, or masters 1\.0\.4/,
    silent: [skew("1.0.0-rc1", "1.11.0"), skew("0.28.3", "1.2.0"), skew("1.0.0", "master")],
  },
  "firewall-unmanaged": {
    speaks: { spec: clusterSpec({ target: sshTarget({ firewall: false }) }) },
    at: "target.firewall",
    cure: /firewall: managed/,
    silent: [{ spec: clusterSpec({ target: sshTarget() }) }, { spec: clusterSpec() }],
  },
  "agent-cannot-find-leader": {
    speaks: skew("0.22.2", "0.24.0-rc1"),
    at: "agents[0].version",
    cure: /agents 0\.23\.1 or newer, or masters 0\.23\.1/,
    silent: [skew("0.22.2", "0.23.1"), skew("0.23.0", "0.24.0"), skew("0.25.0", "0.22.0")],
  },
  "agent-never-supported": {
    speaks: skew("0.28.3", "1.1.0"),
    at: "agents[0].version",
    cure: /masters 1\.0\.4/,
    silent: [skew("0.28.3", "1.0.4"), skew("0.28.3", "1.2.1"), skew("1.0.4", "1.1.0")],
  },
  "agent-newer-than-master": {
    speaks: skew("1.8.0", "1.8.0-rc3"),
    at: "agents[0].version",
    cure: /agents 1\.8\.0-rc3, or masters 1\.8\.0/,
    silent: [skew("1.8.0-rc3", "1.8.0"), skew("1.8.0", "1.8.0")],
  },
  "agent-minors-behind": {
    speaks: skew("0.26.2", "0.28.0"),
    at: "agents[0].version",
    cure: /the minor release before/,
    silent: [
      skew("0.27.3", "0.28.0"),
      skew("0.28.3", "1.0.0"),
      skew("1.4.0", "1.11.0"),
      skew("0.21.0", "0.28.0"),
    ],
  },
  "old-agent-fast-pings": {
    speaks: skew("0.22.2", "0.23.0", { timings: "fast" }),
    at: "agents[0].version",
    cure: /timings: default/,
    silent: [
      skew("0.22.2", "0.23.0"),
      skew("0.23.0", "0.23.0", { timings: "fast" }),
      skew("0.22.2", "0.22.2", { timings: "fast" }),
    ],
  },
  "masters-even": {
    speaks: { spec: clusterSpec({ masters: masters({ count: 4 }) }) },
    at: "masters.count",
    cure: /write 3 or 5/,
    silent: [1, 3, 5].map((count) => ({ spec: clusterSpec({ masters: masters({ count }) }) })),
  },
  "zookeeper-even": {
    speaks: { spec: clusterSpec({ zookeeper: { count: 2, version: undefined } }) },
    at: "zookeeper.count",
    cure: /write 1 or 3/,
    silent: [1, 3, 5].map((count) => ({ spec: clusterSpec({ zookeeper: { count, version: undefined } }) })),
  },
  "zookeeper-beyond-client": {
    speaks: { spec: clusterSpec({ zookeeper: { count: 1, version: "3.9.5" } }) },
    at: "zookeeper.version",
    cure: /3\.6 or older/,
    silent: [
      { spec: clusterSpec({ zookeeper: { count: 1, version: "3.6.4" } }) },
      { spec: clusterSpec({ zookeeper: { count: 1, version: undefined } }) },
    ],
  },
  "zookeeper-line-unknown": {
    speaks: { spec: clusterSpec({ zookeeper: { count: 1, version: "3.3.6" } }) },
    at: "zookeeper.version",
    cure: /3\.9/,
    silent: [{ spec: clusterSpec({ zookeeper: { count: 1, version: "3.4.14" } }) }],
  },
  "env-no-flag": {
    speaks: oneGroup({ env: { MESOS_ISOLATOR: "cgroups/cpu" } }),
    at: "agents[0].env.MESOS_ISOLATOR",
    cure: /did you mean MESOS_ISOLATION\?/,
    silent: [
      oneGroup({ env: { MESOS_ISOLATION: "posix/cpu" } }),
      oneGroup({
        env: { MESOS_NATIVE_JAVA_LIBRARY: "/usr/lib/libmesos.so", LIBPROCESS_IP: "1.2.3.4", MY: "x" },
      }),
    ],
  },
  "env-bad-value": {
    speaks: oneGroup({ env: { MESOS_PORT: "tcp://10.0.0.1:5051" } }),
    at: "agents[0].env.MESOS_PORT",
    cure: /write it like 3/,
    silent: [
      oneGroup({ env: { MESOS_PORT: "5052", MESOS_RECOVERY_TIMEOUT: "1.5mins", MESOS_STRICT: "" } }),
      oneGroup({ env: { MESOS_FETCHER_CACHE_SIZE: "2GB", MESOS_LOGBUFSECS: "file:///etc/seconds" } }),
    ],
  },
  "env-registry-strict": {
    speaks: mastersEnv("1.0.0-rc1", { MESOS_REGISTRY_STRICT: "true" }),
    at: "masters.env.MESOS_REGISTRY_STRICT",
    cure: /take it out/,
    silent: [
      mastersEnv("0.28.3", { MESOS_REGISTRY_STRICT: "true" }),
      mastersEnv("1.0.0", { MESOS_REGISTRY_STRICT: "false" }),
    ],
  },
  "env-advertise-too-early": {
    speaks: oneGroup({ version: "0.23.1", env: { LIBPROCESS_ADVERTISE_IP: "10.0.0.1" } }),
    at: "agents[0].env.LIBPROCESS_ADVERTISE_IP",
    cure: /take it out/,
    silent: [
      oneGroup({ version: "0.24.0-rc1", env: { LIBPROCESS_ADVERTISE_IP: "10.0.0.1" } }),
      oneGroup({ version: "0.23.1", env: { LIBPROCESS_IP: "10.0.0.1" } }),
    ],
  },
  "image-unknown": {
    speaks: images("1.8.0", mesosphere),
    at: "masters.image",
    cure: /take .*1\.7\.1.* from mesosphere/,
    silent: [
      images("1.7.1", mesosphere),
      images("1.8.0", { kind: "mesos" }),
      images("1.8.0", { kind: "custom", repository: "my/mesos", tag: "1.8.0" }),
    ],
  },
  "image-schema-1": {
    speaks: images("0.26.0", mesosphere),
    at: "masters.image",
    cure: /DOCKER_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE/,
    silent: [images("0.27.0", mesosphere), images("0.26.0", mesosphere, { engine: "25.0.3" })],
  },
  "image-schema-1-engine": {
    speaks: images("0.26.0", mesosphere, { engine: "28.2.0" }),
    at: "masters.image",
    cure: /an engine before 28\.2/,
    silent: [images("0.26.0", mesosphere), images("0.26.0", mesosphere, { engine: "25.0.3" })],
  },
  "image-tag-misspelt": {
    speaks: images("1.0.1", {
      kind: "custom",
      repository: "mesosphere/mesos-master",
      tag: "1.0.11.0.1-2.0.93.ubuntu1404",
    }),
    at: "masters.image",
    cure: /write 1\.0\.1-2\.0\.93\.ubuntu1404/,
    silent: [images("1.0.1", mesosphere)],
  },
  "image-without-docker-client": {
    speaks: images("0.28.2", mesosphere, {}, docker),
    at: "agents[0].image",
    cure: /1\.0\.0 or newer/,
    silent: [images("1.0.0", mesosphere, {}, docker), images("0.28.2", mesosphere)],
  },
  "simulator-mixed": {
    speaks: {
      spec: clusterSpec({ agents: [agentGroup(), agentGroup({ image: mesosphere, version: "1.7.1" })] }),
    },
    at: "agents[1].image",
    cure: /the same source for both/,
    silent: [{ spec: clusterSpec() }, images("1.7.1", mesosphere)],
  },
  "docker-cgroup-v2": {
    speaks: oneGroup({ flags: docker }, { cgroup: "v2" }),
    at: "agents[0]",
    cure: /containerizers=mesos/,
    silent: [oneGroup({ flags: docker }, { cgroup: "v1" }), oneGroup({}, { cgroup: "v2" })],
  },
  "docker-needs-cgroup-v1": {
    speaks: oneGroup({ env: { MESOS_CONTAINERIZERS: "mesos, docker" } }),
    at: "agents[0]",
    cure: /containerizers=mesos/,
    silent: [oneGroup({ flags: docker }, { cgroup: "v1" }), oneGroup({ flags: { containerizers: "mesos" } })],
  },
  "isolation-cgroup-v2": {
    speaks: oneGroup({ flags: { isolation: "posix/disk,cgroups/mem" } }, { cgroup: "v2" }),
    at: "agents[0]",
    cure: /posix\/cpu,posix\/mem/,
    silent: [
      oneGroup({ flags: { isolation: "posix/disk,cgroups/mem" } }),
      oneGroup({ flags: { isolation: "cgroups/mem" }, version: "master" }, { cgroup: "v2" }),
      oneGroup({ flags: { isolation: "posix/cpu,posix/mem" } }, { cgroup: "v2" }),
    ],
  },
  "isolator-too-new": {
    speaks: oneGroup({ version: "1.0.4", flags: { isolation: "posix/cpu, volume/image" } }),
    at: "agents[0]",
    cure: /agents of 1\.1\.0 or newer/,
    silent: [
      oneGroup({ version: "1.1.0-rc1", flags: { isolation: "volume/image" } }),
      oneGroup({ version: "1.0.4", flags: { isolation: "posix/cpu,org_example_isolator,network/cni" } }),
    ],
  },
  "docker-client-too-new": {
    speaks: oneGroup({ version: "0.22.1", flags: { ...docker, docker: "/usr/bin/docker" } }),
    at: "agents[0]",
    cure: /0\.22\.2/,
    silent: [
      oneGroup({ version: "0.22.2", flags: { ...docker, docker: "/usr/bin/docker" } }),
      oneGroup({ version: "0.22.1", flags: docker }),
    ],
  },
  "docker-client-too-old": {
    speaks: images("1.7.1", mesosphere, { engine: "29.0.1" }, docker),
    at: "agents[0]",
    cure: /an engine before 29/,
    silent: [
      images("1.7.1", mesosphere, { engine: "28.5.1" }, docker),
      images("1.7.1", mesosphere, { engine: "29.0.1" }),
      images("0.28.2", mesosphere, { engine: "29.0.1" }, docker),
      images("1.7.1", mesosphere, {}, docker),
    ],
  },
  "docker-orphans": {
    speaks: oneGroup({ version: "0.22.2", flags: docker, count: 2 }),
    at: "agents[0]",
    cure: /run one agent/,
    silent: [
      oneGroup({ version: "0.22.2", flags: docker, count: 1 }),
      portsAt([{ version: "0.22.2", flags: docker, count: 2 }], 2),
      oneGroup({ version: "0.23.0", flags: docker, count: 2 }),
    ],
  },
  "docker-orphans-default": {
    speaks: oneGroup({ flags: { ...docker, docker_kill_orphans: "true" }, count: 2 }),
    at: "agents[0]",
    cure: /docker_kill_orphans out/,
    silent: [
      oneGroup({ flags: { ...docker, docker_kill_orphans: "false" }, count: 2 }),
      oneGroup({ flags: { ...docker, docker_kill_orphans: "true" }, count: 1 }),
      oneGroup({ flags: docker, count: 2 }),
    ],
  },
  "ports-overlap": {
    speaks: portsAt([
      { count: 1, resources: "cpus:1;ports:[31000-31099]" },
      { count: 1, resources: "ports(web):[31099-31200]" },
    ]),
    at: "agents[1].resources",
    cure: /ports of its own/,
    silent: [
      // Each agent of a local cluster has an address of its own.
      oneGroup({ count: 3, resources: "ports:[31000-31099]" }),
      portsAt([
        { count: 1, resources: "ports:[31000-31099]" },
        { count: 1, resources: "ports:[31100-31200]" },
      ]),
      portsAt([{ count: 2, resources: "ports:[31000-31099]" }], 2),
      portsAt([{ count: 2, resources: "cpus:1" }]),
    ],
  },
  "resources-exceed-host": {
    speaks: oneGroup({ count: 3, resources: "cpus:1;cpus(web):1;mem:512" }, { cpus: 4, memory: 16000 }),
    at: "agents",
    cure: /offer less/,
    silent: [
      oneGroup({ count: 2, resources: "cpus:2;mem:512" }, { cpus: 4, memory: 1024 }),
      oneGroup({ count: 99 }),
    ],
  },
  "resources-all-twice": {
    speaks: oneGroup({ count: 2, resources: undefined }),
    at: "agents[0]",
    cure: /resources: "cpus:1;mem:512"/,
    silent: [oneGroup({ count: 1, resources: undefined }), oneGroup({ count: 2 })],
  },
  ...serviceScenes,
};

const spoken = ({ spec, host }: Scene): { rule: string; path: string; cure: string }[] => {
  const { refused, warnings } = reviewCluster(spec, host);
  return [...refused, ...warnings];
};

describe("the rule", () => {
  for (const { id, verdict } of clusterRules) {
    it(`${id} speaks where it must, and not where it nearly must`, () => {
      const scene = scenes[id];
      assert.ok(scene !== undefined, "every rule has scenes");
      const note = spoken(scene.speaks).find(({ rule }) => rule === id);
      assert.ok(note !== undefined, "it speaks");
      assert.equal(note.path, scene.at);
      assert.match(note.cure, scene.cure);
      assert.match(note.cure, new RegExp(`, or allow: \\[${id}\\]$`));
      for (const [i, silent] of scene.silent.entries()) {
        assert.ok(!spoken(silent).some(({ rule }) => rule === id), `silent scene ${i} of ${id} stays silent`);
      }
      const { refused } = reviewCluster(scene.speaks.spec, scene.speaks.host);
      assert.equal(
        refused.some(({ rule }) => rule === id),
        verdict === "refuse",
      );
    });
  }

  it("of any id has a title, a fact and a source that can be found", () => {
    const rules = allRules();
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const { id, title, fact, source } of rules) {
      assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)+$/);
      assert.ok(title.length > 20 && fact.length > 20, id);
      assert.doesNotMatch(`${title}${fact}`, /[.;]$/);
      assertSource(source);
      assert.equal(findRule(id)?.id, id);
    }
  });

  it("that does not exist is told with the nearest that does", () => {
    assert.match(
      ruleIdRule("agents-newer-than-masters")?.cure ?? "",
      /did you mean agent-newer-than-master\?/,
    );
    assert.equal(ruleIdRule("marathon-master-too-old"), undefined);
    assert.match(ruleIdRule("x")?.cure ?? "", /the id that a refusal names/);
  });

  it("about names of flags tells renamed, later, earlier and misplaced ones apart", () => {
    const cureOf = (scene: Scene): string =>
      spoken(scene).find(({ rule }) => rule === "env-no-flag")?.cure ?? "";
    assert.match(
      cureOf(oneGroup({ version: "0.24.0", env: { MESOS_LAUNCHER: "posix" } })),
      /came with 0\.25/,
    );
    assert.match(cureOf(oneGroup({ env: { MESOS_CONTAINERIZER_PATH: "/x" } })), /last version .* 1\.0\.4/);
    assert.match(cureOf(oneGroup({ env: { MESOS_QUORUM: "1" } })), /write it under masters/);
    assert.match(
      cureOf(mastersEnv("0.28.3", { MESOS_AGENT_PING_TIMEOUT: "1secs" })),
      /write MESOS_SLAVE_PING_TIMEOUT/,
    );
    assert.match(cureOf(oneGroup({ env: { MESOS_XYZZY_FOO: "1" } })), /^take it out, or allow/);
  });

  it("that refuses lets pass what `allow` names, as a warning that says so", () => {
    const { spec } = skew("0.28.3", "1.3.0");
    const { refused, warnings } = reviewCluster({ ...spec, allow: ["agent-ignored"] });
    assert.deepEqual(refused, []);
    const note = warnings.find(({ rule }) => rule === "agent-ignored");
    assert.equal(note?.allowed, true);
    assert.equal(note.verdict, "refuse");
  });
});

describe("two parts of a cluster", () => {
  const ids = (findings: readonly PairFinding[]): string[] => findings.map(({ id }) => id);

  it("are Marathon and masters that it declares too old, or whose nodes its libmesos cannot read", () => {
    assert.deepEqual(ids(marathonMesos("1.4.0", "1.0.4")), ["marathon-master-too-old"]);
    assert.match(marathonMesos("1.4.0", "1.0.4")[0]?.cure ?? "", /Mesos 1\.1\.0 or newer, or Marathon 1\.3/);
    assert.deepEqual(ids(marathonMesos("1.4.0", "1.2.0")), []);
    assert.deepEqual(ids(marathonMesos("1.11.24", "1.4.3")), ["marathon-master-too-old"]);
    assert.deepEqual(ids(marathonMesos("1.11.24", "1.8.1")), ["marathon-below-recommended"]);
    assert.deepEqual(ids(marathonMesos("1.11.24", "1.9.0")), []);
    assert.deepEqual(ids(marathonMesos("1.4.0", "1.1.0-rc1")), ["marathon-below-recommended"]);
    assert.deepEqual(ids(marathonMesos("1.7.37", "1.4.3")), ["marathon-master-too-old"]);
    assert.deepEqual(ids(marathonMesos("0.8.2", "0.24.0")), ["marathon-cannot-find-leader"]);
    assert.deepEqual(ids(marathonMesos("0.8.2", "0.23.1")), []);
    assert.deepEqual(ids(marathonMesos("0.11.1", "0.24.0")), []);
  });

  it("are Marathon and Mesos that nobody has put together, and images that cannot start", () => {
    assert.deepEqual(ids(marathonMesos("1.1.5", "1.0.0")), ["marathon-untested"]);
    assert.deepEqual(ids(marathonMesos("1.1.5", "0.28.3")), []);
    assert.deepEqual(ids(marathonMesos("v1.6.322", "1.5.0")), ["marathon-image-broken"]);
    assert.deepEqual(ids(marathonMesos("1.2.0", "1.5.0")), ["marathon-unknown"]);
  });

  it("are Mesos-DNS and masters that lack the path it fetches", () => {
    assert.deepEqual(ids(mesosDnsMesos("0.6.0", "1.8.0-rc1")), ["mesos-dns-no-state"]);
    assert.match(mesosDnsMesos("0.6.0", "1.8.0")[0]?.cure ?? "", /0\.7\.0-rc2/);
    assert.deepEqual(ids(mesosDnsMesos("v0.6.0", "1.7.3")), []);
    assert.deepEqual(ids(mesosDnsMesos("0.7.0-rc1", "0.24.2")), ["mesos-dns-no-state"]);
    assert.deepEqual(ids(mesosDnsMesos("0.7.0-rc1", "0.25.0-rc1")), []);
    assert.deepEqual(ids(mesosDnsMesos("0.7.0", "1.8.0")), ["mesos-dns-unknown"]);
  });

  it("are a load balancer and a Marathon without events", () => {
    assert.deepEqual(ids(loadBalancerMarathon("marathon-lb", "events", "0.10.1")), [
      "load-balancer-no-events",
    ]);
    assert.deepEqual(ids(loadBalancerMarathon("marathon-lb", "events", "0.11.0")), []);
    assert.deepEqual(ids(loadBalancerMarathon("marathon-lb", "poll", "0.8.2")), []);
  });

  it("are one master now and several later", () => {
    assert.deepEqual(ids(mastersChange(1, 3)), ["masters-cannot-grow"]);
    assert.deepEqual(ids(mastersChange(3, 5)), []);
    assert.deepEqual(ids(mastersChange(1, 1)), []);
  });
});
