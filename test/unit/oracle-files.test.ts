import assert from "node:assert/strict";
import { planCluster } from "../../plan/cluster";
import { reviewCluster } from "../../config/oracle/review";
import type { HostFacts } from "../../config/oracle/rule";
import { clusterRules } from "../../config/oracle/rules";
import { cluster, clusterFile } from "./config-problems";
import { planInputs } from "./fixtures";

interface Written {
  /** The keys of a cluster as a user may write them. */
  readonly keys: string;
  /** What the machine says of itself, where the rule is about it. */
  readonly host?: HostFacts;
}

const simulated = (version: string): string => `mesos: { version: "${version}", image: simulator }`;
const real = (version: string): string => `mesos: "${version}"`;
const marathon = (version: string, image = "mesosphere"): string =>
  `marathon: { version: "${version}", image: ${image} }`;
const docker = 'containerizers: "docker,mesos"';
const host = "{ address: 192.0.2.10 }";

/** For every rule a file in which it speaks. */
const files: Readonly<Record<string, Written>> = {
  "agent-ignored": { keys: `${real("1.2.1")}\nagents: [{ version: 0.28.3 }]` },
  "agent-cannot-find-leader": { keys: `${real("0.24.0")}\nagents: [{ version: 0.22.2 }]` },
  "agent-never-supported": { keys: `${real("1.1.0")}\nagents: [{ version: 0.28.3 }]` },
  "agent-newer-than-master": { keys: `${real("1.8.0-rc3")}\nagents: [{ version: 1.8.0 }]` },
  "agent-minors-behind": { keys: `${real("0.28.0")}\nagents: [{ version: 0.26.2 }]` },
  "old-agent-fast-pings": { keys: `${real("0.23.0")}\nagents: [{ version: 0.22.2 }]\ntimings: fast` },
  "masters-even": { keys: `${real("1.7.1")}\nmasters: { count: 2 }` },
  "zookeeper-even": { keys: `${real("1.7.1")}\nzookeeper: { count: 4 }` },
  "zookeeper-beyond-client": { keys: `${real("1.7.1")}\nzookeeper: "3.9.5"` },
  "zookeeper-line-unknown": { keys: `${real("1.7.1")}\nzookeeper: "3.3.6"` },
  "env-no-flag": { keys: `${real("1.7.1")}\nagents: [{ env: { MESOS_ISOLATOR: cgroups/cpu } }]` },
  "env-bad-value": { keys: `${real("1.7.1")}\nagents: [{ env: { MESOS_RECOVERY_TIMEOUT: soon } }]` },
  "env-registry-strict": { keys: `${real("1.0.0")}\nmasters: { env: { MESOS_REGISTRY_STRICT: "true" } }` },
  "env-advertise-too-early": {
    keys: `${real("0.23.1")}\nagents: [{ env: { LIBPROCESS_ADVERTISE_IP: 192.0.2.1 } }]`,
  },
  "image-unknown": { keys: real("1.8.0") },
  "image-schema-1": { keys: real("0.26.0") },
  "image-schema-1-engine": { keys: real("0.26.0"), host: { engine: "28.2.0" } },
  "image-tag-misspelt": {
    keys: 'mesos: { version: "1.0.1", image: { custom: { repository: mesosphere/mesos-master, tag: 1.0.11.0.1-2.0.93.ubuntu1404 } } }',
  },
  "image-without-docker-client": { keys: `${real("0.28.2")}\nagents: [{ ${docker} }]` },
  "simulator-mixed": { keys: `${simulated("1.7.1")}\nagents: [{ image: mesosphere }]` },
  "docker-cgroup-v2": { keys: `${real("1.7.1")}\nagents: [{ ${docker} }]`, host: { cgroup: "v2" } },
  "docker-needs-cgroup-v1": { keys: `${real("1.7.1")}\nagents: [{ ${docker} }]` },
  "isolation-cgroup-v2": {
    keys: `${real("1.7.1")}\nagents: [{ flags: { isolation: cgroups/mem } }]`,
    host: { cgroup: "v2" },
  },
  "isolator-too-new": { keys: `${real("1.0.4")}\nagents: [{ flags: { isolation: volume/image } }]` },
  "docker-client-too-new": {
    keys: `${real("0.22.1")}\nagents: [{ ${docker}, flags: { docker: /usr/bin/docker } }]`,
  },
  "docker-client-too-old": { keys: `${real("1.7.1")}\nagents: [{ ${docker} }]`, host: { engine: "29.0.1" } },
  "docker-orphans": { keys: `${real("0.22.2")}\nagents: [{ count: 2, ${docker} }]` },
  "docker-orphans-default": {
    keys: `${real("1.7.1")}\nagents: [{ count: 2, ${docker}, flags: { docker_kill_orphans: true } }]`,
  },
  "ports-overlap": {
    keys: `${real("1.7.1")}\ntarget: { kind: ssh, hosts: [${host}] }\nagents: [{ count: 2, resources: "ports:[31000-31099]" }]`,
  },
  "resources-exceed-host": {
    keys: `${real("1.7.1")}\nagents: [{ count: 3, resources: "cpus:2;mem:512" }]`,
    host: { cpus: 4 },
  },
  "resources-all-twice": { keys: `${real("1.7.1")}\nagents: [{ count: 2 }]` },
  "firewall-unmanaged": {
    keys: `${real("1.7.1")}\ntarget: { kind: ssh, firewall: unmanaged, hosts: [${host}] }`,
  },
  "marathon-unknown": { keys: `${real("1.5.0")}\n${marathon("1.2.0-RC1")}` },
  "marathon-image-broken": { keys: `${real("1.5.0")}\n${marathon("1.6.322")}` },
  "marathon-master-too-old": { keys: `${real("1.4.3")}\n${marathon("1.8.222")}` },
  "marathon-cannot-find-leader": { keys: `${real("0.24.0")}\n${marathon("0.8.2")}` },
  "marathon-below-recommended": { keys: `${real("1.1.0")}\n${marathon("1.4.0")}` },
  "marathon-untested": { keys: `${real("1.0.0")}\n${marathon("1.1.5")}` },
  "marathon-simulated-masters": { keys: `${simulated("1.7.1")}\n${marathon("1.7.216")}` },
  "marathon-simulated-old-masters": { keys: `${simulated("0.23.1")}\n${marathon("0.8.2", "simulator")}` },
  "mesos-dns-no-state": { keys: `${real("1.8.0")}\nmesosDns: "0.6.0"` },
  "mesos-dns-unknown": { keys: `${real("1.7.1")}\nmesosDns: "0.6.1"` },
  "load-balancer-no-events": {
    keys: `${real("0.23.0")}\n${marathon("0.10.1")}\nloadBalancer: { image: marathon-lb, mode: events }`,
  },
};

describe("what a user may write", () => {
  for (const { id } of clusterRules) {
    it(`can meet the rule ${id}, and allow it`, () => {
      const written = files[id];
      assert.ok(written !== undefined, "every rule has a file");
      const spec = cluster(clusterFile(`${written.keys}\nallow: [${id}]`));
      const note = reviewCluster(spec, written.host).warnings.find(({ rule }) => rule === id);
      assert.equal(note?.allowed, true, JSON.stringify(reviewCluster(spec, written.host)));
    });
  }

  it("may allow an even number of masters, whose quorum is then more than half of them", () => {
    const spec = cluster(clusterFile(`${simulated("1.7.1")}\nmasters: { count: 4 }\nallow: [masters-even]`));
    const masters = planCluster(spec, planInputs()).containers.filter(({ role }) => role === "master");
    assert.equal(masters.length, 4);
    for (const { argv } of masters) assert.ok(argv.includes("--quorum=3"));
  });
});
