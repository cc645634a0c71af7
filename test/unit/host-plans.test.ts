import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { chainOf, firewallRules, type FirewallPlan } from "../../plan/firewall";
import { planGcp } from "../../plan/gcp";
import { hostNeeds } from "../../plan/preparation";
import { shellVariables } from "../../plan/shell";
import { agentGroup, clusterSpec } from "./fixtures";
import { gcpTarget } from "./gcp-fixtures";

const firewall: FirewallPlan = {
  host: "h1",
  chain: "mesos-x",
  peers: ["10.0.0.1", "10.0.0.2"],
  ports: [
    [5051, 5051],
    [5050, 5050],
    [31000, 32000],
    [31500, 31999],
  ],
};

describe("the rules that close a cluster's ports", () => {
  const lines = firewallRules(firewall, 4).split("\n");

  it("drop what no peer, no bridge of Docker and no loopback sends, and nothing of other ports", () => {
    const drops = lines.filter((line) => line.endsWith("-j DROP"));
    const local = "-m addrtype --dst-type LOCAL";
    assert.deepEqual(drops, [
      `-A mesos-x-bar -p tcp -m multiport --dports 5050:5051,31000:32000,32768:60999 ${local} -j DROP`,
      `-A mesos-x-bar -p udp -m multiport --dports 5050:5051,31000:32000 ${local} -j DROP`,
    ]);
    const passes = lines.filter((line) => line.startsWith("-A mesos-x-bar") && line.endsWith("-j RETURN"));
    const who = passes.map((line) => line.replace(/^-A mesos-x-bar (.*) -j RETURN$/, "$1"));
    assert.deepEqual(who, [
      "-m conntrack --ctstate RELATED,ESTABLISHED",
      ...["-i lo", "-i docker0", "-i br-+"],
      ...["-s 10.0.0.1", "-s 10.0.0.2"],
      "-p tcp --dport @SSH_PORT@",
    ]);
    assert.ok(lines.indexOf(passes.at(-1) ?? "") < lines.indexOf(drops[0] ?? ""));
  });

  it("stand in the chains before anything leads to them", () => {
    const jumps = lines.filter((line) => line.includes("PREROUTING"));
    assert.deepEqual(jumps, ["-I PREROUTING 1 -j mesos-x-let", "-A PREROUTING -j mesos-x-bar"]);
    assert.deepEqual(lines.slice(-3), [...jumps, "COMMIT"]);
  });

  it("let no IPv6 address in, since the cluster has none", () => {
    const six = firewallRules(firewall, 6);
    assert.ok(!six.includes("10.0.0.") && six.includes("--dports 5050:5051"));
  });

  it("take any number of ports, of which multiport takes 15 at a time", () => {
    const range = fc
      .tuple(fc.integer({ min: 1, max: 65000 }), fc.integer({ min: 0, max: 500 }))
      .map(([first, more]): readonly [number, number] => [first, first + more]);
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 60 }), (ports) => {
        const drops = firewallRules({ ...firewall, ports }, 4)
          .split("\n")
          .filter((line) => line.includes("-p udp"));
        const closed = drops.flatMap((line) => {
          const list = /--dports (\S+)/.exec(line)?.[1]?.split(",") ?? [];
          const named = list.map((part) => part.split(":").map(Number));
          assert.ok(named.flat().length <= 15, line);
          return named.map(([first = 0, last = first]) => [first, last] as const);
        });
        const isClosed = (port: number): boolean => closed.some(([a, b]) => a <= port && port <= b);
        for (const [first, last] of ports) assert.ok(isClosed(first) && isClosed(last));
        for (const [a, b] of closed) assert.ok(ports.some(([first]) => first === a) && b >= a);
      }),
    );
  });

  it("have chains of their own for every cluster, with names that iptables takes", () => {
    const names = Array.from({ length: 100 }, (_, i) => chainOf(`${"long-name-".repeat(3)}${i}`));
    assert.equal(new Set(names).size, 100);
    for (const name of names) assert.match(`${name}-let`, /^[a-z0-9-]{1,28}$/);
  });
});

describe("what a cluster needs of its hosts", () => {
  const docker = clusterSpec({
    agents: [agentGroup({ count: 1, flags: { containerizers: "docker,mesos" } })],
  });

  it("is nothing but Docker, for most", () => {
    assert.deepEqual(hostNeeds(clusterSpec()), { cgroupV1: false, engineBelow: undefined });
  });

  it("is cgroup v1 where the rules say that it does not start without", () => {
    assert.equal(hostNeeds(docker).cgroupV1, true);
    const isolated = agentGroup({ flags: { isolation: "cgroups/cpu,cgroups/mem" } });
    assert.equal(hostNeeds(clusterSpec({ agents: [isolated] })).cgroupV1, true);
    const allowed = { ...docker, allow: ["docker-cgroup-v2"] };
    assert.equal(hostNeeds(allowed).cgroupV1, false, "who allows it, knows better");
  });

  it("is an engine that still pulls the images of before 2016 where the cluster has some", () => {
    const image = { kind: "mesosphere" } as const;
    const old = clusterSpec({
      masters: { ...clusterSpec().masters, version: "0.22.1", image },
      agents: [agentGroup({ version: "0.22.1", image })],
    });
    assert.equal(hostNeeds(old).engineBelow, 26);
  });
});

describe("values for a host's shell", () => {
  it("arrive as they are, whatever they hold", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 }).filter((value) => !value.includes("\0"));
    fc.assert(
      fc.property(text, (value) => {
        const input = `${shellVariables({ MM_X: value })}printf %s "$MM_X"`;
        assert.equal(execFileSync("sh", ["-s"], { input, encoding: "utf8" }), value);
      }),
      { numRuns: 60 },
    );
  });
});

describe("machines of Google Cloud", () => {
  const ownership = { run: "r1", cell: "x", expires: undefined };
  const plan = planGcp("9lives", gcpTarget({ count: 7 }), ["203.0.113.7/32"], ownership);

  it("have names that Google takes, unique in the project", () => {
    const names = [plan.network, plan.account, plan.tag, ...plan.machines.map(({ name }) => name)];
    for (const name of names) assert.match(name, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
    assert.ok(plan.account.length >= 6 && plan.account.length <= 30);
    assert.equal(new Set(plan.machines.map(({ name }) => name)).size, 7);
    assert.equal(new Set(plan.machines.map(({ ip }) => ip)).size, 7);
  });

  it("stay where they are when one is added", () => {
    const more = planGcp("9lives", gcpTarget({ count: 8 }), ["203.0.113.7/32"], ownership);
    assert.deepEqual(more.machines.slice(0, 7), plan.machines);
  });
});
