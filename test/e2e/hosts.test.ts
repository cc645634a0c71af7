import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stateDir } from "../../automation/layout";
import { clusterImages } from "../lab/images";
import { Lab } from "../lab/lab";
import type { LabHost } from "../lab/host";
import { finish } from "../lab/run";
import { cli, Scratch, start, uniqueName } from "./harness";

describe("clusters on ssh hosts", () => {
  let lab: Lab;
  let scratch: Scratch;
  const name = uniqueName("hosts");

  before(async () => {
    scratch = new Scratch();
    const images = await clusterImages();
    // The fifth host gets its images over ssh.
    lab = await Lab.start([1, 2, 3, 4, 5].map((n) => (n === 5 ? {} : { images })));
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
    scratch[Symbol.dispose]();
  });

  const target = (hosts: readonly number[]): string => {
    const each = hosts.map(
      (n) => `{ address: ${lab.host(n).address}, name: h${n}, hostKey: "${lab.host(n).hostKey}" }`,
    );
    return `target: { kind: ssh, identity: ${lab.identity}, hosts: [${each.join(", ")}] }`;
  };
  const cluster = (text: string, hosts = [1, 2, 3, 4, 5]): string =>
    scratch.file(
      `${name}.yaml`,
      `apiVersion: mesos-matrix/v1\nkind: Cluster\nname: ${name}\ncluster:\n  ${target(hosts)}\n  mesos: { version: "1.11.0", image: simulator }\n  timings: fast\n  ${text}\n`,
    );
  const three = "zookeeper: { count: 3 }\n  masters: { count: 3 }";
  const agents = (rack: string): string =>
    `agents: [{ count: 4, resources: "cpus:1;mem:512" }, { count: 1, resources: "cpus:1;mem:512", attributes: { rack: ${rack} } }]`;
  const ids = async (): Promise<Map<string, string>> => {
    const listed = await Promise.all(lab.hosts.map((host) => containers(host)));
    return new Map(listed.flat());
  };
  const traces = async (): Promise<string[]> => {
    const all = await Promise.all(
      lab.hosts.map((host) =>
        host.must(
          "sh",
          "-c",
          "docker ps -aq; docker volume ls -q; docker network ls -q --filter type=custom; iptables-save | grep mesos-; ls /etc/mesos-matrix 2>/dev/null; true",
        ),
      ),
    );
    return all.flatMap((text) => text.split("\n").filter(Boolean));
  };

  it("brings 3 ZooKeeper servers, 3 masters and 5 agents up on five hosts, images by ssh where they are missing", async () => {
    const up = await cli(["up", cluster(`${three}\n  ${agents("a")}`)], { seconds: 600 });
    assert.equal(up.code, 0, up.stderr);
    // Its agents of both groups have one image. How far it is is told with a number behind.
    assert.equal(up.stderr.match(/h5: sending mesos-matrix\/simulator:\w+$/gm)?.length, 1, up.stderr);
    assert.doesNotMatch(up.stderr, /h[1-4]: sending/);
    const found = await ids();
    assert.equal(found.size, 11);
    const leader = /leading master (master-\d)/.exec(up.stdout)?.[1] ?? "";
    assert.match(
      up.stdout,
      new RegExp(`${leader} +http://${lab.host(1).address.replace(/\.1$/, "")}\\.\\d:5050`),
    );
  });

  it("changes nothing the second time", async () => {
    const before = await ids();
    const up = await cli(["up", cluster(`${three}\n  ${agents("a")}`)], { seconds: 600 });
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(await ids(), before);
    assert.doesNotMatch(up.stderr, /containers|sending/);
  });

  it("replaces the one agent whose attributes change, and nothing else", async () => {
    const before = await ids();
    const up = await cli(["up", "--yes", cluster(`${three}\n  ${agents("b")}`)], { seconds: 600 });
    assert.equal(up.code, 0, up.stderr);
    const after = await ids();
    const changed = [...after].filter(([key, id]) => before.get(key) !== id).map(([key]) => key);
    assert.deepEqual(changed, [`${name}-agent-2-1`]);
  });

  it("lists the cluster and prints its logs from here", async () => {
    const { stdout } = await cli(["ls", "--json"], { seconds: 300 });
    const listed = JSON.parse(stdout) as {
      name: string;
      target: string;
      containers: number;
      running: number;
    }[];
    const own = listed.find((cluster) => cluster.name === name);
    assert.deepEqual([own?.target, own?.containers, own?.running], ["ssh", 11, 11]);
    const logs = await cli(["logs", name, "agent-2-1"]);
    assert.equal(logs.code, 0, logs.stderr);
    assert.match(logs.stdout, /simulated/i);
  });

  it("runs the sample framework's test through connect, in tunnels that end with it", async () => {
    const run = await cli(["connect", name, "--", "node", "examples/node-framework/main.js"], {
      seconds: 300,
    });
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /finished/i);
  });

  it("opens the masters' pages and a proxy in which the cluster's own addresses work", async () => {
    const connected = start(["bin/mesos-matrix", "connect", name], { seconds: 300 });
    let printed = "";
    connected.child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const deadline = performance.now() + 120_000;
    while (!printed.includes("Ctrl-C closes") && performance.now() < deadline)
      await new Promise((r) => setTimeout(r, 100));
    const page = /master-1 +(http:\S+) +\(in the cluster: (\S+)\)/.exec(printed);
    assert.ok(page, printed);
    assert.equal((await fetch(`${page[1] ?? ""}/health`)).status, 200);
    const proxy = /proxy +(socks5h:\S+)/.exec(printed)?.[1] ?? "";
    const asked = ["curl", "-s", "--max-time", "30", "--proxy", proxy, `http://${page[2] ?? ""}/version`];
    const { stdout } = await finish(asked);
    assert.match(stdout, /"1\.11\.0"/);
    connected.child.kill("SIGINT");
    assert.equal((await connected.ended).code, 0);
    await assert.rejects(fetch(`${page[1] ?? ""}/health`));
  });

  it("names the host whose engine dies during up, leaves the others alone, and heals with the next up", async () => {
    const before = await ids();
    const file = cluster(`${three}\n  ${agents("c")}`);
    await lab.host(1).killEngine();
    try {
      const failed = await cli(["up", "--yes", file], { seconds: 600 });
      assert.equal(failed.code, 3, failed.stderr);
      assert.match(
        failed.stderr,
        /host h1 \(root@10\.77\.\d+\.1\): Docker is installed, but its engine does not answer/,
      );
      assert.doesNotMatch(failed.stderr, /host h[2-5]/);
    } finally {
      await lab.host(1).startEngine();
    }
    const up = await cli(["up", "--yes", file], { seconds: 600 });
    assert.equal(up.code, 0, up.stderr);
    assert.equal((await ids()).size, before.size);
  });

  it("tells of a host whose engine dies in the middle of up, and heals with the next up", async () => {
    const file = cluster(`${three}\n  agents: [{ count: 10, resources: "cpus:1;mem:128" }]`);
    const up = start(["bin/mesos-matrix", "up", "--yes", file], { seconds: 600 });
    await up.sees(/1\/\d+ containers/);
    await lab.host(2).killEngine();
    try {
      const { code, stderr } = await up.ended;
      assert.equal(code, 3, stderr);
      assert.match(stderr, /host h2 \(root@10\.77\.\d+\.2\): its Docker engine does not answer/);
      assert.match(stderr, /the other hosts keep what they have; when it is back, up makes the rest/);
    } finally {
      await lab.host(2).startEngine();
    }
    const again = await cli(["up", "--yes", file], { seconds: 600 });
    assert.equal(again.code, 0, again.stderr);
    assert.equal((await ids()).size, 16);
  });

  it("removes everything from every host", async () => {
    const down = await cli(["down", name], { seconds: 600 });
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual(await traces(), []);
  });

  it("starts twenty containers on one host without tripping its sshd's default limits", async () => {
    const many = cluster('agents: [{ count: 18, resources: "cpus:0.1;mem:32" }]', [2]);
    const up = await cli(["up", many], { seconds: 600 });
    assert.equal(up.code, 0, up.stderr);
    assert.equal((await containers(lab.host(2))).length, 20);
  });

  it("is removed from its hosts by gc when its time is over", async () => {
    const file = path.join(stateDir(), "stacks", name, "cluster.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as { ownership: object };
    const ownership = { ...record.ownership, expires: "2026-01-01T00:00:00.000Z" };
    writeFileSync(file, JSON.stringify({ ...record, ownership }));
    // Other garbage of this machine is none of this test's.
    const { stdout } = await cli(["gc"], { seconds: 600 });
    assert.ok(stdout.includes(`${name}: removed: it expired at 2026-01-01T00:00:00.000Z\n`), stdout);
    assert.deepEqual(await traces(), []);
  });

  it("removes what is on living hosts when one is gone, and the rest only when told to forget that one", async () => {
    const up = await cli(["up", cluster("agents: [{ count: 2 }]", [3, 4])], { seconds: 600 });
    assert.equal(up.code, 0, up.stderr);
    lab.host(4).cable("down");
    try {
      const down = await cli(["down", name], { seconds: 600 });
      assert.equal(down.code, 1, down.stderr);
      assert.match(down.stderr, /host h4 .*cannot be reached.*--forget-host h4/s);
      assert.deepEqual(await containers(lab.host(3)), []);
      const forgotten = await cli(["down", name, "--forget-host", "h4"], { seconds: 600 });
      assert.equal(forgotten.code, 0, forgotten.stderr);
    } finally {
      lab.host(4).cable("up");
    }
    assert.notDeepEqual(await containers(lab.host(4)), []);
  });
});

/** Name and id of every container on a host. */
async function containers(host: LabHost): Promise<[string, string][]> {
  const listed = await host.must("docker", "ps", "--all", "--no-trunc", "--format", "{{.Names}} {{.ID}}");
  return listed
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" ") as [string, string]);
}
