import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stateDir } from "../../automation/layout";
import type { RunReport } from "../../automation/report/run-report";
import { docker } from "../../readiness/docker";
import { cli, labelled, ofRun, Scratch, start, uniqueName } from "./harness";
import { matrixFile } from "./matrix-file";

const up = ["--mesos", "1.11.0", "--image", "simulator"];

describe("mesos-matrix in rough use", function () {
  it("refuses a NAME that no cluster can have, and touches nothing", async () => {
    const witness = path.join(stateDir(), "stacks");
    for (const verb of ["env", "down", "logs"]) {
      for (const name of ["..", ".", "", "../../x", "A b"]) {
        const { code, stderr } = await cli([verb, name]);
        assert.equal(code, 2, `${verb} ${name}: ${stderr}`);
        assert.doesNotMatch(stderr, /at .*\.js:\d+/);
      }
    }
    assert.ok(existsSync(witness));
  });

  it("lets only one of two ups of the same name work, and the other touch nothing of it", async () => {
    const name = uniqueName("two");
    try {
      const both = await Promise.all([1, 2].map(() => cli(["up", ...up, "--name", name])));
      const codes = both.map(({ code }) => code).sort();
      assert.equal(codes[0], 0, both.map(({ stderr }) => stderr).join("\n---\n"));
      // The second waits its turn in vain, or comes late enough to find the cluster ready.
      assert.ok(codes[1] === 3 || codes[1] === 0, both.map(({ stderr }) => stderr).join("\n---\n"));
      const ls = await cli(["ls"]);
      assert.match(ls.stdout, new RegExp(`^${name} +3/3 `, "m"));
    } finally {
      assert.equal((await cli(["down", name])).code, 0);
    }
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  it("mends a cluster from which a container was taken, and says ready only when it is", async () => {
    const name = uniqueName("mend");
    try {
      assert.equal((await cli(["up", ...up, "--name", name])).code, 0);
      await docker(["rm", "--force", `${name}-agent-1`]);
      const again = await cli(["up", ...up, "--name", name, "--json"]);
      assert.equal(again.code, 0, again.stderr);
      const { agents } = JSON.parse(again.stdout) as { agents: { published: string }[] };
      const health = await fetch(`http://${agents[0]?.published ?? ""}/health`);
      assert.equal(health.status, 200);
    } finally {
      await cli(["down", name]);
    }
  });

  it("ends with 3 and the cure, without a stack trace, where no Docker engine answers", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["true"] }));
    const env = { DOCKER_HOST: `unix://${scratch.path}/nowhere.sock` };
    for (const args of [["ls"], ["up", ...up], ["logs", "x"], ["run", file, "--out", scratch.path]]) {
      const { code, stderr } = await cli(args, { env });
      assert.equal(code, 3, `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, /no Docker engine answers/);
      assert.doesNotMatch(stderr, /at .*\.js:\d+/);
    }
  });

  it("asks for a missing secret before it makes anything", async () => {
    using scratch = new Scratch();
    const test = { env: { TOKEN: { secret: { env: "NOT_SET_ANYWHERE" } } } };
    const file = scratch.file("m.yaml", matrixFile({ command: ["true"], test }));
    const { code, stderr } = await cli(["run", file, "--out", scratch.path]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /test\.env\.TOKEN: the environment variable NOT_SET_ANYWHERE is not set/);
    assert.doesNotMatch(stderr, /: create/);
  });

  it("keeps a secret out of what it keeps of a test that prints it", async () => {
    using scratch = new Scratch();
    const secret = "planted-in-the-output-77aa";
    const test = { env: { TOKEN: { secret: { env: "PLANTED" } } } };
    const command = [
      "sh",
      "-c",
      'printf "%s" "${TOKEN%????}"; sleep 1; printf "%s\\n" "${TOKEN#??????????????????????}"; exit 9',
    ];
    const file = scratch.file("m.yaml", matrixFile({ command, test }));
    const out = path.join(scratch.path, "out");
    const { code, stdout, stderr } = await cli(["run", file, "--out", out, "--json"], {
      env: { PLANTED: secret },
    });
    assert.equal(code, 5, stderr);
    const report = JSON.parse(stdout) as RunReport;
    const log = readFileSync(path.join(report.out, report.cells[0]?.name ?? "", "test.log"), "utf8");
    assert.equal(log, "[secret]\n");
    assert.equal((stdout + stderr).includes(secret), false);
    for (const name of readdirSync(report.out).filter((entry) => entry.includes("."))) {
      assert.equal(readFileSync(path.join(report.out, name), "utf8").includes(secret), false, name);
    }
  });

  it("does not let down pull the cluster from under a run that lives", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["sh", "-c", "sleep 6"] }));
    const running = start(["bin/mesos-matrix", "run", file, "--out", scratch.path, "--json"]);
    await running.sees(/: test$/m);
    const [run = ""] = readdirSync(scratch.path).filter((name) => /^[0-9a-f]{8}$/.test(name));
    const cell =
      readdirSync(path.join(scratch.path, run)).find((name) => name.startsWith("mesos-1-11-0-")) ?? "";
    const down = await cli(["down", cell]);
    assert.equal(down.code, 3, down.stderr);
    assert.match(down.stderr, /is being worked on by process \d+/);
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 0, stderr + stdout);
    assert.deepEqual(await ofRun((JSON.parse(stdout) as RunReport).run), []);
  });

  it("removes a cluster whose state was cut short", async () => {
    const name = uniqueName("cut");
    assert.equal((await cli(["up", ...up, "--name", name])).code, 0);
    const state = path.join(stateDir(), "pulumi", ".pulumi", "stacks", "mesos-matrix", `${name}.json`);
    assert.ok(existsSync(state));
    writeFileSync(state, "");
    const { code, stderr } = await cli(["down", name]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
    assert.equal(existsSync(state), false);
    assert.equal((await cli(["ls"])).stdout.includes(name), false);
  });
});
