import assert from "node:assert/strict";
import { docker } from "../../readiness/docker";
import { cli, labelled, Scratch } from "../e2e/harness";
import { addressOf, leadingState } from "./mesos";
import { subscribeOnce } from "./scheduler-client";
import { changes, TestStack } from "./stack";
import { readNode, writeNode } from "./zookeeper-client";

const cluster = (version: string, agents: number): Record<string, unknown> => ({
  mesos: { version, image: "simulator" },
  timings: "fast",
  agents: [{ count: agents, resources: "cpus:1;mem:512", attributes: { rack: "a" } }],
});

describe("pulumi up", function () {
  const stack = new TestStack();
  const ids = async (): Promise<Record<string, string>> => {
    const filter = ["--filter", `label=mesos-matrix.cluster=${stack.name}`];
    const text = await docker(["container", "ls", "--no-trunc", ...filter, "--format", "{{.Names}} {{.ID}}"]);
    const pairs = text
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" "));
    return Object.fromEntries(
      pairs.map(([name = "", id]) => [name.slice(stack.name.length + 1), id]),
    ) as Record<string, string>;
  };
  const master = (): Promise<string> => addressOf(`${stack.name}-master-1`, 5050);

  before(async () => {
    stack.configure(cluster("1.4.3", 2));
    await stack.init();
  });
  after(async () => {
    await stack[Symbol.asyncDispose]();
  });

  it("ends when the cluster is ready, and prints the masters' web UIs at loopback", async () => {
    const text = await stack.must("up", "--yes", "--skip-preview");
    const url = /master-1: "(http:\/\/127\.0\.0\.1:\d+)"/.exec(text)?.[1];
    assert.ok(url, text);
    const state = (await (await fetch(`${url}/state`)).json()) as {
      activated_slaves: number;
      version: string;
    };
    assert.equal(state.activated_slaves, 2);
    assert.equal(state.version, "1.4.3");
  });

  it("changes nothing the second time, and a refresh sees no drift", async () => {
    assert.deepEqual(Object.keys(changes(await stack.must("up", "--yes", "--skip-preview", "--json"))), [
      "same",
    ]);
    assert.deepEqual(Object.keys(changes(await stack.must("refresh", "--yes", "--skip-preview", "--json"))), [
      "same",
    ]);
    const preview = JSON.parse(await stack.must("preview", "--json")) as {
      changeSummary: Record<string, number>;
    };
    assert.deepEqual(Object.keys(preview.changeSummary), ["same"]);
  });

  it("is previewed in the words of Mesos, by its name", async () => {
    const asked = ["preview", "--stack", stack.name, "--detailed-exitcode"];
    const none = await cli(asked);
    assert.equal(none.code, 0, none.stdout + none.stderr);
    assert.match(none.stdout, /against what is deployed: no change$/m);
    stack.configure(cluster("1.4.3", 3));
    const { code, stdout, stderr } = await cli(asked);
    assert.equal(code, 10, stdout + stderr);
    assert.match(stdout, /count 2 -> 3 +\(agents\[0\]\.count\)/);
    assert.match(stdout, /^ {2}\+ agent-3$/m);
  });

  it("is not taken for unchanged where the state keeps no plan, as an older release left it", async () => {
    stack.configure(cluster("1.4.3", 2));
    using scratch = new Scratch();
    const state = await stack.must("stack", "export");
    const old = JSON.parse(state) as { deployment: { resources: { outputs?: { plan?: unknown } }[] } };
    for (const { outputs } of old.deployment.resources) delete outputs?.plan;
    try {
      await stack.must("stack", "import", "--file", scratch.file("old.json", JSON.stringify(old)));
      const { code, stdout, stderr } = await cli(["preview", "--stack", stack.name, "--detailed-exitcode"]);
      assert.match(stdout, /^not all is known: the stack keeps no plan/m, stderr);
      assert.ok(code === 10 || code === 11, `${code}: ${stdout}`);
    } finally {
      await stack.must("stack", "import", "--file", scratch.file("state.json", state));
    }
  });

  it("creates exactly one agent for agents 2 -> 3, touches no other, and proves readiness again", async () => {
    const before = await ids();
    stack.configure(cluster("1.4.3", 3));
    const preview = JSON.parse(await stack.must("preview", "--json")) as {
      steps: { op: string; urn: string }[];
    };
    const touched = preview.steps.filter((s) => s.op !== "same" && s.urn.includes("docker:index/container"));
    assert.deepEqual(
      touched.map((s) => [s.op, s.urn.split("::").at(-1)]),
      [["create", "agent-3"]],
    );
    assert.ok(
      preview.steps.some((s) => s.urn.endsWith("::ready") && s.op !== "same"),
      "readiness is proven again",
    );
    await stack.must("up", "--yes", "--skip-preview");
    const { "agent-3": added, ...others } = await ids();
    assert.ok(added);
    assert.deepEqual(others, before);
    assert.equal((await leadingState([await master()]))?.slaves.length, 3);
  });

  it("replaces masters and agents for a new version, leaves ZooKeeper, and still knows framework and agents", async () => {
    const before = await ids();
    const agentIds = (await leadingState([await master()]))?.slaves.map((s) => s.id).sort();
    const frameworkId = await subscribeOnce(await master());
    const zookeeper = await addressOf(`${stack.name}-zookeeper-1`, 2181);
    await writeNode(zookeeper, "/planted", "by the test");

    stack.configure(cluster("1.8.0-rc3", 3));
    await stack.must("up", "--yes", "--skip-preview");
    const now = await ids();
    assert.equal(now["zookeeper-1"], before["zookeeper-1"]);
    for (const key of ["master-1", "agent-1", "agent-2", "agent-3"])
      assert.notEqual(now[key], before[key], key);
    const state = await leadingState([await master()]);
    assert.equal(state?.version, "1.8.0");
    assert.deepEqual(state.slaves.map((s) => s.id).sort(), agentIds);
    assert.equal(await subscribeOnce(await master(), frameworkId), frameworkId);
    assert.equal(await readNode(zookeeper, "/planted"), "by the test");
  });

  it("gives an agent a fresh work_dir when its attributes change", async () => {
    const before = (await leadingState([await master()]))?.slaves.map((s) => s.id) ?? [];
    const changed = cluster("1.8.0-rc3", 3);
    stack.configure({
      ...changed,
      agents: [{ count: 3, resources: "cpus:1;mem:512", attributes: { rack: "b" } }],
    });
    await stack.must("up", "--yes", "--skip-preview");
    const slaves = (await leadingState([await master()]))?.slaves.filter((s) => s.active) ?? [];
    assert.equal(slaves.length, 3);
    for (const { id } of slaves) assert.equal(before.includes(id), false, id);
  });

  it("leaves nothing after destroy", async () => {
    await stack.must("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${stack.name}`), []);
  });

  it("tells every mistake in the stack's config at once, with its place, and starts nothing", async () => {
    stack.configureText(
      [
        "config:",
        "  mesos-matrix:cluster:",
        '    mesos: { version: "1.99.0", image: simulator }',
        "    masters: { count: 0 }",
        "    agentz: []",
        "",
      ].join("\n"),
    );
    const { code, stdout, stderr } = await stack.pulumi("up", "--yes", "--skip-preview");
    const text = stdout + stderr;
    assert.notEqual(code, 0);
    assert.match(text, new RegExp(`Pulumi\\.${stack.name}\\.yaml:3:\\d+: .*1\\.99\\.0`));
    assert.match(text, new RegExp(`Pulumi\\.${stack.name}\\.yaml:4:\\d+: .*masters\\.count`));
    assert.match(text, new RegExp(`Pulumi\\.${stack.name}\\.yaml:5:\\d+: .*agents`));
    assert.doesNotMatch(text, /at Object\.|node:internal/);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${stack.name}`), []);
  });
});
