import assert from "node:assert/strict";
import { cli, labelled, Scratch, uniqueName } from "./harness";

const up = ["--mesos", "1.8.0-rc3", "--image", "simulator"];

describe("mesos-matrix up, env, logs, ls, down", function () {
  const name = uniqueName("cl");

  it("brings up one cluster without a file and says how to use and remove it", async () => {
    const { code, stdout, stderr } = await cli(["up", ...up, "--name", name]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^${name} is ready: Mesos 1\\.8\\.0, leading master master-1$`, "m"));
    assert.match(stdout, /http:\/\/127\.0\.0\.1:\d+/);
    assert.match(stderr, /^3\/3 containers$/m);
    assert.doesNotMatch(stderr, /\n\n/, "no empty lines of progress");
    assert.match(stdout, new RegExp(`mesos-matrix down ${name}`));
  });

  it("changes nothing when it is brought up again", async () => {
    const before = await labelled(`mesos-matrix.cluster=${name}`);
    const { code, stdout, stderr } = await cli([
      "up",
      ...up,
      "--name",
      name,
      "--json",
      "--log-format",
      "json",
    ]);
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as { cluster: string }).cluster, name);
    assert.doesNotMatch(stderr, /containers/, "no container was made");
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), before);
  });

  it("prints an environment that a shell can evaluate and that names the leading master", async () => {
    const { code, stdout } = await cli(["env", name]);
    assert.equal(code, 0);
    const master = /^export MESOS_MATRIX_MASTER='([\d.:]+)'$/m.exec(stdout)?.[1];
    assert.ok(master, stdout);
    assert.equal((await fetch(`http://${master}/health`)).status, 200);
  });

  it("prints the logs of one node or of all, and names the nodes when there is none such", async () => {
    const one = await cli(["logs", name, "master-1"]);
    assert.equal(one.code, 0);
    assert.match(one.stdout, /simulated/i);
    const all = await cli(["logs", name]);
    assert.match(all.stdout, /^agent-1 \| /m);
    assert.match(all.stdout, /^zookeeper-1 \| /m);
    const json = await cli(["logs", name, "master-1", "--json"]);
    const [logs] = JSON.parse(json.stdout) as { node: string; lines: string[] }[];
    assert.equal(logs?.node, "master-1");
    assert.match(logs.lines.join("\n"), /simulated/i);
    const none = await cli(["logs", name, "master-9"]);
    assert.equal(none.code, 3);
    assert.match(none.stderr, /it has agent-1, master-1, zookeeper-1/);
  });

  it("lists the cluster, and removes it with all that belongs to it", async () => {
    const ls = await cli(["ls"]);
    assert.match(ls.stdout, new RegExp(`^${name} +3/3 `, "m"));
    const down = await cli(["down", name]);
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
    const quiet = await cli(["--quiet", "down", name]);
    assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
    const loud = await cli(["logs", name, "--quiet"]);
    assert.equal(loud.code, 3);
    assert.match(loud.stderr, /there is no cluster/, "what went wrong is never quiet");
    const again = await cli(["down", name, "--json", "--log-format", "json"]);
    const { at, ...news } = JSON.parse(again.stderr) as { at: string };
    assert.deepEqual(news, { event: "note", text: `there is no cluster ${name}; nothing to remove` });
    assert.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.equal(again.code, 0);
    assert.deepEqual(JSON.parse(again.stdout), { cluster: name, removed: false });
    assert.match(again.stderr, /there is no cluster/);
    const env = await cli(["env", name]);
    assert.equal(env.code, 3);
    assert.match(env.stderr, new RegExp(`there is no cluster ${name}`));
  });

  it("runs a command against the cluster, keeps its exit code, and removes the cluster", async () => {
    const other = uniqueName("cl");
    const script = 'test -n "$MESOS_MATRIX_MASTER" && echo "at $MESOS_MATRIX_MASTER" && exit 42';
    const { code, stdout, stderr } = await cli(["up", ...up, "--name", other, "--", "sh", "-c", script]);
    assert.equal(code, 42, stderr);
    assert.match(stdout, /^at [\d.]+:5050$/m);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${other}`), []);
  });

  it("runs the sample framework on the command line's cluster file, whatever options the command has", async () => {
    using scratch = new Scratch();
    const other = uniqueName("cl");
    const file = scratch.file(
      "c.yaml",
      JSON.stringify({
        apiVersion: "mesos-matrix/v1",
        kind: "Cluster",
        name: other,
        cluster: { mesos: { version: "1.4.3", image: "simulator" }, timings: "fast" },
      }),
    );
    const { code, stdout, stderr } = await cli([
      "up",
      file,
      "--mesos",
      "1.0.4",
      "--",
      "env",
      "--unset=NOTHING",
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^MESOS_MATRIX_MESOS_VERSION=1\.0\.4$/m);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${other}`), []);
  });
});
