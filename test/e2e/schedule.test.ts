import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import * as path from "node:path";
import { beginReports } from "../../automation/report/files";
import type { RunReport } from "../../automation/report/run-report";
import { cellResult, runReport } from "../unit/report-fixtures";
import { cli, ofRun, Scratch } from "./harness";
import { matrixFile } from "./matrix-file";

const versions = ["1.8.0-rc3", "1.10.0", "1.11.0"];

/** A matrix, and a docker client that only notes that it was called. */
function withoutDocker(scratch: Scratch): {
  file: string;
  env: Record<string, string>;
  called: () => boolean;
} {
  const note = path.join(scratch.path, "called");
  chmodSync(scratch.file("docker", `#!/bin/sh\ntouch ${note}\nexit 1\n`), 0o755);
  const file = scratch.file("m.yaml", matrixFile({ command: ["true"], versions }));
  const env = { PATH: `${scratch.path}:${process.env.PATH ?? ""}` };
  return { file, env, called: () => existsSync(note) };
}

describe("the choice of cells of mesos-matrix run", function () {
  it("is told by --dry-run, in order, without a word to Docker and without a file", async () => {
    using scratch = new Scratch();
    const { file, env, called } = withoutDocker(scratch);
    const earlier = path.join(scratch.path, "earlier");
    const before = [
      { seconds: 20, displayName: "mesos=1.8.0-rc3" },
      { seconds: 50, displayName: "mesos=1.10.0" },
    ];
    beginReports(runReport(before.map((cell, i) => cellResult({ ...cell, name: `c-${i}` }))), earlier);
    const out = path.join(scratch.path, "out");
    const flags = ["--dry-run", "--only", "mesos=1.8*", "--only", "mesos=1.10.0", "--timings", earlier];
    const { code, stdout, stderr } = await cli(["run", file, "--out", out, ...flags], { env });
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^m: 2 cells, \d at once; nothing is started\n {2}mesos=1\.10\.0 {2}50 s the last time\n {2}mesos=1\.8\.0-rc3 {2}20 s/,
    );
    const shard = await cli(["run", file, "--out", out, "--dry-run", "--shard", "3/3", "--json"], { env });
    const scheme = JSON.parse(shard.stdout) as { total: number; cells: { displayName: string }[] };
    assert.deepEqual(
      [scheme.total, scheme.cells.map(({ displayName }) => displayName)],
      [3, ["mesos=1.11.0"]],
    );
    assert.equal(called() || existsSync(out), false);
  });

  it("that is a mistake ends with 2, says what could be written, and starts nothing", async () => {
    using scratch = new Scratch();
    const { file, env, called } = withoutDocker(scratch);
    const spoilt = path.join(scratch.path, "0badbad0");
    beginReports(runReport([cellResult()], { matrix: "m" }), spoilt);
    scratch.file("0badbad0/report.json", "{");
    const nowhere = path.join(scratch.path, "nowhere");
    for (const [flags, answer] of [
      [
        ["--only", "mesos=2.*"],
        /"mesos=2\.\*" fits none of the 3 cells; mesos is 1\.8\.0-rc3, 1\.10\.0 or 1\.11\.0/,
      ],
      [["--shard", "4/3"], /'4\/3' is invalid.*i from 1 to n, such as 2\/3/],
      [["--concurrency", "0"], /'0' is invalid/],
      [["--retry", "-1"], /'-1' is invalid/],
      [["--rerun", "failed"], /report\.json: is no JSON .*; it was cut off or changed/],
      [
        ["--rerun", "failed", "--out", nowhere],
        /nowhere: holds no results of an earlier run of the matrix m; name/,
      ],
      [["--timings", nowhere], /report\.json: is not there/],
    ] as const) {
      const out = flags.some((word) => word === "--out") ? [] : ["--out", scratch.path];
      const { code, stdout, stderr } = await cli(["run", file, ...out, ...flags], { env });
      assert.equal(code, 2, `${flags.join(" ")}: ${stderr}`);
      assert.match(stderr, answer);
      assert.equal(stdout, "");
    }
    assert.equal(called(), false);
  });
});

describe("retries and reruns of mesos-matrix run", function () {
  it("call a cell flaky that passes on its second attempt, keep the first one's files, and run only what failed again", async () => {
    using scratch = new Scratch();
    // Passes where it finds what an earlier attempt left, but never at 1.10.0.
    const once = path.join(scratch.path, "once-");
    const script = `echo try of $MESOS_MATRIX_MESOS_VERSION; test "$MESOS_MATRIX_MESOS_VERSION" != 1.10.0 || exit 3; mkdir ${once}$MESOS_MATRIX_MESOS_VERSION && exit 4; exit 0`;
    const file = scratch.file(
      "m.yaml",
      matrixFile({ command: ["sh", "-c", script], versions: ["1.10.0", "1.11.0"] }),
    );
    const out = path.join(scratch.path, "out");
    const first = await cli(["run", file, "--out", out, "--json", "--retry", "1"]);
    assert.equal(first.code, 5, first.stderr);
    const report = JSON.parse(first.stdout) as RunReport;
    assert.deepEqual(
      report.cells.map(({ verdict, attempts }) => [verdict, attempts.map((one) => one.verdict)]),
      [
        ["failed", ["failed"]],
        ["flaky", ["failed"]],
      ],
    );
    const [, flaky] = report.cells;
    assert.match(
      flaky?.reason ?? "",
      /^passed on attempt 2\nattempt 1: failed: the test ended with exit code 4/,
    );
    assert.deepEqual(flaky?.attempts[0]?.testTail, ["try of 1.11.0"]);
    const log = existsSync(path.join(report.out, flaky.name, "attempt-1", "test.log"));
    assert.ok(log && flaky.evidence.includes(`${flaky.name}/attempt-1/test.log`));
    assert.match(first.stderr, /^mesos=1\.11\.0: did not pass, attempt 2$/m);
    assert.match(first.stderr, /^≈ mesos=1\.11\.0 {2}flaky/m);
    assert.deepEqual(await ofRun(report.run), []);

    const again = await cli(["run", file, "--out", out, "--json", "--rerun", "failed", "--fail-fast"]);
    const rerun = JSON.parse(again.stdout) as RunReport;
    assert.equal(again.code, 5, again.stderr);
    assert.deepEqual(
      rerun.cells.map(({ displayName }) => displayName),
      ["mesos=1.10.0"],
    );
    assert.notEqual(rerun.run, report.run);
  });
});
