import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { simulatorImage } from "../../automation/images/simulator";
import type { RunReport } from "../../automation/report/run-report";
import { straysOf } from "../../automation/strays";
import { docker } from "../../readiness/docker";
import { eventually } from "../integration/mesos";
import { cli, labelled, ofRun, processesNamed, quietErrand, Scratch, start, uniqueName } from "./harness";
import { matrixFile } from "./matrix-file";

const reportOf = (stdout: string): RunReport => JSON.parse(stdout) as RunReport;
const framework = ["node", "examples/node-framework/main.js"];

describe("mesos-matrix run", function () {
  it("runs the quickstart: three versions pass and nothing is left", async () => {
    const { code, stdout, stderr } = await cli(["run", "examples/quickstart.yaml"]);
    assert.equal(code, 0, stderr + stdout);
    for (const version of ["0.28.3", "1.8.0-rc3", "1.11.0"]) {
      assert.match(stdout, new RegExp(`^✓ +mesos=${version.replaceAll(".", "\\.")} +passed`, "m"));
    }
    assert.match(stdout, /3 of 3 cells passed/);
    assert.match(stdout, /3 of 3 cells ran the simulator, not a real Mesos/);
    const run = /runs\/([0-9a-f]+)/.exec(stdout)?.[1] ?? "";
    assert.notEqual(run, "");
    assert.deepEqual(await ofRun(run), []);
    const ls = await cli(["ls", "--json"]);
    assert.equal((JSON.parse(ls.stdout) as { run: string }[]).filter((c) => c.run === run).length, 0);
  });

  it("fails a cell with 5 when agents cannot launch tasks", async () => {
    using scratch = new Scratch();
    const agents = [{ count: 1, resources: "cpus:1;mem:512", env: { SIMULATED_FAULT: "task-launch" } }];
    const file = scratch.file("m.yaml", matrixFile({ command: framework, cluster: { agents } }));
    const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"]);
    assert.equal(code, 5, stderr);
    const [cell] = reportOf(stdout).cells;
    assert.equal(cell?.verdict, "failed");
    assert.match(cell.reason, /TASK_FAILED/);
    assert.deepEqual(await ofRun(reportOf(stdout).run), []);
  });

  it("calls a cell an error and names both versions when an agent's image holds another Mesos", async () => {
    using scratch = new Scratch();
    const tag = `mesos-matrix-test/other:${uniqueName("v")}`;
    await derivedImage(scratch, tag, "ENV SIMULATED_MESOS=1.7.1");
    try {
      const [repository = "", label = ""] = tag.split(":");
      const agents = [{ count: 1, image: { custom: { repository, tag: label } } }];
      const file = scratch.file("m.yaml", matrixFile({ command: ["true"], cluster: { agents } }));
      const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"]);
      assert.equal(code, 1, stderr);
      const [cell] = reportOf(stdout).cells;
      assert.equal(cell?.verdict, "error");
      assert.match(cell.reason, /agent-1 runs Mesos 1\.7\.1, but 1\.11\.0 was asked for/);
      assert.deepEqual(await ofRun(reportOf(stdout).run), []);
    } finally {
      await docker(["rmi", tag]);
    }
  });

  it("says which container keeps a cluster from getting ready, and leaves nothing behind", async () => {
    using scratch = new Scratch();
    const tag = `mesos-matrix-test/broken:${uniqueName("v")}`;
    const script = "#!/bin/sh\\necho the disk is made of cheese\\nexit 7\\n";
    await derivedImage(scratch, tag, `RUN printf '${script}' >/usr/local/sbin/mesos-agent`);
    try {
      const [repository = "", label = ""] = tag.split(":");
      const agents = [{ count: 1, image: { custom: { repository, tag: label } } }];
      const cluster = { agents, readyTimeout: "60s" };
      const file = scratch.file("m.yaml", matrixFile({ command: ["true"], cluster }));
      const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"]);
      assert.equal(code, 4, stderr);
      const report = reportOf(stdout);
      const reason = report.cells[0]?.reason ?? "";
      assert.equal(report.cells[0]?.verdict, "not-ready");
      assert.match(reason, /agent-1 exited with code 7/);
      assert.match(reason, /the disk is made of cheese/);
      assert.match(reason, /missing:\n.*- container .*agent-1 runs/s);
      assert.deepEqual(await ofRun(report.run), []);
    } finally {
      await docker(["rmi", tag]);
    }
  });

  it("runs two matrices at once beside a stranger's cluster without any of them noticing", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: framework, versions: ["1.8.0-rc3"] }));
    const stranger = uniqueName("stranger");
    await docker(["network", "create", "--label", `mesos-matrix.cluster=${stranger}`, `${stranger}-net`]);
    try {
      const both = await Promise.all(
        ["one", "two"].map((out) => cli(["run", file, "--out", path.join(scratch.path, out), "--json"])),
      );
      for (const { code, stdout, stderr } of both) {
        assert.equal(code, 0, stderr + stdout);
        assert.deepEqual(await ofRun(reportOf(stdout).run), []);
      }
      assert.deepEqual(await labelled(`mesos-matrix.cluster=${stranger}`), [`${stranger}-net`]);
    } finally {
      await docker(["network", "rm", `${stranger}-net`]);
    }
  });

  it("removes everything and ends with 130 on Ctrl-C, during the test and during creation", async () => {
    for (const phase of [/: test$/m, /: create$/m]) {
      using scratch = new Scratch();
      const file = scratch.file("m.yaml", matrixFile({ command: ["sleep", "100"] }));
      const running = start(["bin/mesos-matrix", "run", file, "--out", scratch.path, "--json"]);
      await running.sees(phase);
      running.child.kill("SIGINT");
      const { code, stdout, stderr } = await running.ended;
      assert.equal(code, 130, stderr);
      const report = reportOf(stdout);
      assert.equal(report.cells[0]?.verdict, "interrupted");
      assert.deepEqual(await ofRun(report.run), []);
    }
  });

  it("leaves only labelled things after kill -9, which ls shows, down removes and the next run ignores", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["sleep", "100"] }));
    const running = start(["bin/mesos-matrix", "run", file, "--out", scratch.path]);
    await running.sees(/: test$/m);
    running.child.kill("SIGKILL");
    await running.ended;

    const ls = await cli(["ls", "--json"]);
    const clusters = JSON.parse(ls.stdout) as { name: string; run: string; containers: number }[];
    const [run = ""] = readdirSync(scratch.path).filter((name) => /^[0-9a-f]{8}$/.test(name));
    const left = clusters.find((cluster) => cluster.run === run);
    assert.ok(left, ls.stdout);
    assert.equal(left.containers, 3);

    const quick = scratch.file("q.yaml", matrixFile({ command: ["true"] }));
    const next = await cli(["run", quick, "--out", scratch.path, "--json"]);
    assert.equal(next.code, 0, next.stderr);

    const down = await cli(["down", left.name]);
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual(await ofRun(left.run), []);
    assert.deepEqual(straysOf(left.name), []);
    const after = await cli(["ls", "--json"]);
    assert.equal(after.stdout.includes(left.name), false);
  });

  it("kills a test that ignores its deadline, with all it started, daemons too", async () => {
    using scratch = new Scratch();
    const marker = uniqueName("marker");
    const daemon = `setsid bash -c 'exec -a ${marker} sleep 98' </dev/null >/dev/null 2>&1 &`;
    const script = `trap "" TERM; ${daemon} (exec -a ${marker} sleep 97) & sleep 96; sleep 95`;
    const test = { timeout: "2s" };
    const file = scratch.file("m.yaml", matrixFile({ command: ["bash", "-c", script], test }));
    const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"]);
    assert.equal(code, 5, stderr);
    assert.match(reportOf(stdout).cells[0]?.reason ?? "", /did not end within 2 s/);
    assert.equal(await processesNamed(marker), 0);
  });

  it("survives the kill of a cell's process while it makes containers, and leaves nothing of it", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["true"] }));
    const running = start(["bin/mesos-matrix", "run", file, "--out", scratch.path, "--json"]);
    await running.sees(/: create$/m);
    const cluster = await eventually("a container", 30, async () => {
      const names = await docker(["ps", "--all", "--filter", "name=mesos-1-11-0-", "--format", "{{.Names}}"]);
      return /^(mesos-1-11-0-[0-9a-f]{8})-/m.exec(names)?.[1];
    });
    const worker = straysOf(cluster).find(({ argv }) =>
      argv.some((word) => word.endsWith("/worker/main.js")),
    );
    assert.ok(worker, "the worker is found by its environment");
    process.kill(-worker.pid, "SIGKILL");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 1, stderr);
    const report = reportOf(stdout);
    assert.equal(report.cells[0]?.verdict, "error");
    assert.match(report.cells[0].reason, /ended unexpectedly \(SIGKILL\)/);
    assert.deepEqual(await ofRun(report.run), []);
    assert.deepEqual(straysOf(cluster), []);
  });

  it("keeps the test's whole output and gives the test its environment", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["env"], versions: ["1.8.0-rc3"] }));
    const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"]);
    assert.equal(code, 0, stderr);
    const report = reportOf(stdout);
    const log = readFileSync(path.join(report.out, report.cells[0]?.name ?? "", "test.log"), "utf8");
    const env = Object.fromEntries(log.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<
      string,
      string
    >;
    assert.match(env.MESOS_MATRIX_MASTER ?? "", /^\d+\.\d+\.\d+\.\d+:5050$/);
    assert.equal(env.MESOS_MATRIX_MASTERS, env.MESOS_MATRIX_MASTER);
    assert.match(env.MESOS_MATRIX_ZK ?? "", /^zk:\/\/[\d.]+:2181\/mesos$/);
    assert.equal(env.MESOS_MATRIX_MESOS_VERSION, "1.8.0-rc3");
    assert.match(env.MESOS_MATRIX_HOST_IP ?? "", /^\d+\.\d+\.\d+\.1$/);
    assert.equal(env.MESOS_MATRIX_CELL, "mesos=1.8.0-rc3");
    assert.ok(env.MESOS_MATRIX_CLUSTER_FILE?.endsWith("cluster.json"));
    assert.deepEqual(
      Object.keys(env).filter((name) => name.startsWith("PULUMI_")),
      [],
    );
  });
});

/** An image like the simulator's, with one more line in its Dockerfile. */
async function derivedImage(scratch: Scratch, tag: string, line: string): Promise<void> {
  const simulator = await simulatorImage("1.11.0", quietErrand);
  scratch.file("Dockerfile", `FROM ${simulator.reference}\n${line}\n`);
  await docker(["build", "--quiet", "--tag", tag, scratch.path], { timeout: 120 });
}
