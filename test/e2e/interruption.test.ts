import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { RunReport } from "../../automation/report/run-report";
import { straysOf } from "../../automation/strays";
import { docker } from "../../readiness/docker";
import { eventually } from "../integration/mesos";
import { cli, ofRun, Scratch, start } from "./harness";
import { matrixFile } from "./matrix-file";

const reportOf = (stdout: string): RunReport => JSON.parse(stdout) as RunReport;

describe("mesos-matrix run, cut short", function () {
  it("stops at once on a second Ctrl-C, and lists what is left and how to remove it", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["sleep", "100"] }));
    const running = start(["bin/mesos-matrix", "run", file, "--out", scratch.path, "--json"]);
    await running.sees(/: test$/m);
    running.child.kill("SIGINT");
    await running.sees(/interrupted: removing what runs/);
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    const report = reportOf(stdout);
    const [cell] = report.cells;
    assert.equal(cell?.verdict, "interrupted");
    const left = await ofRun(report.run);
    assert.notDeepEqual(left, []);
    const listed = /^left: (.*)$/m.exec(stderr)?.[1] ?? "";
    for (const name of left) assert.ok(listed.includes(` ${name}`), `${name} is not in: ${listed}`);
    const [, command = ""] = /remove it with: mesos-matrix (down \S+)/.exec(stderr) ?? [];
    assert.deepEqual(straysOf(cell.name), []);
    const down = await cli(command.split(" "));
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual(await ofRun(report.run), []);
  });

  it("removes everything and ends with 130 on SIGTERM, as CI systems send it", async () => {
    using scratch = new Scratch();
    const versions = ["1.10.0", "1.11.0"];
    const file = scratch.file("m.yaml", matrixFile({ command: ["sleep", "100"], versions }));
    const flags = ["--out", scratch.path, "--json", "--concurrency", "1"];
    const running = start(["bin/mesos-matrix", "run", file, ...flags]);
    await running.sees(/: test$/m);
    running.child.kill("SIGTERM");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    assert.deepEqual(
      reportOf(stdout).cells.map(({ verdict }) => verdict),
      ["interrupted", "skipped"],
    );
    assert.deepEqual(await ofRun(reportOf(stdout).run), []);
  });

  it("keeps the other cells' results when one cell's process is killed during its test", async () => {
    using scratch = new Scratch();
    const script = 'test "$MESOS_MATRIX_MESOS_VERSION" = 1.10.0 && exec sleep 100; exit 0';
    const versions = ["1.10.0", "1.11.0"];
    const file = scratch.file("m.yaml", matrixFile({ command: ["sh", "-c", script], versions }));
    const running = start(["bin/mesos-matrix", "run", file, "--out", scratch.path, "--json"]);
    await running.sees(/^mesos=1\.10\.0: test$/m);
    const cluster = await eventually("the cell's container", 30, async () => {
      const names = await docker(["ps", "--filter", "name=mesos-1-10-0-", "--format", "{{.Names}}"]);
      const found = [...names.matchAll(/^(mesos-1-10-0-[0-9a-f]{8})-master-1$/gm)].map(
        ([, name = ""]) => name,
      );
      return found.find((name) => workerOf(name) !== undefined);
    });
    process.kill(-(workerOf(cluster) ?? 0), "SIGKILL");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 1, stderr);
    const report = reportOf(stdout);
    assert.deepEqual(
      report.cells.map(({ verdict }) => verdict),
      ["error", "passed"],
    );
    assert.match(report.cells[0]?.reason ?? "", /ended unexpectedly \(SIGKILL\)/);
    assert.deepEqual(straysOf(cluster), []);
    assert.deepEqual(await ofRun(report.run), []);
  });

  it("keeps the verdicts when the disk of the reports is full, and says that they are not complete", async () => {
    using scratch = new Scratch();
    const out = path.join(scratch.path, "small");
    mkdirSync(out);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", out]);
    try {
      const script = 'test "$MESOS_MATRIX_MESOS_VERSION" = 1.10.0 || yes "a long story" | head -c 5000000';
      const versions = ["1.10.0", "1.11.0"];
      const file = scratch.file("m.yaml", matrixFile({ command: ["sh", "-c", script], versions }));
      const flags = ["--out", out, "--json", "--concurrency", "1"];
      const { code, stdout, stderr } = await cli(["run", file, ...flags]);
      assert.equal(code, 1, stderr);
      const report = reportOf(stdout);
      assert.deepEqual(
        report.cells.map(({ verdict }) => verdict),
        ["passed", "passed"],
      );
      assert.match(report.cells[1]?.warnings.join("\n") ?? "", /test\.log does not hold everything: ENOSPC/);
      assert.match(report.warnings.join("\n"), /the reports in .* are not complete: ENOSPC/);
      const kept = JSON.parse(readFileSync(path.join(report.out, "report.json"), "utf8")) as RunReport;
      assert.equal(kept.cells[0]?.verdict, "passed", "what was written before is whole");
      assert.deepEqual(await ofRun(report.run), []);
    } finally {
      execFileSync("umount", [out]);
    }
  });
});

/** Process id of a cell's worker, which leads a group of its own. */
function workerOf(cluster: string): number | undefined {
  return straysOf(cluster).find(({ argv }) => argv.some((word) => word.endsWith("/worker/main.js")))?.pid;
}
