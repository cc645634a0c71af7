import assert from "node:assert/strict";
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Endpoints } from "../../automation/contract";
import { Load } from "../integration/load-balancer-scene";
import { eventually } from "../integration/mesos";

/** Answers any request with its host and port; a task that is told to end serves what it has begun. */
const program = `
  const server = require("http").createServer((request, response) => response.end(process.env.HOST + ":" + process.env.PORT0));
  server.listen(process.env.PORT0);
  process.on("SIGTERM", () => server.close(() => process.exit(0)));`;

/** An app that answers with the place of the task that answers. */
export const web = {
  id: "/web",
  cmd: 'exec node -e "$PROGRAM"',
  env: { PROGRAM: program },
  ...{ cpus: 0.1, mem: 32, instances: 3 },
  constraints: [["hostname", "UNIQUE"]],
  labels: { HAPROXY_GROUP: "external", HAPROXY_0_VHOST: "web.example" },
  healthChecks: [{ protocol: "HTTP", path: "/", gracePeriodSeconds: 60, intervalSeconds: 1 }],
};

/** Everything beside Mesos: what the steps below are about. */
export const services = {
  mesos: { version: "1.7.3", image: "simulator" },
  timings: "fast",
  marathon: { version: "1.7.216", image: "simulator", count: 2 },
  mesosDns: "0.6.0",
  loadBalancer: { image: "haproxy" },
  apps: [web],
};

/** A cluster with all of it, and how a test gets at it from here. */
export interface ServicesScene {
  readonly endpoints: Endpoints;
  /** `http://host:port` of each Marathon. */
  readonly marathons: readonly string[];
  /** `host:port` of HTTP at the load balancer, and of its page. */
  readonly balancer: string;
  readonly page: string;
  /** The lines that `dig +short` prints when the cluster's Mesos-DNS is asked over UDP, sorted. */
  readonly dig: (...question: readonly string[]) => Promise<string[]>;
  /** Kills or stops a node's container on its host's engine. */
  readonly docker: (verb: readonly string[], keys: readonly string[]) => Promise<unknown>;
  /** Milliseconds for which all Marathons are gone. */
  readonly gone: number;
}

/** `host:port` in two. */
export function split(address: string): [host: string, port: string] {
  const [host = "", port = ""] = address.split(":");
  return [host, port];
}

/** What holds wherever the cluster stands. The steps follow each other. */
export function serviceSteps(scene: () => ServicesScene): void {
  const ask = (): Promise<{ status: number; body: string }> => {
    const [host, port] = split(scene().balancer);
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
      for (const url of scene().marathons) {
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
    fetch(`http://${scene().page}${path}`, { signal: AbortSignal.timeout(5_000) });

  it("finds an app's tasks and their ports through real Mesos-DNS", async () => {
    const { endpoints, dig } = scene();
    const agents = endpoints.agents.map(({ address }) => split(address)[0]).sort();
    const found = await eventually("three addresses of web", 60, async () => {
      const addresses = await dig("web.marathon.mesos", "A");
      return addresses.length === 3 ? addresses : undefined;
    });
    assert.deepEqual(found, agents);
    const records = await dig("_web._tcp.marathon.mesos", "SRV");
    assert.equal(records.length, 3);
    for (const record of records) assert.match(record, /^\d+ \d+ 31\d{3} web-.*\.mesos\.$/);
    assert.deepEqual(await dig("leader.mesos"), [split(endpoints.leader.address)[0]]);
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
    const some = load.failures.slice(0, 5);
    assert.deepEqual(some, [], `${load.failures.length} of ${load.count} requests failed`);
    assert.ok(load.count > 50);
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
    const { endpoints, docker } = scene();
    await docker(["kill"], [endpoints.marathon?.leader?.key ?? ""]);
    await put("/web", { instances: 3 });
    await answerers(3);
  });

  it("keeps the last good routes while every Marathon is gone, and says so", async () => {
    const { endpoints, docker, gone } = scene();
    const keys = (endpoints.marathon?.all ?? []).map(({ key }) => key);
    await docker(["stop", "--time", "1"], keys);
    await eventually("a page that says stale", 60, async () =>
      (await page("/health")).status === 503 ? true : undefined,
    );
    const end = performance.now() + gone;
    while (performance.now() < end) {
      await answering();
      await pause(500);
    }
    assert.equal((await answering()).size, 3);
    assert.match(await (await page("/")).text(), /stale: last full look at Marathon/);
  });
}
