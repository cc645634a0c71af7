import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { RunReport, Verdict } from "../../automation/report/run-report";
import { assertValidJunit } from "../unit/junit-schema";
import { cli, ofRun, Scratch } from "./harness";

/** 23 masters' versions with an agent that works with all of them, and a pair that a rule refuses. */
const versions = [
  ...[
    "1.0.4",
    "1.1.3",
    "1.2.3",
    "1.3.0",
    "1.3.2",
    "1.4.0",
    "1.4.1",
    "1.4.3",
    "1.5.0",
    "1.5.1",
    "1.5.3",
    "1.6.0",
  ],
  ...[
    "1.6.1",
    "1.6.2",
    "1.7.0",
    "1.7.1",
    "1.7.2",
    "1.7.3",
    "1.8.0-rc3",
    "1.8.1",
    "1.9.0",
    "1.10.0",
    "1.11.0",
  ],
];
const old = "agents[0].version";

function matrix(script: string): string {
  return JSON.stringify({
    apiVersion: "mesos-matrix/v1",
    kind: "Matrix",
    name: "nightly",
    cluster: {
      mesos: { image: "simulator" },
      timings: "fast",
      agents: [{ count: 1, resources: "cpus:1;mem:128" }],
    },
    axes: { mesos: versions, [old]: ["1.0.4"] },
    include: [{ mesos: "1.3.0", [old]: "0.28.3" }],
    test: { command: ["sh", script], timeout: "2m" },
  });
}

describe("a matrix of 24 cells, two failing in different ways, one refused, one flaky", function () {
  // Two dozen clusters, on a machine that may have other work.
  this.timeout(1_500_000);
  let scratch: Scratch;
  let report: RunReport;
  let code: number | null;

  before(async () => {
    scratch = new Scratch();
    const script = scratch.file(
      "test.sh",
      `case $MESOS_MATRIX_MESOS_VERSION in
        1.4.0) echo "no offers within 30 s"; exit 3 ;;
        1.5.1) docker kill "$MESOS_MATRIX_CLUSTER-agent-1" >/dev/null; echo "the agent is gone"; exit 4 ;;
        1.6.0) mkdir "${scratch.path}/once" && exit 1 ;;
      esac
      exit 0`,
    );
    const file = scratch.file("m.yaml", matrix(script));
    const ended = await cli(["run", file, "--out", scratch.path, "--retry", "1", "--json"], {
      seconds: 1400,
    });
    code = ended.code;
    assert.notEqual(ended.stdout, "", ended.stderr);
    report = JSON.parse(ended.stdout) as RunReport;
  });

  after(() => scratch[Symbol.dispose]());

  const cellOf = (version: string, agent = "1.0.4"): RunReport["cells"][number] => {
    const found = report.cells.find((cell) => cell.displayName === `mesos=${version} ${old}=${agent}`);
    assert.ok(found, version);
    return found;
  };

  it("ends with 5 and a verdict for each cell, and leaves nothing", async () => {
    const expected = new Map<string, Verdict>([
      ["mesos=1.4.0", "failed"],
      ["mesos=1.5.1", "failed"],
      ["mesos=1.6.0", "flaky"],
    ]);
    assert.deepEqual(
      report.cells.map(({ displayName, verdict }) => `${displayName} ${verdict}`),
      [
        ...versions.map(
          (version) => `mesos=${version} ${old}=1.0.4 ${expected.get(`mesos=${version}`) ?? "passed"}`,
        ),
        `mesos=1.3.0 ${old}=0.28.3 refused`,
      ],
    );
    assert.equal(code, 5);
    assert.deepEqual(await ofRun(report.run), []);
  });

  it("tells each failure by what happened in it, and keeps its evidence", () => {
    assert.match(cellOf("1.4.0").reason, /exit code 3: no offers within 30 s/);
    assert.match(cellOf("1.5.1").reason, /exit code 4: the agent is gone/);
    assert.match(JSON.stringify([cellOf("1.5.1").cause, cellOf("1.5.1").events]), /137|killed/i);
    assert.match(cellOf("1.6.0").reason, /^passed on attempt 2\nattempt 1: failed: .*exit code 1/);
    assert.match(cellOf("1.3.0", "0.28.3").reason, /ignore/);
    for (const version of ["1.4.0", "1.5.1"]) {
      const cell = cellOf(version);
      assert.equal(cell.attempts.length, 1);
      assert.ok(cell.evidence.includes(`${cell.name}/attempt-1/test.log`), cell.evidence.join(" "));
      for (const file of cell.evidence) assert.ok(existsSync(path.join(report.out, file)), file);
    }
    assert.equal(cellOf("1.3.0", "0.28.3").started, null);
  });

  it("says so in every report, the same bytes each time, JUnit valid by the schema of CI systems", async () => {
    const kept = (name: string): string => readFileSync(path.join(report.out, name), "utf8");
    const files = { json: "report.json", junit: "junit.xml", markdown: "report.md", html: "report.html" };
    for (const [format, file] of Object.entries(files)) {
      const again = await cli(["report", report.out, "--format", format]);
      assert.equal(again.stdout, kept(file), format);
    }
    await assertValidJunit(kept("junit.xml"));
    assert.match(
      kept("junit.xml"),
      /<testsuite name="nightly" tests="24" failures="2" errors="0" skipped="1"/,
    );
    assert.match(kept("junit.xml"), /<flakyFailure type="failed"/);
    assert.match(kept("report.md"), /20 of 24 cells passed/);
    assert.match(kept("report.md"), /^20 passed · 1 flaky · 2 failed · 1 refused/m);
    assert.match(kept("report.html"), /Attempts before the last one/);
    const table = await cli(["report", report.out]);
    assert.match(table.stdout, /^≈ {2}mesos=1\.6\.0 .* flaky/m);
    assert.match(table.stdout, /^⊘ {2}mesos=1\.3\.0 agents\[0\]\.version=0\.28\.3 +refused/m);
  });
});
