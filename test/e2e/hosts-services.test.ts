import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Endpoints } from "../../automation/contract";
import { localBase } from "../../automation/images/base";
import { eventually } from "../integration/mesos";
import { TestScheduler } from "../integration/simulator-scheduler";
import { clusterImages } from "../lab/images";
import type { LabHost } from "../lab/host";
import { Lab } from "../lab/lab";
import { finish } from "../lab/run";
import { cli, Scratch, start, uniqueName, type Running } from "./harness";
import { services, serviceSteps, split } from "./service-steps";

describe("Marathon, Mesos-DNS, a load balancer and Docker tasks on ssh hosts", () => {
  const name = uniqueName("hosts-sv");
  let lab: Lab;
  let scratch: Scratch;
  /** Keeps tunnels to everything open. */
  let connected: Running;
  let endpoints: Endpoints;

  before(async () => {
    scratch = new Scratch();
    const images = await clusterImages();
    lab = await Lab.start([{ images }, { images }, { images }]);
    const file = scratch.file(
      "cluster.yaml",
      JSON.stringify({
        ...{ apiVersion: "mesos-matrix/v1", kind: "Cluster", name },
        cluster: {
          ...services,
          target: {
            kind: "ssh",
            identity: lab.identity,
            hosts: lab.hosts.map(({ address, hostKey }) => ({ address, hostKey })),
          },
          agents: [{ count: 3, resources: "cpus:1;mem:256", containerizers: "docker,mesos" }],
        },
      }),
    );
    const up = await cli(["up", file], { seconds: 600 });
    assert.equal(up.code, 0, up.stderr);
    const listed = path.join(scratch.path, "endpoints.json");
    const command = `cp "$MESOS_MATRIX_CLUSTER_FILE" ${listed}.new && mv ${listed}.new ${listed} && exec sleep 900`;
    connected = start(["bin/mesos-matrix", "connect", name, "--", "sh", "-c", command], { seconds: 900 });
    await eventually("open tunnels", 120, () => Promise.resolve(existsSync(listed) || undefined));
    endpoints = JSON.parse(readFileSync(listed, "utf8")) as Endpoints;
  });
  after(async () => {
    connected.child.kill("SIGINT");
    await connected.ended;
    await cli(["down", name], { seconds: 300 });
    await lab[Symbol.asyncDispose]();
    scratch[Symbol.dispose]();
  });

  const hostOf = async (key: string): Promise<LabHost> => {
    for (const host of lab.hosts)
      if ((await host.must("docker", "ps", "--all", "--format", "{{.Names}}")).includes(`${name}-${key}\n`))
        return host;
    throw new Error(`no host has ${key}`);
  };
  const everywhere = async (command: string): Promise<string[]> =>
    (await Promise.all(lab.hosts.map((host) => host.must("sh", "-c", command)))).flatMap((text) =>
      text.split("\n").filter(Boolean),
    );

  serviceSteps(() => ({
    endpoints,
    marathons: (endpoints.marathon?.all ?? []).map(({ published = "" }) => `http://${published}`),
    balancer: endpoints.loadBalancer?.published ?? "",
    page: endpoints.loadBalancer?.page.published ?? "",
    // sshd forwards no datagrams: a host of the cluster asks.
    dig: async (...question) => {
      const [address, port] = split(endpoints.dns?.address ?? "");
      const asker = lab.network.hostNamespace(2);
      const words = [`@${address}`, "-p", port, "+short", "+time=3", "+tries=3", ...question];
      const { stdout } = await finish(["ip", "netns", "exec", asker, "dig", ...words]);
      return stdout.split("\n").filter(Boolean).sort();
    },
    docker: (verb, keys) =>
      Promise.all(keys.map(async (key) => (await hostOf(key)).must("docker", ...verb, `${name}-${key}`))),
    gone: 60_000,
  }));

  it("runs a Docker task on a host, and removes its container and everything else with the cluster", async () => {
    const [, port] = split(endpoints.leader.published ?? "");
    using scheduler = await TestScheduler.subscribe({ port: Number(port) });
    const container = { type: "DOCKER", docker: { image: localBase, network: "HOST" } };
    await scheduler.launch("ends", "true", 0.1, { container });
    await scheduler.reached("ends", "TASK_FINISHED");
    await scheduler.launch("stays", "sleep 600", 0.1, { container });
    await scheduler.reached("stays", "TASK_RUNNING");
    const tasks = "docker ps --quiet --filter name=^/?mesos-";
    assert.equal((await everywhere(tasks)).length >= 1, true);
    const down = await cli(["down", name], { seconds: 300 });
    assert.equal(down.code, 0, down.stderr);
    const left = await everywhere(
      "docker ps -aq; docker volume ls -q; iptables-save | grep mesos-; ls /etc/mesos-matrix 2>/dev/null; true",
    );
    assert.deepEqual(left, []);
  });
});
