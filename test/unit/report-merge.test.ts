import assert from "node:assert/strict";
import fc from "fast-check";
import { runExitCode } from "../../automation/report/judge";
import { jsonReport } from "../../automation/report/json";
import { mergeReports, type Shard } from "../../automation/report/merge";
import type { RunReport } from "../../automation/report/run-report";
import { ConfigError } from "../../config/problem";
import { sampleReport } from "./report-fixtures";

const whole = sampleReport();

/** The shard of a run that holds these cells. */
function shard(folder: string, picks: (index: number) => boolean, change: Partial<RunReport> = {}): Shard {
  const cells = whole.cells.filter(({ index }) => picks(index));
  return { folder, report: { ...whole, out: folder, cells, exitCode: runExitCode(cells), ...change } };
}

function refusal(shards: readonly Shard[]): string {
  try {
    mergeReports(shards, whole.out);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return "";
}

describe("shards", () => {
  it("merge to the bytes that one run would have given, whatever their cells and their order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 24, maxLength: 24 }), fc.boolean(), (of, reverse) => {
        const shards = [0, 1, 2].map((n) => shard(`s${n}`, (index) => of[index] === n));
        const merged = mergeReports(reverse ? shards.toReversed() : shards, whole.out);
        assert.equal(jsonReport(merged), jsonReport(whole));
      }),
    );
  });

  it("of runs of their own keep every run's name, the first start and the last end", () => {
    const merged = mergeReports(
      [
        shard("s0", (index) => index < 12, { run: "bbbb", ended: "2026-01-31T12:09:00.000Z" }),
        shard("s1", (index) => index >= 12, { run: "aaaa", started: "2026-01-31T11:59:00.000Z" }),
      ],
      "/merged",
    );
    assert.equal(merged.run, "aaaa+bbbb");
    assert.equal(merged.started, "2026-01-31T11:59:00.000Z");
    assert.equal(merged.ended, "2026-01-31T12:09:00.000Z");
    assert.equal(merged.out, "/merged");
  });

  it("are refused when one cell is in two of them, which are named", () => {
    const text = refusal([shard("s0", (index) => index < 10), shard("s1", (index) => index >= 9)]);
    assert.match(text, /^s1: has the cell mesos=1\.7\.1 marathon=1\.6\.549, which is in s0 too; leave one/);
    assert.equal(text.split("\n").length, 1);
    const same = shard("s0", (index) => index === 3);
    assert.match(refusal([same, same]), /^s0: has the cell .*, which is in s0 too/);
  });

  it("are refused when they are of different matrices or runs of another size", () => {
    const first = shard("s0", (index) => index < 10);
    assert.match(
      refusal([first, shard("s1", (index) => index >= 10, { matrix: "other" })]),
      /^s1: is of the matrix other, and s0 is of nightly; merge the shards of one run/,
    );
    assert.match(
      refusal([first, shard("s1", (index) => index >= 10, { total: 30 })]),
      /is of a run of 30 cells, and s0 is of one of 24/,
    );
  });

  it("never end with 0 while cells are missing", () => {
    const passed = (index: number): boolean => whole.cells[index]?.verdict === "passed";
    const merged = mergeReports([shard("s0", (index) => passed(index) && index < 12)], whole.out);
    assert.equal(runExitCode(merged.cells), 0);
    assert.equal(merged.exitCode, 1);
  });
});
