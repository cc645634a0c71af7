import assert from "node:assert/strict";
import fc from "fast-check";
import type { CellSpec } from "../../config/spec";
import { ConfigError } from "../../config/problem";
import { chooseCells, parseShard, type Selection } from "../../automation/run/selection";
import type { Verdict } from "../../automation/report/run-report";
import { clusterSpec } from "./fixtures";
import { placedCell, runReport } from "./report-fixtures";

const mesos = ["1.7.1", "1.8.0-rc3", "1.8.1"];
const marathon = ["1.6.549", "1.8.222"];

function cellAt(coordinates: Readonly<Record<string, string>>): CellSpec {
  const displayName = Object.entries(coordinates)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(" ");
  return { coordinates, displayName, cluster: clusterSpec(), refused: [], warnings: [] };
}

const cells = mesos.flatMap((m) => marathon.map((n) => cellAt({ mesos: m, marathon: n })));

function names(selection: Selection, all = cells): string[] {
  return chooseCells({ cells: all }, selection).cells.map(({ cell }) => cell.displayName);
}

function refusal(selection: Selection): string {
  try {
    names(selection);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return "";
}

describe("--only", () => {
  it("takes the cells that a glob fits, in the order of the file", () => {
    assert.deepEqual(names({ only: ["mesos=1.8.*"] }), [
      "mesos=1.8.0-rc3 marathon=1.6.549",
      "mesos=1.8.0-rc3 marathon=1.8.222",
      "mesos=1.8.1 marathon=1.6.549",
      "mesos=1.8.1 marathon=1.8.222",
    ]);
    assert.equal(names({ only: ["mesos=1.?.1"] }).length, 4);
  });

  it("wants all of one filter and any of several, so that a cell's own name is a filter", () => {
    assert.deepEqual(names({ only: ["mesos=1.8.1 marathon=1.8.222"] }), ["mesos=1.8.1 marathon=1.8.222"]);
    assert.deepEqual(names({ only: ["marathon=1.8.222 mesos=1.7.1", "mesos=1.8.0-rc3 marathon=1.6.*"] }), [
      "mesos=1.7.1 marathon=1.8.222",
      "mesos=1.8.0-rc3 marathon=1.6.549",
    ]);
  });

  it("takes a dot for a dot, and values with spaces and signs as they are", () => {
    assert.equal(refusal({ only: ["mesos=1x7.1"] }).includes("fits none of the 6 cells"), true);
    const odd = [
      cellAt({ "agents[0].resources": "cpus:1;mem:512 (x=y)" }),
      cellAt({ "agents[0].resources": "a" }),
    ];
    assert.deepEqual(names({ only: ["agents[0].resources=cpus:1;mem:512 (x=y)"] }, odd), [
      odd[0]!.displayName,
    ]);
  });

  it("that fits nothing is refused with the values that there are, a wrong axis with the right one", () => {
    assert.equal(
      refusal({ only: ["mesos=2.*"] }),
      'command line: --only: "mesos=2.*" fits none of the 6 cells; mesos is 1.7.1, 1.8.0-rc3 or 1.8.1; marathon is 1.6.549 or 1.8.222',
    );
    assert.match(
      refusal({ only: ["mesoz=1.7.1"] }),
      /"mesoz" is no axis of this matrix; did you mean mesos\?/,
    );
    assert.match(refusal({ only: ["1.7.1"] }), /"1\.7\.1" names no axis; write mesos=VALUE/);
    assert.match(refusal({ only: [" "] }), /--only: it is empty/);
  });
});

describe("--shard", () => {
  it("reads i/n and nothing else", () => {
    assert.deepEqual(parseShard("2/3"), { index: 2, count: 3 });
    for (const text of ["4/3", "0/3", "1/0", "1", "a/b", "-1/3", "1/3/5", "1.5/3", ""]) {
      assert.equal(parseShard(text), undefined, text);
    }
  });

  it("deals every cell to exactly one shard, evenly, whatever else is chosen", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.constantFrom(...mesos, "*"), (count, glob) => {
        const only = [`mesos=${glob}`];
        const whole = chooseCells({ cells }, { only });
        const shards = Array.from({ length: count }, (_, i) =>
          chooseCells({ cells }, { only, shard: { index: i + 1, count } }),
        );
        const dealt = shards.flatMap((shard) => shard.cells).sort((a, b) => a.index - b.index);
        assert.deepEqual(dealt, whole.cells);
        assert.ok(shards.every(({ total }) => total === whole.total));
        const sizes = shards.map((shard) => shard.cells.length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      }),
    );
  });
});

describe("--rerun failed", () => {
  const verdicts: Verdict[] = ["passed", "failed", "flaky", "not-ready", "refused", "interrupted"];
  const earlier = runReport(cells.map((cell, i) => placedCell(cell.coordinates, i, verdicts[i]!)));

  it("takes what did not pass, but neither what was flaky nor what a rule refused", () => {
    assert.deepEqual(names({ failedIn: earlier }), [
      cells[1]!.displayName,
      cells[3]!.displayName,
      cells[5]!.displayName,
    ]);
    assert.deepEqual(names({ failedIn: earlier, only: ["mesos=1.8.0-rc3"] }), [cells[3]!.displayName]);
  });

  it("places the cells anew, so that the run is a whole of its own", () => {
    const { cells: chosen, total } = chooseCells({ cells }, { failedIn: earlier });
    assert.deepEqual(
      chosen.map(({ index }) => index),
      [0, 1, 2],
    );
    assert.equal(total, 3);
  });

  it("of a run in which everything passed is refused: there is nothing to run", () => {
    const good = runReport(cells.map((cell, i) => placedCell(cell.coordinates, i, "passed")));
    assert.match(refusal({ failedIn: good }), /no cell of the run 0a1b2c3d failed.*leave --rerun out/);
    assert.match(
      refusal({ failedIn: earlier, only: ["mesos=1.7.1 marathon=1.6.549"] }),
      /none of the 3 cells/,
    );
  });
});
