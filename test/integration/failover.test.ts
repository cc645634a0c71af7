import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { docker } from "../../readiness/docker";
import { cli, labelled, Scratch, start, uniqueName } from "../e2e/harness";
import { addressOf, eventually, leadingState } from "./mesos";

describe("a cluster of 3 ZooKeeper servers, 3 masters and 3 agents", function () {
  const name = uniqueName("it");
  const scratch = new Scratch();
  const masters: string[] = [];
  const leaderNumber = async (): Promise<number> => {
    const state = await eventually("leading master", 30, () => leadingState(masters));
    return masters.indexOf(state.address) + 1;
  };

  before(async () => {
    const cluster = {
      mesos: { version: "1.11.0", image: "simulator" },
      timings: "fast",
      zookeeper: { count: 3 },
      masters: { count: 3 },
      agents: [{ count: 3, resources: "cpus:1;mem:512" }],
    };
    const file = scratch.file(
      "c.yaml",
      JSON.stringify({ apiVersion: "mesos-matrix/v1", kind: "Cluster", name, cluster }),
    );
    const { code, stderr } = await cli(["up", file]);
    assert.equal(code, 0, stderr);
    for (const n of [1, 2, 3]) masters.push(await addressOf(`${name}-master-${n}`, 5050));
  });
  after(async () => {
    const { code, stderr } = await cli(["down", name]);
    scratch[Symbol.dispose]();
    assert.equal(code, 0, stderr);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  it("runs tasks whose sandboxes hold what they wrote, and a framework that outlives the leading master", async () => {
    const env = await environment(name);
    const framework = start(["node_modules/.bin/node", "examples/node-framework/main.js", "3", "12"], {
      env,
    });
    const output: string[] = [];
    framework.child.stdout?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    await eventually("running tasks", 30, () =>
      Promise.resolve((output.join("").match(/TASK_RUNNING/g)?.length ?? 0) >= 3 ? true : undefined),
    );
    const lost = await leaderNumber();
    await docker(["kill", `${name}-master-${lost}`]);

    const survivors = masters.filter((_, i) => i !== lost - 1);
    const state = await eventually("new leading master with all agents", 40, async () => {
      const found = await leadingState(survivors);
      return found?.slaves.filter((s) => s.active).length === 3 ? found : undefined;
    });
    assert.notEqual(state.address, masters[lost - 1]);
    const { code, stdout } = await framework.ended;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /the leading master is now/);
    assert.match(stdout, /3 tasks finished/);
    const [first, second] = [...stdout.matchAll(/subscribed as (\S+) at/g)].map((m) => m[1]);
    assert.equal(second, first, "the framework keeps its id");

    const written = await sandboxOutputs(name);
    assert.equal(
      written.filter((text) => text.includes("hello from Mesos")).length,
      3,
      written.join("\n---\n"),
    );
    await docker(["start", `${name}-master-${lost}`]);
  });

  it("does not notice the loss of one ZooKeeper server", async () => {
    const before = await eventually("leading master with all agents", 40, () => leadingState(masters));
    await docker(["kill", `${name}-zookeeper-2`]);
    const { code, stdout } = await start(["node_modules/.bin/node", "examples/node-framework/main.js"], {
      env: await environment(name),
    }).ended;
    assert.equal(code, 0, stdout);
    const after = await leadingState(masters);
    assert.equal(after?.address, before.address);
    assert.deepEqual(after.slaves.map((s) => s.id).sort(), before.slaves.map((s) => s.id).sort());
    await docker(["start", `${name}-zookeeper-2`]);
  });

  it("has ZooKeeper's servers in a dynamic configuration file", async () => {
    const text = await docker(["exec", `${name}-zookeeper-1`, "sh", "-c", "cat /conf/zoo.cfg.dynamic*"]);
    for (const n of [1, 2, 3]) assert.match(text, new RegExp(`^server\\.${n}=.*:participant;`, "m"));
  });
});

async function environment(name: string): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await cli(["env", name, "--json"]);
  assert.equal(code, 0, stderr);
  const env = JSON.parse(stdout) as Record<string, string>;
  assert.doesNotThrow(() => {
    JSON.parse(readFileSync(env.MESOS_MATRIX_CLUSTER_FILE ?? "", "utf8"));
  });
  return env;
}

/** The stdout files of all sandboxes on all agents. */
async function sandboxOutputs(name: string): Promise<string[]> {
  const find =
    "test ! -d /var/lib/mesos/slaves || find /var/lib/mesos/slaves -path '*/runs/*' -name stdout -not -path '*/latest/*' -exec cat {} ';'";
  return Promise.all([1, 2, 3].map((n) => docker(["exec", `${name}-agent-${n}`, "sh", "-c", find]))).then(
    (texts) => texts.flatMap((text) => text.split(/(?=hello)/)),
  );
}
