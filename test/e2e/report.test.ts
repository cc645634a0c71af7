import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { writeReports } from "../../automation/report/files";
import { sampleReport } from "../unit/report-fixtures";
import { cli, Scratch } from "./harness";
import { matrixFile } from "./matrix-file";

describe("mesos-matrix report and merge", function () {
  it("prints a run's reports again, byte for byte", async () => {
    using scratch = new Scratch();
    writeReports(sampleReport(), scratch.path);
    const formats = { json: "report.json", junit: "junit.xml", markdown: "report.md", html: "report.html" };
    for (const [format, file] of Object.entries(formats)) {
      const { code, stdout, stderr } = await cli(["report", scratch.path, "--format", format]);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, readFileSync(path.join(scratch.path, file), "utf8"), format);
    }
    const table = await cli(["report", scratch.path]);
    assert.match(table.stdout, /^✗ +mesos=1\.7\.1 marathon=1\.6\.549 +failed/m);
    assert.match(table.stdout, /^20 of 24 cells passed/m);
  });

  it("answers a damaged report with 2, its file and a cure", async () => {
    using scratch = new Scratch();
    scratch.file("report.json", '{"schema": 1, "run": ');
    const damaged = await cli(["report", scratch.path, "--format", "junit"]);
    assert.equal(damaged.code, 2);
    assert.equal(damaged.stdout, "");
    assert.match(damaged.stderr, /report\.json: is no JSON .*; it was cut off or changed/);
    scratch.file("report.json", '{"schema": 9}');
    const newer = await cli(["report", scratch.path]);
    assert.equal(newer.code, 2);
    assert.match(newer.stderr, /its schema is 9, and this program reads schema 1/);
  });

  it("merges shards, with what they kept, into the report of one run", async () => {
    using scratch = new Scratch();
    const whole = sampleReport();
    const folders = [0, 1, 2].map((n) => {
      const folder = path.join(scratch.path, `shard-${n}`);
      const cells = whole.cells.filter(({ index }) => index % 3 === n);
      writeReports(writeFolder(folder, { ...whole, cells }), folder);
      return folder;
    });
    const out = path.join(scratch.path, "merged");
    const { code, stdout, stderr } = await cli(["merge", ...folders, "--out", out, "--json"]);
    assert.equal(code, 5, stderr);
    assert.deepEqual(JSON.parse(stdout), { ...whole, out });
    assert.equal(readFileSync(path.join(out, "report.json"), "utf8"), stdout);
    assert.equal(readFileSync(path.join(out, "cell-9", "test.log"), "utf8"), "cell-9\n");

    const again = await cli(["merge", ...folders, "--out", out]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /merged: is not empty; name a new folder with --out/);
    const twice = await cli(["merge", folders[0]!, folders[0]!, "--out", path.join(scratch.path, "other")]);
    assert.equal(twice.code, 2);
    assert.match(twice.stderr, /has the cell mesos=0\.28\.3 marathon=1\.4\.14, which is in .* too/);
  });

  it("says before any cluster is made that the reports cannot be written", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["true"] }));
    const called = path.join(scratch.path, "called");
    chmodSync(scratch.file("docker", `#!/bin/sh\ntouch ${called}\nexit 1\n`), 0o755);
    const env = { PATH: `${scratch.path}:${process.env.PATH ?? ""}` };
    const { code, stdout, stderr } = await cli(["run", file, "--out", file], { env });
    assert.equal(code, 3, stderr);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /reports cannot be written to .*; make it writable, or name another folder with --out/,
    );
    assert.equal(existsSync(called), false, "Docker was asked");
  });
});

/** Puts the evidence that the report names into the folder. */
function writeFolder<Report extends ReturnType<typeof sampleReport>>(folder: string, report: Report): Report {
  for (const { name, evidence } of report.cells) {
    mkdirSync(path.join(folder, name), { recursive: true });
    for (const file of evidence) writeFileSync(path.join(folder, file), `${name}\n`);
  }
  return report;
}
