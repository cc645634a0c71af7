import assert from "node:assert/strict";
import { Lab } from "../lab/lab";
import { listeners, openPorts } from "../lab/ports";
import { changes, TestStack } from "./stack";

const control = 8099;

describe("pulumi up on hosts that are to be prepared", function () {
  const stack = new TestStack();
  let lab: Lab;

  const cluster = (change: object): Record<string, unknown> => ({
    mesos: { version: "1.8.0-rc3", image: "simulator" },
    timings: "fast",
    agents: [{ count: 2, resources: "cpus:1;mem:256" }],
    target: {
      kind: "ssh",
      identity: lab.identity,
      hosts: lab.hosts.map(({ address, hostKey }) => ({ address, hostKey })),
      ...change,
    },
  });
  const rules = async (host: number): Promise<string[]> => {
    const { code, stdout } = await lab.host(host).exec(["iptables-save", "-t", "mangle"]);
    return code === 0 ? stdout.split("\n").filter((line) => line.includes("mesos-")) : [];
  };

  before(async () => {
    lab = await Lab.start([{ docker: false }, {}]);
    stack.configure(cluster({}));
    await stack.init();
  });
  after(async () => {
    await stack[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  it("says already at the preview what a host lacks, and what would mend it", async () => {
    const { code, stdout, stderr } = await stack.pulumi("preview");
    assert.notEqual(code, 0);
    const said = `${stdout}${stderr}`;
    assert.match(
      said,
      /host h1 \(root@\S+\): Docker is not installed; install Docker .* or write prepare: true/,
    );
    assert.doesNotMatch(said, /host h2 .*: /);
  });

  it("shows in the preview what will be done to the hosts", async () => {
    stack.configure(cluster({ prepare: true }));
    const preview = await stack.must("preview");
    assert.match(preview, /host h1 \(\S+\): will install Docker from Debian's packages/);
    for (const step of ["prepare", "check", "firewall"])
      assert.match(preview, new RegExp(`\\+ .*command:remote:Command +h1@\\S+-${step} +create`));
  });

  it("prepares the bare host, brings the cluster up, and shows an outsider ssh alone", async () => {
    await stack.must("up", "--yes", "--skip-preview");
    assert.match(await lab.host(1).must("docker", "ps", "--format", "{{.Names}}"), /agent|master|zookeeper/);
    const outside = lab.network.outsider();
    for (const host of lab.hosts) {
      await using opened = await listeners(lab.network.hostNamespace(host.n), [control]);
      assert.ok(opened);
      assert.deepEqual(await openPorts(outside, host.address), [22, control], `h${host.n}`);
    }
    const [first, second] = [lab.host(1).address, lab.network.hostNamespace(2)];
    assert.deepEqual(
      await openPorts(second, first, [2181, 5050]),
      [2181, 5050],
      "the hosts reach each other",
    );
  });

  it("changes nothing the second time, and keeps the private key out of the clear text of the state", async () => {
    assert.deepEqual(Object.keys(changes(await stack.must("up", "--yes", "--skip-preview", "--json"))), [
      "same",
    ]);
    const state = await stack.must("stack", "export");
    assert.match(state, /command:remote:Command/);
    assert.doesNotMatch(state, /PRIVATE KEY/);
  });

  it("takes its rules and its file for sshd away with the cluster, and leaves Docker", async () => {
    for (const host of [1, 2]) assert.notDeepEqual(await rules(host), []);
    await stack.must("destroy", "--yes", "--skip-preview");
    for (const host of [1, 2]) {
      assert.deepEqual(await rules(host), []);
      assert.equal(await lab.host(host).must("ls", "/etc/ssh/sshd_config.d"), "");
      assert.equal((await lab.host(host).exec(["ls", "/etc/mesos-matrix"])).code, 2);
      assert.equal(await lab.host(host).must("docker", "ps", "--all", "--quiet"), "");
    }
  });
});
