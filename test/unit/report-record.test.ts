import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { keptFiles } from "../../automation/cell/kept";
import { CellRecord } from "../../automation/cell/record";
import { PreconditionError } from "../../automation/precondition";
import { readReport } from "../../automation/report/files";
import { RunRecord } from "../../automation/report/run-record";
import { cellResult } from "./report-fixtures";

const noon = Date.UTC(2026, 0, 31, 12);

/** A clock that a test moves by hand, in seconds. */
function handClock(): { now: number; read: () => number } {
  const clock = { now: 0, read: () => noon + clock.now * 1000 };
  return clock;
}

describe("the record of a cell", () => {
  it("measures phases without gaps: the first from the start on, each to the first news of the next", () => {
    const clock = handClock();
    const record = new CellRecord(clock.read);
    for (const [at, phase, text] of [
      [1, "create", ""],
      [2, "create", "1/3 containers"],
      [3.5, "ready", ""],
      [5, "test", ""],
      [6, "test", "a line"],
      [9, "destroy", ""],
    ] as const) {
      clock.now = at;
      record.progress(phase, text);
    }
    clock.now = 10.25;
    const { started, seconds, phases, events } = record.end();
    assert.equal(started, "2026-01-31T12:00:00.000Z");
    assert.equal(seconds, 10.25);
    assert.deepEqual(
      phases.map((span) => [span.phase, span.started.slice(17, 23), span.seconds]),
      [
        ["create", "00.000", 3.5],
        ["ready", "03.500", 1.5],
        ["test", "05.000", 4],
        ["destroy", "09.000", 1.25],
      ],
    );
    // The test's own lines are in its log.
    assert.deepEqual(events, [{ at: "2026-01-31T12:00:02.000Z", source: "create", text: "1/3 containers" }]);
  });

  it("keeps a bounded number of events, the first and the last", () => {
    const record = new CellRecord(handClock().read);
    for (let i = 0; i < 1000; i++) record.progress("ready", `news ${i}`);
    const texts = record.end().events.map(({ text }) => text);
    assert.equal(texts.length, 200);
    assert.deepEqual(
      [texts[0], texts[99], texts[100], texts[199]],
      ["news 0", "news 99", "news 900", "news 999"],
    );
  });
});

describe("the record of a run", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-record-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const cells = [0, 1].map((index) => cellResult({ index, name: `cell-${index}`, images: [] }));
  const begin = (out = folder): RunRecord =>
    new RunRecord({ run: "r", matrix: "m", out, cells, total: cells.length }, handClock().read);

  it("leaves a valid report from the first moment on: what has no result was not run", () => {
    const record = begin();
    const verdicts = (): string[] => readReport(folder).cells.map(({ verdict }) => verdict);
    assert.deepEqual(verdicts(), ["skipped", "skipped"]);
    assert.equal(readReport(folder).exitCode, 130);
    record.add(cellResult({ index: 1, name: "cell-1" }));
    assert.deepEqual(verdicts(), ["skipped", "passed"]);
    record.add(cellResult({ index: 0, name: "cell-0" }));
    assert.equal(record.end().exitCode, 0);
    assert.match(readFileSync(path.join(folder, "report.html"), "utf8"), /2 of 2 cells passed/);
  });

  it("leaves all reports of a run of which no cell could start, with the reason", () => {
    begin().abandon("not started: image mesosphere/mesos:1.7.1 is not on the Docker engine", 3);
    const report = readReport(folder);
    assert.equal(report.exitCode, 3);
    assert.deepEqual(
      report.cells.map(({ verdict, reason }) => [verdict, reason.slice(0, 18)]),
      Array.from({ length: 2 }, () => ["skipped", "not started: image"]),
    );
    assert.match(readFileSync(path.join(folder, "junit.xml"), "utf8"), /skipped="2"/);
  });

  it("answers with what report.json holds", () => {
    let now = noon;
    const record = new RunRecord(
      { run: "r", matrix: "m", out: folder, cells, total: cells.length },
      () => (now += 7),
    );
    for (const cell of cells) record.add(cell);
    assert.deepEqual(record.end(), readReport(folder));
  });

  it("says at once that a folder cannot be written, and what to do", () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    assert.throws(
      () => begin(path.join(file, "run")),
      (error: unknown) =>
        error instanceof PreconditionError &&
        /^reports cannot be written to .*file\/run \(ENOTDIR.*\); make it writable, or name another folder with --out$/.test(
          error.message,
        ),
    );
  });

  it("does not lose the verdicts when the reports cannot be written later, and does not end with 0", () => {
    const record = begin();
    rmSync(folder, { recursive: true });
    for (const cell of cells) record.add(cell);
    const report = record.end();
    assert.deepEqual(
      report.cells.map(({ verdict }) => verdict),
      ["passed", "passed"],
    );
    assert.equal(report.exitCode, 1);
    assert.match(report.warnings.join(), /the reports in .* are not complete: ENOENT/);
  });
});

describe("what a cell's folder holds", () => {
  let folder: string;
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-kept-")), "cell-1");
    mkdirSync(path.join(folder, "shots"), { recursive: true });
  });
  afterEach(() => {
    rmSync(path.dirname(folder), { recursive: true, force: true });
  });

  it("is listed without links, and the ends of its logs are read when the cell did not pass", () => {
    writeFileSync(
      path.join(folder, "test.log"),
      Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join(""),
    );
    writeFileSync(path.join(folder, "cell-1-agent-1.log"), "started\nKilled\n");
    writeFileSync(path.join(folder, "shots", "a.txt"), "");
    symlinkSync("/etc/passwd", path.join(folder, "link.log"));
    const failed = keptFiles(folder, "failed");
    assert.deepEqual(failed.evidence, ["cell-1/cell-1-agent-1.log", "cell-1/shots/a.txt", "cell-1/test.log"]);
    assert.equal(failed.testTail.length, 60);
    assert.equal(failed.testTail.at(-1), "line 99");
    assert.deepEqual(failed.logs, [{ file: "cell-1/cell-1-agent-1.log", tail: ["started", "Killed"] }]);
    assert.deepEqual(keptFiles(folder, "passed").logs, []);
  });

  it("may be a test's 8 MB on one line, or no text at all", () => {
    writeFileSync(path.join(folder, "test.log"), `${"x".repeat(8 << 20)}\nlast\n`);
    assert.deepEqual(keptFiles(folder, "failed").testTail.at(-1), "last");
    assert.ok(JSON.stringify(keptFiles(folder, "failed")).length < 100_000);
    writeFileSync(path.join(folder, "test.log"), Buffer.from([0xc3, 0x28, 0xff, 0x0a]));
    assert.deepEqual(keptFiles(folder, "failed").testTail, ["\ufffd(\ufffd"]);
    rmSync(folder, { recursive: true });
    assert.deepEqual(keptFiles(folder, "failed"), { testTail: [], logs: [], evidence: [] });
  });
});
