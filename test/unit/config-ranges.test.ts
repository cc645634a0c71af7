import assert from "node:assert/strict";
import fc from "fast-check";
import { allVersions } from "../../mesos/versions";
import { parseRange, versionsIn } from "../../mesos/ranges";
import { assertRefused, matrix, matrixFile } from "./config-problems";

const TEST = 'test: { command: ["true"] }';
const file = (axes: string, keys = "mesos: { image: simulator }"): string =>
  matrixFile(keys, `axes:\n  ${axes}\n${TEST}`);
const cellsOf = (axes: string, keys?: string): string[] =>
  matrix(file(axes, keys)).cells.map(({ coordinates }) => Object.values(coordinates).join(" "));

const tags = allVersions().map(({ tag }) => tag);

function within(text: string, candidates = false): string[] {
  const range = parseRange(text);
  assert.ok(!("wrong" in range), text);
  return versionsIn(range, { candidates });
}

describe("a range on an axis of versions", () => {
  it("is a cell per release, in the order of the releases", () => {
    assert.deepEqual(cellsOf('mesos: ">=1.6 <1.8"'), [
      ...["1.6.0", "1.6.1", "1.6.2", "1.7.0", "1.7.1", "1.7.2", "1.7.3"],
    ]);
  });

  it("is the newest patch of each minor release with latest-patch", () => {
    assert.deepEqual(cellsOf('mesos: ">=1.4 <1.8 latest-patch"'), ["1.4.3", "1.5.3", "1.6.2", "1.7.3"]);
    assert.deepEqual(cellsOf("mesos: latest-patch").slice(0, 2), ["0.20.1", "0.21.2"]);
  });

  it("holds candidates only when it says so, also as the newest patch", () => {
    assert.deepEqual(cellsOf('mesos: { range: ">=1.8 <1.9", rc: include }'), [
      ...["1.8.0-rc1", "1.8.0-rc2", "1.8.0-rc3", "1.8.0", "1.8.1-rc1", "1.8.1"],
    ]);
    assert.deepEqual(cellsOf('mesos: { range: "1.3 latest-patch", rc: include }'), ["1.3.3-rc1"]);
    assert.deepEqual(cellsOf('mesos: { range: "1.3 latest-patch", rc: exclude }'), ["1.3.2"]);
  });

  it("takes two numbers for a whole line and three for one tag, and never master", () => {
    assert.deepEqual(within(">=1.8.0 <1.9", true), ["1.8.0", "1.8.1-rc1", "1.8.1"]);
    assert.deepEqual(within(">1.10"), ["1.11.0"]);
    assert.deepEqual(within("> 1.10 <= 1.11.0", true), ["1.11.0-rc1", "1.11.0"]);
    assert.deepEqual(within("<=0.20"), ["0.20.0", "0.20.1"]);
    assert.deepEqual(within("=1.9"), ["1.9.0"]);
  });

  it("stands beside single versions, and what is on the axis already comes once", () => {
    assert.deepEqual(cellsOf('mesos: ["1.7.1", ">=1.7.1 <1.8", { range: "1.7.3" }, "0.28.3", "1.7.2"]'), [
      ...["1.7.1", "1.7.2", "1.7.3", "0.28.3"],
    ]);
  });

  it("works for masters and groups of agents, and is plain text elsewhere", () => {
    const keys = 'mesos: { version: "1.7.0", image: simulator }\nagents: [{ count: 1 }]';
    assert.deepEqual(cellsOf('agents.*.version: "1.6.1 - 1"'.replace("1.6.1 - 1", ">=1.6.1 <1.7"), keys), [
      ...["1.6.1", "1.6.2"],
    ]);
    assert.deepEqual(cellsOf('masters.env.MY_RANGE: [">=1.4 <1.8", "a b"]', keys), [">=1.4 <1.8", "a b"]);
  });

  it("is refused where nothing is in it, with the versions near", () => {
    assertRefused(matrix, file('mesos: «">1.3.2 <1.4"'), {
      path: "axes.mesos",
      message: /no release of Mesos is in the range ">1\.3\.2 <1\.4"; candidates .* rc: include/,
      cure: /near 1\.3\.2 are 1\.3\.2, /,
    });
  });

  it("is refused where a bound is no version, or a word no bound", () => {
    const bound = {
      message: /">=1\.13" names a version that Mesos never had/,
      cure: /nearest are .*1\.11\.0/,
    };
    assertRefused(matrix, file('mesos: ["1.7.1", «">=1.13"]'), { path: "axes.mesos[1]", ...bound });
    assertRefused(matrix, file('mesos: «">=1.4 newest"'), {
      message: /"newest" is no part of a range/,
      cure: /latest-patch/,
    });
    assertRefused(matrix, file("mesos: { range: «4 }"), {
      message: /a range must be text/,
      cure: /write range: /,
    });
    assertRefused(matrix, file('mesos: { range: ">=1.4", rc: «yes }'), {
      message: /"yes"/,
      cure: /write rc: include/,
    });
    assertRefused(matrix, file('mesos: { range: ">=1.4", rcs: «include }'), {
      message: /"rcs" is no key of a range/,
      cure: /rc: include/,
    });
  });

  it("is refused when it is endless, at once", () => {
    assertRefused(matrix, file(`mesos: «"${">".repeat(300_000)}"`), {
      message: /is no part of a range/,
      cure: /latest-patch/,
    });
  }).timeout(20_000);

  it("of a lower and an upper tag is what lies between them", () => {
    const places = fc.tuple(fc.nat(tags.length - 2), fc.nat(tags.length - 2));
    fc.assert(
      fc.property(places, fc.boolean(), ([a, b], candidates) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const between = tags.slice(low, high + 1).filter((tag) => candidates || !tag.includes("-rc"));
        assert.deepEqual(within(`>=${tags[low] ?? ""} <=${tags[high] ?? ""}`, candidates), between);
      }),
    );
  });
});
