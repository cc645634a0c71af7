import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { bisect, type BisectOptions } from "../../automation/bisect/bisect";
import { mostProbes, nextStep, type Standing } from "../../automation/bisect/search";
import { seriesBetween, type Member } from "../../automation/bisect/series";
import { bisectionText } from "../../automation/bisect/text";
import { earlierReports, fingerprint } from "../../automation/bisect/verdicts";
import { jsonReport } from "../../automation/report/json";
import type { CellResult, RunReport } from "../../automation/report/run-report";
import type { MatrixSpec } from "../../config/spec";
import { atLeast } from "../../mesos/versions";
import { cellResult, runReport } from "./report-fixtures";

const text = `
apiVersion: mesos-matrix/v1
kind: Matrix
name: nightly
cluster: { mesos: { image: simulator } }
axes:
  mesos: ["1.4.1", ">=1.8"]
  timings: [default, fast]
exclude: [{ mesos: "1.8.0", timings: fast }]
test: { command: [npm, test] }
`;

/** Searches with verdicts that a function gives instead of clusters; counts the cells. */
async function search(
  verdictOf: (version: string) => CellResult["verdict"],
  change: Partial<BisectOptions> = {},
): Promise<{ result: Awaited<ReturnType<typeof bisect>>; versions: string[] }> {
  const versions: string[] = [];
  const run = (matrix: MatrixSpec): Promise<RunReport> => {
    const version = matrix.cells[0]?.coordinates.mesos ?? "";
    versions.push(version);
    const verdict = verdictOf(version);
    const cell = matrix.cells[0]!;
    return Promise.resolve(
      runReport([
        cellResult({
          verdict,
          reason: verdict === "passed" ? "" : `because of ${version}`,
          started: verdict === "error" ? null : "2026-01-31T12:00:00.000Z",
          fingerprint: fingerprint(cell, matrix.test),
        }),
      ]),
    );
  };
  const options: BisectOptions = {
    good: "1.4.1",
    bad: "1.9.0",
    only: ["timings=fast"],
    earlier: [],
    run,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...change,
  };
  return { result: await bisect(text, "m.yaml", options), versions };
}

const from =
  (first: string) =>
  (version: string): CellResult["verdict"] =>
    atLeast(version, first) ? "failed" : "passed";

describe("bisect", () => {
  it("names the candidate with which something changed, in at most ceil(log2 n) + 2 cells, releases first", async () => {
    const { result, versions } = await search(from("1.8.0-rc1"));
    assert.ok(result.answer.kind === "found");
    assert.equal(result.answer.first, "1.8.0-rc1");
    assert.equal(result.answer.before, "1.7.3");
    assert.equal(result.versions, 44, "releases and candidates");
    assert.ok(result.cells <= mostProbes(result.versions) + 2, versions.join(", "));
    assert.deepEqual(versions.slice(0, 2), ["1.4.1", "1.9.0"]);
    const kinds = versions
      .slice(2)
      .map((version) => (version.includes("-rc") ? 2 : version.endsWith(".0") ? 0 : 1));
    assert.deepEqual(kinds.slice(0, 3), [0, 0, 0], "minors first, then what the bound leaves room for");
    assert.ok(kinds.slice(3).every((kind) => kind > 0));
    assert.equal(result.exitCode, 0);
    const said = bisectionText(result);
    assert.match(
      said,
      /^first changed version: 1\.8\.0-rc1: passed becomes failed; 1\.7\.3 is the last before it$/m,
    );
    assert.match(said, /^✗ {2}1\.8\.0-rc1 +failed +run 0a1b2c3d +because of 1\.8\.0-rc1$/m);
  });

  it("says a release's last candidate beside the release", async () => {
    const { result } = await search(from("1.6.1"));
    assert.ok(result.answer.kind === "found");
    assert.equal(result.answer.first, "1.6.1");
    assert.deepEqual(result.alike, ["1.6.1-rc2"]);
    assert.match(bisectionText(result), /1\.6\.1 \(the same commit as 1\.6\.1-rc2\)/);
  });

  it("finds every place of a change within its bound, whatever the series", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.nat(),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 60, maxLength: 60 }),
        (n, at, ranks) => {
          const series: Member[] = Array.from({ length: n }, (_, i) => ({
            version: String(i),
            alike: [],
            rank: ranks[i] ?? 0,
          }));
          const first = 1 + (at % (n - 1));
          const known = new Map<string, Standing>();
          for (;;) {
            const step = nextStep(series, known, mostProbes(n - 1) - Math.max(0, known.size - 2));
            if (step.kind !== "probe") {
              assert.ok(step.kind === "found");
              assert.equal(step.first, String(first));
              assert.deepEqual(step.uncertain, []);
              assert.ok(known.size <= mostProbes(n - 1) + 2);
              return;
            }
            known.set(step.version, Number(step.version) < first ? "same" : "changed");
          }
        },
      ),
    );
  });

  it("leaves out versions that are refused or cannot be had, and says between which versions the change is", async () => {
    const { result } = await search((version) =>
      ["1.7.3", "1.8.0-rc1", "1.8.0-rc2"].includes(version) ? "error" : from("1.8.0-rc1")(version),
    );
    assert.ok(result.answer.kind === "found");
    assert.deepEqual([result.answer.before, result.answer.first], ["1.7.2", "1.8.0"]);
    assert.ok(result.answer.uncertain.length > 0);
    const said = bisectionText(result);
    assert.match(said, /^the change is after 1\.7\.2 and not later than 1\.8\.0/m);
    assert.match(said, /^could not be tested: .*1\.7\.3/m);
  });

  it("says of a flaky version at the edge that it is one", async () => {
    const { result } = await search((version) =>
      version === "1.7.3" ? "flaky" : from("1.8.0-rc1")(version),
    );
    assert.ok(result.answer.kind === "found");
    assert.deepEqual(result.answer.uncertain, ["1.7.3"]);
    assert.match(bisectionText(result), /^flaky at the edge: 1\.7\.3; test them more often, with --retry$/m);
  });

  it("uses earlier verdicts of the same cell and test again, and tells a series that is not monotonic", async () => {
    const { result: whole, versions } = await search(from("1.8.0-rc1"));
    const cells = await reports(
      ["1.4.1", "passed"],
      ["1.9.0", "failed"],
      ["1.5.0", "failed"],
      ["1.6.0", "passed"],
    );
    const { result } = await search(from("1.5.0"), { earlier: cells });
    assert.ok(result.answer.kind === "found");
    assert.equal(result.answer.first, "1.5.0");
    assert.deepEqual(result.answer.back, ["1.6.0"]);
    assert.equal(result.tested.filter(({ reused }) => reused).length, 4);
    assert.ok(result.cells < whole.cells, versions.join(", "));
    assert.match(
      bisectionText(result),
      /^not monotonic: after 1\.5\.0 the verdict is that of 1\.4\.1 again in 1\.6\.0/m,
    );
    assert.match(bisectionText(result), /of the earlier run 0a1b2c3d/);
    const { result: other } = await search(from("1.8.0-rc1"), { earlier: cells, only: ["timings=default"] });
    assert.equal(other.tested.filter(({ reused }) => reused).length, 0, "another cell's verdicts");
  });

  it("takes two earlier verdicts that contradict each other for a flaky version", async () => {
    const earlier = await reports(["1.9.0", "failed"], ["1.9.0", "passed"]);
    const { result } = await search(from("1.8.0-rc1"), { earlier });
    assert.ok(result.answer.kind === "impossible");
    assert.match(result.answer.why, /1\.9\.0 is flaky/);
    assert.equal(result.exitCode, 1);
  });

  it("has no answer where the ends do not differ or one cannot be tested", async () => {
    const same = await search(() => "passed");
    assert.match(bisectionText(same.result), /no answer: 1\.9\.0 has the same verdict as 1\.4\.1/);
    assert.deepEqual(same.versions, ["1.4.1", "1.9.0"]);
    const broken = await search(() => "error");
    assert.match(bisectionText(broken.result), /no answer: 1\.4\.1 cannot be tested/);
    const interrupted = await search(() => "interrupted");
    assert.equal(interrupted.result.exitCode, 130);
  });

  it("refuses ends that are unknown or in the wrong order, more than one cell, and a file without the axis", async () => {
    assert.throws(
      () => seriesBetween("1.4.7", "1.9.0"),
      /"1\.4\.7" is no version of Mesos that is known; .*1\.4\.3/,
    );
    assert.throws(() => seriesBetween("1.9.0", "1.4.1"), /--good 1\.9\.0 is newer than --bad 1\.4\.1/);
    assert.throws(() => seriesBetween("1.9.0", "1.9.0"), /--good and --bad are both 1\.9\.0/);
    await assert.rejects(
      search(from("1.8.0"), { only: [] }),
      /choose one with --only: timings=default or timings=fast/,
    );
    const other = text.replace('mesos: ["1.4.1", ">=1.8"]', "zookeeper: [3.8]").replace(/exclude.*/, "");
    await assert.rejects(
      bisect(other, "m.yaml", { ...({} as BisectOptions), good: "1.4.1", bad: "1.9.0", earlier: [] }),
      /has no axis mesos to search on/,
    );
  });

  it("leaves damaged earlier results out and says so", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-test-"));
    try {
      for (const [name, content] of [
        ["good", jsonReport(runReport([cellResult()]))],
        ["cut", jsonReport(runReport([cellResult()])).slice(0, 200)],
        ["empty", ""],
      ] as const) {
        mkdirSync(path.join(folder, name));
        writeFileSync(path.join(folder, name, "report.json"), content);
      }
      const said: string[] = [];
      assert.equal(earlierReports(folder, (line) => said.push(line)).length, 1);
      assert.equal(said.length, 2);
      for (const line of said) assert.match(line, /^the results in \S+(?:cut|empty) are not used: /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Reports of earlier runs with one cell each, newest first. */
async function reports(
  ...verdicts: readonly (readonly [version: string, CellResult["verdict"]])[]
): Promise<RunReport[]> {
  const made: RunReport[] = [];
  for (const [version, verdict] of verdicts) {
    const run = (matrix: MatrixSpec): Promise<RunReport> => {
      const cell = matrix.cells[0]!;
      if (cell.coordinates.mesos === version) {
        made.push(runReport([cellResult({ verdict, fingerprint: fingerprint(cell, matrix.test) })]));
      }
      return Promise.resolve(runReport([cellResult({ verdict: "interrupted" })]));
    };
    const next = version === "1.9.0" ? "1.10.0" : "1.9.0";
    await search(() => "passed", { good: version, bad: next, run });
  }
  return made;
}
