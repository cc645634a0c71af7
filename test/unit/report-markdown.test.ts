import assert from "node:assert/strict";
import fc from "fast-check";
import { markdownReport } from "../../automation/report/markdown";
import { cellResult, placedCell, runReport, sampleReport } from "./report-fixtures";
import { hostileReports } from "./report-hostile";

describe("the Markdown report", () => {
  it("is a grid when the matrix has two axes", () => {
    const lines = markdownReport(sampleReport()).split("\n");
    assert.equal(lines[0], "## ✗ `nightly`: 20 of 24 cells passed");
    const rows = lines.filter((line) => line.startsWith("|"));
    assert.equal(rows.length, 2 + 6);
    assert.equal(rows[0], "| `mesos` ╲ `marathon` | `1.4.14` | `1.6.549` | `1.8.222` | `1.11.24` |");
    assert.equal(
      rows[4],
      "| `1.7.1` | ✓ passed 21.0 s | ✗ failed 23.0 s | ✓ passed 20.0 s | ✓ passed 22.0 s |",
    );
    assert.match(rows[2] ?? "", /⊘ refused \|/);
    assert.match(rows[5] ?? "", /≈ flaky 21\.0 s/);
  });

  it("leaves the place of an excluded cell empty", () => {
    const cells = [
      placedCell({ mesos: "1.7.1", timings: "fast" }, 0, "passed"),
      placedCell({ mesos: "1.8.0", timings: "default" }, 1, "passed"),
    ];
    const rows = markdownReport(runReport(cells))
      .split("\n")
      .filter((line) => line.startsWith("|"));
    assert.equal(rows[2], "| `1.7.1` | ✓ passed 17.0 s |  |");
  });

  it("is a list with one axis, and with more than two", () => {
    const rowsOf = (coordinates: Record<string, string>): string[] =>
      markdownReport(runReport([cellResult({ coordinates })]))
        .split("\n")
        .filter((line) => line.startsWith("|"));
    assert.deepEqual(rowsOf({ mesos: "1.7.1" }), [
      "| `mesos` | verdict | time |",
      "| --- | --- | --- |",
      "| `1.7.1` | ✓ passed | 41.2 s |",
    ]);
    assert.equal(
      rowsOf({ mesos: "1", zookeeper: "2", timings: "3" })[2],
      "| `1` | `2` | `3` | ✓ passed | 41.2 s |",
    );
  });

  it("says why cells did not pass, with the test's last lines, and that the simulator ran", () => {
    const text = markdownReport(sampleReport());
    assert.match(
      text,
      /#### ✗ failed: `mesos=1\.7\.1 marathon=1\.6\.549`\n\n```text\nthe test ended with exit code 3/,
    );
    assert.match(
      text,
      /<summary>Last lines of the test<\/summary>\n\n```text\n> framework@1\.0\.0 test\nregistered at/,
    );
    assert.match(text, /24 of 24 cells ran the simulator, not a real Mesos/);
    assert.match(text, /#### ⊘ refused: .*\n\n```text\nMarathon 1\.8\.222 needs/);
  });

  it("keeps every row's number of columns, and every text of a user in code, whatever it is", () => {
    fc.assert(
      fc.property(hostileReports, ({ hostile, plain }) => {
        const text = markdownReport(hostile);
        const prose = withoutCode(text);
        assert.doesNotMatch(text, /(?![\n\t])[\p{Cc}\p{Cf}]/u);
        assert.doesNotMatch(prose, /[@`[\\&]|http/);
        const tags = prose.match(/<[^>]*>?/g) ?? [];
        assert.deepEqual(
          [...new Set(tags)].sort(),
          [...new Set(tags)].sort().filter((tag) => ours.has(tag)),
        );
        assert.deepEqual(columns(text), columns(markdownReport(plain)));
      }),
    );
  });

  it("stays below its limit and counts what it leaves out", () => {
    const long = "y".repeat(200);
    const cells = Array.from({ length: 300 }, (_, i) => ({
      ...placedCell(
        { mesos: `1.${i}.0`, timings: `t${i % 3}`, note: long },
        i,
        "failed",
        "no offers\n".repeat(25),
      ),
      testTail: Array.from({ length: 60 }, () => "z".repeat(400)),
    }));
    const report = runReport(cells);
    const folded = markdownReport(report);
    assert.ok(folded.length <= 64_000, String(folded.length));
    const shown = folded.split("\n").filter((line) => line.startsWith("#### ")).length;
    const left = Number(/Details of (\d+) more cells are left out/.exec(folded)?.[1]);
    assert.equal(shown + left, 300);
    const short = markdownReport(report, 10_000);
    assert.ok(short.length <= 10_000, String(short.length));
    const rows = short.split("\n").filter((line) => line.startsWith("|")).length - 2;
    assert.equal(rows + Number(/_(\d+) more rows are left out/.exec(short)?.[1]), 300);
  });

  it("is the same bytes for the same report", () => {
    assert.equal(markdownReport(sampleReport()), markdownReport(sampleReport()));
  });
});

const ours = new Set(["<details>", "<summary>", "</summary>", "</details>"]);

/** What a renderer may interpret: the text without fenced blocks and code spans, as CommonMark finds them. */
function withoutCode(markdown: string): string {
  const kept: string[] = [];
  let fence = "";
  for (const line of markdown.split("\n")) {
    if (fence !== "") {
      if (/^`{3,}$/.test(line) && line.length >= fence.length) fence = "";
    } else {
      fence = /^(`{3,})text$/.exec(line)?.[1] ?? "";
      if (fence === "") kept.push(line.replace(/(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)/g, "C"));
    }
  }
  assert.equal(fence, "", "a fenced block is not closed");
  return kept.join("\n");
}

/** Cells of each row of each table, as GitHub splits them: at every pipe that no backslash escapes. */
function columns(markdown: string): number[] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").length);
}
