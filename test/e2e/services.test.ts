import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Endpoints } from "../../automation/contract";
import { docker } from "../../readiness/docker";
import { Load } from "../integration/load-balancer-scene";
import { eventually } from "../integration/mesos";
import { cli, labelled, Scratch, uniqueName } from "./harness";

const program = `
  const server = require("http").createServer((request, response) => response.end(process.env.HOST + ":" + process.env.PORT0));
  server.listen(process.env.PORT0);
  process.on("SIGTERM", () => server.close(() => process.exit(0)));`;

const web = {
  id: "/web",
  cmd: 'exec node -e "$PROGRAM"',
  env: { PROGRAM: program },
  ...{ cpus: 0.1, mem: 32, instances: 3 },
  constraints: [["hostname", "UNIQUE"]],
  labels: { HAPROXY_GROUP: "external", HAPROXY_0_VHOST: "web.example" },
  healthChecks: [{ protocol: "HTTP", path: "/", gracePeriodSeconds: 60, intervalSeconds: 1 }],
};

const clusterFile = (change: object = {}): string =>
  JSON.stringify({
    apiVersion: "mesos-matrix/v1",
    kind: "Cluster",
    cluster: {
      mesos: { version: "1.7.3", image: "simulator" },
      timings: "fast",
      agents: [{ count: 3, resources: "cpus:1;mem:256;ports:[31000-31099]" }],
      marathon: { version: "1.7.216", image: "simulator", count: 2 },
      mesosDns: "0.6.0",
      loadBalancer: { image: "haproxy" },
      apps: [web],
      ...change,
    },
  });

/** The lines that `dig +short` prints. */
async function dig(server: string, port: string, ...question: readonly string[]): Promise<string[]> {
  const words = [`@${server}`, "-p", port, "+short", "+time=3", "+tries=3", ...question];
  const { stdout } = await promisify(execFile)("dig", words, { timeout: 30_000 });
  return stdout.split("\n").filter(Boolean).sort();
}

describe("a cluster with Marathon, Mesos-DNS and a load balancer", () => {
  const name = uniqueName("sv");
  const scratch = new Scratch();
  let endpoints: Endpoints;
  const marathons = (): string[] => (endpoints.marathon?.all ?? []).map(({ address }) => `http://${address}`);

  before(async () => {
    const { code, stdout, stderr } = await cli([
      "up",
      scratch.file("c.yaml", clusterFile()),
      "--name",
      name,
      "--json",
    ]);
    assert.equal(code, 0, stderr);
    endpoints = JSON.parse(stdout) as Endpoints;
  });
  after(async () => {
    const { code, stderr } = await cli(["down", name]);
    scratch[Symbol.dispose]();
    assert.equal(code, 0, stderr);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  const split = (address: string): [host: string, port: string] => {
    const [host = "", port = ""] = address.split(":");
    return [host, port];
  };
  const ask = (): Promise<{ status: number; body: string }> => {
    const [host, port] = split(endpoints.loadBalancer?.address ?? "");
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(10_000);
      const options = { host, port, agent: false as const, headers: { Host: "web.example" }, signal };
      const request = get(options, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body }));
      });
      request.once("error", reject);
    });
  };
  /** Who answers a dozen requests. */
  const answering = async (): Promise<Set<string>> => {
    const bodies = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const { status, body } = await ask();
      assert.equal(status, 200, body);
      bodies.add(body);
    }
    return bodies;
  };
  const answerers = (count: number): Promise<Set<string>> =>
    eventually(`traffic to ${count} tasks`, 90, async () => {
      const bodies = await answering();
      return bodies.size === count ? bodies : undefined;
    });
  /** By the first Marathon that takes it. */
  const put = (id: string, body: object): Promise<true> =>
    eventually(`a Marathon that takes ${id}`, 90, async () => {
      for (const url of marathons()) {
        const answer = await fetch(`${url}/v2/apps${id}?force=true`, {
          method: "PUT",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(5_000),
        }).catch(() => undefined);
        if (answer?.ok === true) return true;
      }
      return undefined;
    });
  const page = async (path: string): Promise<Response> =>
    fetch(`http://${endpoints.loadBalancer?.page.address ?? ""}${path}`, {
      signal: AbortSignal.timeout(5_000),
    });

  it("finds an app's tasks and their ports through real Mesos-DNS, also at this machine's loopback address", async () => {
    const agents = endpoints.agents.map(({ address }) => split(address)[0]).sort();
    const [host, port] = split(endpoints.dns?.address ?? "");
    const found = await eventually("three addresses of web", 60, async () => {
      const addresses = await dig(host, port, "web.marathon.mesos", "A");
      return addresses.length === 3 ? addresses : undefined;
    });
    assert.deepEqual(found, agents);
    const records = await dig(host, port, "_web._tcp.marathon.mesos", "SRV");
    assert.equal(records.length, 3);
    for (const record of records) assert.match(record, /^\d+ \d+ 310\d\d web-.*\.mesos\.$/);
    const loopback = split(endpoints.dns?.published ?? "");
    assert.deepEqual(await dig(...loopback, "web.marathon.mesos", "A"), agents);
    const leader = split(endpoints.leader.address)[0];
    assert.deepEqual(await dig(...loopback, "leader.mesos"), [leader]);
  });

  it("reaches all tasks of the app in turn through real HAProxy", async () => {
    assert.equal((await answerers(3)).size, 3);
  });

  it("fails no request while the app is scaled to one task and back", async () => {
    const load = new Load(ask);
    try {
      await put("/web", { instances: 1 });
      await answerers(1);
      await put("/web", { instances: 3 });
      await answerers(3);
    } finally {
      await load.end();
    }
    assert.deepEqual(
      load.failures.slice(0, 5),
      [],
      `${load.failures.length} of ${load.count} requests failed`,
    );
    assert.ok(load.count > 50);
  });

  it("says in the environment of a test where both are", async () => {
    const { stdout } = await cli(["env", name]);
    assert.ok(stdout.includes(`MESOS_MATRIX_DNS='${endpoints.dns?.address ?? ""}'`));
    assert.ok(stdout.includes(`MESOS_MATRIX_LB='${endpoints.loadBalancer?.address ?? ""}'`));
  });

  it("serves an app's changes while another one has a bad label", async () => {
    const labels = { ...web.labels, HAPROXY_0_VHOST: "no host }" };
    await put("/bad", { ...web, id: "/bad", instances: 1, labels });
    await put("/web", { instances: 2 });
    await answerers(2);
    const refused = await eventually("an app that is refused", 60, async () => {
      const status = (await (await page("/status")).json()) as { refused: { app: string; why: string }[] };
      return status.refused[0];
    });
    assert.equal(refused.app, "/bad");
    assert.match(refused.why, /^label HAPROXY_0_VHOST: /);
  });

  it("follows the other Marathon when the leading one is killed", async () => {
    const { key = "" } = endpoints.marathon?.leader ?? {};
    await docker(["kill", `${name}-${key}`]);
    await put("/web", { instances: 3 });
    await answerers(3);
  });

  it("keeps the last good routes while every Marathon is gone, and says so", async () => {
    await docker([
      "stop",
      "--time",
      "1",
      ...(endpoints.marathon?.all ?? []).map(({ key }) => `${name}-${key}`),
    ]);
    await eventually("a page that says stale", 60, async () =>
      (await page("/health")).status === 503 ? true : undefined,
    );
    // Longer than 5 s for an answer of Marathon, 2 s between looks and 10 s of a session at ZooKeeper together.
    await pause(25_000);
    assert.equal((await answering()).size, 3);
    assert.match(await (await page("/")).text(), /stale: last full look at Marathon/);
  });
});

describe("Mesos-DNS 0.6.0 at Mesos 1.8", () => {
  it("is refused with the fact and the way out, and nothing is started", async () => {
    using scratch = new Scratch();
    const file = scratch.file("c.yaml", clusterFile({ mesos: { version: "1.8.0", image: "simulator" } }));
    const { code, stderr } = await cli(["up", file, "--name", uniqueName("sv")]);
    assert.equal(code, 2);
    assert.match(stderr, /Mesos-DNS 0\.6\.0 fetches \/master\/state\.json.*do not serve it/);
    assert.match(stderr, /0\.7\.0-rc2, or Mesos 1\.7\.3 or older/);
  });
});
