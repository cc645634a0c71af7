import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { declareCluster, type ClusterOutputs } from "../../automation/deploy";
import { recordedHosts } from "../../automation/remote/host-record";
import { located } from "../../automation/remote/located";
import { gcpSite } from "../../automation/gcp/site";
import { planCluster } from "../../plan/cluster";
import type { ClusterPlan } from "../../plan/types";
import { agentGroup, clusterSpec, planInputs } from "../unit/fixtures";
import { gcpTarget } from "../unit/gcp-fixtures";
import { clearText, graphOf, plantedKey, promiseOf, type Registered } from "./graph";

const spec = clusterSpec({
  name: "cloud",
  target: gcpTarget({ count: 3 }),
  masters: { ...clusterSpec().masters, count: 3 },
  agents: [agentGroup({ count: 3 })],
});

describe("a cluster on machines that its own stack makes", () => {
  let graph: Registered[];
  let state: string;
  let plan: ClusterPlan;
  let outputs: ClusterOutputs;
  const home = process.env.XDG_STATE_HOME;

  const of = (type: string): Registered[] => graph.filter((r) => r.type === type);
  const options = (r: Registered | undefined): pulumi.CustomResourceOptions => r?.options ?? {};
  const named = (list: readonly pulumi.Resource[]): Promise<string[]> =>
    Promise.all(list.map((r) => new Promise<string>((done) => void r.urn.apply(done))));

  before(async () => {
    state = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-gcp-"));
    process.env.XDG_STATE_HOME = state;
    const inputs = { ...planInputs(), subnet: undefined };
    graph = await graphOf(async () => {
      const remote = gcpSite(spec, inputs);
      plan = planCluster(spec, { ...inputs, remote });
      outputs = await declareCluster(spec, { ...inputs, remote });
    });
  });
  after(() => {
    if (home === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = home;
    rmSync(state, { recursive: true });
  });

  it("spreads masters over machines in different zones, at addresses that are known before", () => {
    const masters = of("docker:index/container:Container").filter((r) => r.name.startsWith("master-"));
    const addresses = masters.map(({ inputs }) => /--ip=(\S+?)"/.exec(JSON.stringify(inputs.command))?.[1]);
    assert.deepEqual(addresses, ["10.201.0.11", "10.201.0.12", "10.201.0.13"]);
    const zones = of("gcp:compute/instance:Instance").map(({ inputs }) => inputs.zone);
    assert.equal(new Set(zones).size, 3);
  });

  it("reaches each engine by ssh at the machine's address, only when the machine is prepared and closed", async () => {
    for (const n of [1, 2, 3]) {
      const provider = graph.find((r) => r.name === `engine@10.201.0.${10 + n}`);
      assert.equal(provider?.inputs.host, `ssh://mesos@198.51.100.${n}:22`);
      const after = await named(options(provider).dependsOn as pulumi.Resource[]);
      assert.ok(
        after.some((urn) => urn.endsWith(`::h${n}-prepared`)),
        after.join(),
      );
      assert.ok(
        after.some((urn) => urn.endsWith(`::h${n}@10.201.0.${10 + n}`)),
        after.join(),
      );
    }
  });

  it("closes the cluster's ports on the machines to all but them", () => {
    const rules = of("command:remote:Command").filter((r) => r.name.endsWith("-firewall"));
    assert.equal(rules.length, 3);
    for (const { inputs } of rules)
      for (const n of [1, 2, 3])
        assert.match(String(inputs.stdin), new RegExp(`-bar -s 10.201.0.1${n} -j RETURN`));
  });

  it("lets everything on a machine go with it, so that destroy logs in nowhere", async () => {
    const types = [
      "docker:index/container:Container",
      "docker:index/volume:Volume",
      "command:remote:Command",
    ];
    const there = types.flatMap(of);
    assert.ok(there.length > 20);
    for (const resource of there) {
      const machine = options(resource).deletedWith;
      assert.ok(machine, resource.name);
      const [urn] = await named([machine]);
      assert.match(urn ?? "", /Instance::h\d$/, resource.name);
    }
  });

  it("writes down where each machine is when that is known, for logs, connect and ls", () => {
    assert.ok(plan.hosts.every((host) => host.kind === "ssh" && host.login.address === ""));
    const { hosts, readiness } = located(plan);
    for (const [i, host] of hosts.entries()) {
      assert.ok(host.kind === "ssh");
      const { address, user, hostKey, identity } = host.login;
      assert.deepEqual([address, user], [`198.51.100.${i + 1}`, "mesos"]);
      assert.equal(hostKey, `ssh-ed25519 AAAA-h${i + 1}-host-key`);
      assert.equal(identity, path.join(state, "mesos-matrix", "keys", "cloud"));
    }
    assert.deepEqual(readiness.hosts, hosts);
    assert.ok(recordedHosts("cloud").every(({ made }) => made));
  });

  it("exports its machines, so that other clusters can stand on them", async () => {
    assert.ok(outputs.hosts);
    const names = (await promiseOf(outputs.hosts)).map(({ name, address }) => `${name} ${address}`);
    assert.deepEqual(names, ["h1 198.51.100.1", "h2 198.51.100.2", "h3 198.51.100.3"]);
  });

  it("keeps the login key in a file that nobody else reads, and out of the clear text of the state", () => {
    const file = path.join(state, "mesos-matrix", "keys", "cloud");
    assert.ok(readFileSync(file, "utf8").startsWith(plantedKey));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    for (const { name, inputs } of graph)
      assert.equal(JSON.stringify(clearText(inputs) ?? null).includes(plantedKey), false, name);
  });
});
