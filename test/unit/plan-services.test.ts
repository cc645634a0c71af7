import assert from "node:assert/strict";
import { readSettings } from "../../bridge/settings";
import type { ClusterSpec, JsonObject } from "../../config/spec";
import { mesosDnsKeyType, mesosDnsReleases } from "../../mesos/mesos-dns";
import { planCluster } from "../../plan/cluster";
import type { ClusterPlan, ContainerPlan, ReadinessNode } from "../../plan/types";
import { clusterSpec, image, marathon, planInputs } from "./fixtures";

const dns = (change: Partial<NonNullable<ClusterSpec["mesosDns"]>> = {}): ClusterSpec["mesosDns"] => ({
  ...{ version: "0.6.0", image: undefined, domain: "mesos", config: {} },
  ...change,
});

const balancer = (
  change: Partial<NonNullable<ClusterSpec["loadBalancer"]>> = {},
): ClusterSpec["loadBalancer"] => ({
  ...{ version: undefined, image: { kind: "haproxy" }, groups: ["external"], mode: "events" },
  ...change,
});

function container(spec: Partial<ClusterSpec>, key: string): ContainerPlan {
  const found = planOf(spec).containers.find((one) => one.key === key);
  assert.ok(found !== undefined);
  return found;
}

function readinessOf(spec: Partial<ClusterSpec>, key: string): ReadinessNode {
  const found = planOf(spec).readiness.nodes.find((one) => one.key === key);
  assert.ok(found !== undefined);
  return found;
}

function planOf(spec: Partial<ClusterSpec>): ClusterPlan {
  const inputs = planInputs();
  const images = {
    ...inputs.images,
    mesosDns: image("dns"),
    loadBalancer: image("lb"),
    marathon: image("m"),
  };
  return planCluster(clusterSpec(spec), { ...inputs, images });
}

function uploaded(plan: ContainerPlan): string {
  const [upload] = plan.uploads;
  assert.ok(upload !== undefined && "content" in upload);
  return upload.content;
}

const dnsConfig = (spec: Partial<ClusterSpec>): JsonObject =>
  JSON.parse(uploaded(container(spec, "mesos-dns"))) as JsonObject;

describe("Mesos-DNS in a plan", () => {
  it("finds the leader by ZooKeeper, answers with the agents' addresses and forwards to nobody", () => {
    const config = dnsConfig({ mesosDns: dns() });
    assert.equal(config.zk, "zk://10.192.16.11:2181/mesos");
    assert.deepEqual(config.IPSources, ["host"]);
    assert.equal(config.externalon, false);
    assert.equal(config.resolvers, undefined);
    assert.equal(config.refreshSeconds, undefined);
    assert.equal(dnsConfig({ mesosDns: dns(), timings: "fast" }).refreshSeconds, 1);
  });

  it("is told nothing that its release would ignore", () => {
    for (const { version } of mesosDnsReleases()) {
      const config = dnsConfig({ mesosDns: dns({ version }), timings: "fast" });
      const ignored = Object.keys(config).filter((key) => mesosDnsKeyType(version, key) === undefined);
      assert.deepEqual(ignored, [], version);
    }
    const first = dnsConfig({ mesosDns: dns({ version: "0.1.0" }) });
    assert.deepEqual(first.masters, ["10.192.16.21:5050"]);
  });

  it("forwards to the user's resolvers where there are some", () => {
    const config = dnsConfig({ mesosDns: dns({ config: { resolvers: ["10.0.0.2"], ttl: 5 } }) });
    assert.deepEqual([config.resolvers, config.externalon, config.ttl], [["10.0.0.2"], true, 5]);
  });

  it("listens at its own address only, and is published at the loopback address over UDP and HTTP", () => {
    const plan = container({ mesosDns: dns() }, "mesos-dns");
    const config = JSON.parse(uploaded(plan)) as JsonObject;
    assert.deepEqual([config.listener, config.httpListener], [plan.address, plan.address]);
    assert.deepEqual(plan.publish, [
      { port: 8123, protocol: "tcp" },
      { port: 53, protocol: "udp" },
    ]);
  });
});

describe("the load balancer in a plan", () => {
  it("gives our bridge settings that it reads: every Marathon, the groups, the ports", () => {
    const spec = { marathon: marathon({ count: 2 }), loadBalancer: balancer({ groups: ["a", "b"] }) };
    const settings = readSettings(uploaded(container(spec, "load-balancer")));
    assert.deepEqual(settings.marathons, ["http://10.192.16.31:8080", "http://10.192.16.32:8080"]);
    assert.deepEqual(settings.groups, ["a", "b"]);
    assert.deepEqual([settings.httpPort, settings.statsPort, settings.pagePort], [80, 9090, 9091]);
  });

  it("gives marathon-lb its arguments and the port that it asks for", () => {
    const plan = container(
      { marathon: marathon(), loadBalancer: balancer({ image: { kind: "marathon-lb" }, mode: "poll" }) },
      "load-balancer",
    );
    assert.deepEqual(plan.argv, [
      ...["poll", "--health-check", "--group", "external"],
      ...["--marathon", "http://10.192.16.31:8080"],
    ]);
    assert.deepEqual(plan.env, { PORTS: "9090" });
    assert.deepEqual(plan.listen, [9090, 80]);
  });

  it("gives another image its own words, with the Marathons in their place, and asks no more than HTTP of it", () => {
    const spec = {
      marathon: marathon({ count: 2 }),
      loadBalancer: balancer({
        image: { kind: "custom", repository: "my/subdomain-bridge", tag: "1" },
        command: ["-marathon=${MESOS_MATRIX_MARATHON}", "${MESOS_MATRIX_MARATHONS}", "$HOME", "-d", "a.b"],
      }),
    };
    const plan = container(spec, "load-balancer");
    const [first, second] = ["http://10.192.16.31:8080", "http://10.192.16.32:8080"];
    assert.deepEqual(plan.argv, [`-marathon=${first}`, `${first},${second}`, "$HOME", "-d", "a.b"]);
    assert.deepEqual([plan.listen, plan.entrypoint, plan.uploads], [[80], [], []]);
    assert.equal(readinessOf(spec, "load-balancer").anyAnswer, true);
    assert.equal("anyAnswer" in readinessOf({ ...spec, loadBalancer: balancer() }, "load-balancer"), false);
  });
});
