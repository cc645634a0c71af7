import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Endpoints } from "../../automation/contract";
import { docker } from "../../readiness/docker";
import { cli, labelled, Scratch, uniqueName } from "./harness";
import { services, serviceSteps, split } from "./service-steps";

const clusterFile = (change: object = {}): string =>
  JSON.stringify({
    apiVersion: "mesos-matrix/v1",
    kind: "Cluster",
    cluster: {
      ...services,
      agents: [{ count: 3, resources: "cpus:1;mem:256;ports:[31000-31099]" }],
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

  it("finds names also at this machine's loopback address", async () => {
    const leader = split(endpoints.leader.address)[0];
    assert.deepEqual(await dig(...split(endpoints.dns?.published ?? ""), "leader.mesos"), [leader]);
  });

  it("says in the environment of a test where both are", async () => {
    const { stdout } = await cli(["env", name]);
    assert.ok(stdout.includes(`MESOS_MATRIX_DNS='${endpoints.dns?.address ?? ""}'`));
    assert.ok(stdout.includes(`MESOS_MATRIX_LB='${endpoints.loadBalancer?.address ?? ""}'`));
  });

  serviceSteps(() => ({
    endpoints,
    marathons: (endpoints.marathon?.all ?? []).map(({ address }) => `http://${address}`),
    balancer: endpoints.loadBalancer?.address ?? "",
    page: endpoints.loadBalancer?.page.address ?? "",
    dig: (...question) => dig(...split(endpoints.dns?.address ?? ""), ...question),
    docker: (verb, keys) => docker([...verb, ...keys.map((key) => `${name}-${key}`)]),
    // Longer than 5 s for an answer of Marathon, 2 s between looks and 10 s of a session at ZooKeeper together; a whole
    // minute is for the cluster on several hosts.
    gone: 25_000,
  }));
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
