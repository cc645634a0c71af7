import assert from "node:assert/strict";
import fc from "fast-check";
import type { CellOutcome } from "../../automation/worker/protocol";
import { cellName } from "../../automation/names";
import { judgeCell, runExitCode } from "../../automation/report/judge";
import { verdictTable } from "../../automation/report/table";
import { printable } from "../../config/wording";
import { cellResult as cell, runReport } from "./report-fixtures";

const passed: CellOutcome = {
  up: { kind: "ready" },
  test: { code: 0, timedOut: false, signal: undefined, lastLine: "", tests: undefined, warnings: [] },
  left: [],
  evidence: undefined,
  kept: false,
  interrupted: false,
  warnings: [],
};

describe("the judge", () => {
  it("passes a cell only when its test ended with 0 and nothing is left", () => {
    assert.equal(judgeCell(passed, 60).verdict, "passed");
    assert.equal(judgeCell({ ...passed, left: ["container x"] }, 60).verdict, "error");
    assert.equal(judgeCell({ ...passed, test: undefined }, 60).verdict, "failed");
    assert.equal(judgeCell({ ...passed, interrupted: true }, 60).verdict, "interrupted");
  });

  it("says how a test failed", () => {
    const failed = (test: Partial<NonNullable<CellOutcome["test"]>>): string =>
      judgeCell({ ...passed, test: { ...passed.test!, ...test } }, 60).reason;
    assert.equal(failed({ code: 3, lastLine: "no offers" }), "the test ended with exit code 3: no offers");
    assert.equal(failed({ code: undefined, timedOut: true }), "the test did not end within 60 s");
    assert.equal(
      failed({ code: 1, lastLine: "\u001b[31mred\u001b[0m" }),
      "the test ended with exit code 1: red",
    );
    assert.equal(failed({ code: 0, timedOut: true }), "the test did not end within 60 s");
    assert.equal(failed({ code: undefined, signal: "SIGSEGV" }), "the test was ended by SIGSEGV");
  });

  it("tells a cluster that is not ready from one that is wrong or cannot start", () => {
    const up = (kind: "not-ready" | "wrong-version" | "precondition" | "error"): [string, number] => {
      const { verdict, exitCode } = judgeCell({ ...passed, test: undefined, up: { kind, message: "m" } }, 60);
      return [verdict, exitCode];
    };
    assert.deepEqual(up("not-ready"), ["not-ready", 4]);
    assert.deepEqual(up("wrong-version"), ["error", 1]);
    assert.deepEqual(up("precondition"), ["error", 3]);
    assert.deepEqual(up("error"), ["error", 1]);
  });

  it("takes the first that applies of 130, 1, 5, 4, 3, 2 for the run, and never 0 when nothing passed", () => {
    const code = (...codes: number[]): number => runExitCode(codes.map((exitCode) => cell({ exitCode })));
    assert.equal(code(0, 0), 0);
    assert.equal(code(0, 4, 5), 5);
    assert.equal(code(5, 1), 1);
    assert.equal(code(1, 130), 130);
    assert.equal(code(3, 4), 4);
    assert.equal(runExitCode([]), 1);
    assert.equal(runExitCode([cell({ verdict: "skipped" })]), 1);
  });
});

describe("the verdict table", () => {
  it("shows every cell, the reasons, and that the simulator ran", () => {
    const cells = [
      cell({}),
      cell({
        displayName: "mesos=1.8.0-rc3",
        verdict: "failed",
        reason: "the test ended with exit code 1",
        exitCode: 5,
      }),
    ];
    const table = verdictTable(runReport(cells));
    assert.match(table, /^✓ +mesos=1\.7\.1 +passed +41\.2 s/m);
    assert.match(table, /^✗ +mesos=1\.8\.0-rc3 +failed/m);
    assert.match(table, /^ {2}the test ended with exit code 1$/m);
    assert.match(table, /1 of 2 cells passed/);
    assert.match(table, /2 of 2 cells ran the simulator, not a real Mesos/);
  });

  it("lets no terminal escape of a test through", () => {
    const table = verdictTable(runReport([cell({ verdict: "failed", reason: "\u001b[2J\u0007gone" })]));
    // eslint-disable-next-line no-control-regex -- the characters that must not be there
    assert.doesNotMatch(table, /[\u001b\u0007]/);
    assert.equal(printable("a\u001bb\u202ec"), "a\\x1bb\\u{202e}c");
  });
});

describe("names of cells", () => {
  it("are valid, short and unique for any place and run", () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.string(), fc.string(), (place, run) => {
        const name = cellName("matrix", place, run);
        assert.match(name, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
        assert.ok(name.length <= 40);
        const key = JSON.stringify([place, run]);
        assert.equal(seen.get(name) ?? key, key);
        seen.set(name, key);
      }),
    );
    assert.equal(cellName("m", "mesos=1.7.1", "r"), cellName("m", "mesos=1.7.1", "r"));
    assert.notEqual(cellName("m", "mesos=1.7.1", "r"), cellName("m", "mesos=1.7.1", "s"));
  });
});
