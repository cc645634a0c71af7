import fc from "fast-check";
import type { CellResult, RunReport, Verdict } from "../../automation/report/run-report";
import { placedCell, runReport } from "./report-fixtures";

const pieces = [
  ...Array.from("|`\\<>&'\"@#[]()*_~:\n\r\t\0\u202e\u200b\u009b\ufffe"),
  "\ud800",
  "\udc00",
  "``````",
  "\\|",
  "@everyone",
  "<img src=x onerror=alert(1)>",
  "</code></pre></style></title><script>",
  "![x](https://example.org/x.png)",
  "https://example.org",
  "]]>",
  "<!--",
  "&lt;b&gt;",
  "\u001b[31mred\u001b[0m",
  "\u001b]0;title\u0007",
  "```\n",
  "x".repeat(3000),
];

/** Text that tries to get out of wherever it is written. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 8 })
  .map((parts) => parts.join(""));

const verdict = fc.constantFrom<Verdict>(
  "passed",
  "flaky",
  "failed",
  "not-ready",
  "error",
  "refused",
  "skipped",
);

/** The texts of a user in one cell. */
const words = fc.record({
  values: fc.array(hostileText, { minLength: 3, maxLength: 3 }),
  reason: hostileText,
  lines: fc.array(hostileText, { maxLength: 3 }),
  verdict,
});

type Words = typeof words extends fc.Arbitrary<infer Value> ? Value : never;

/** A report full of hostile text, and one of the same shape whose texts are plain. */
export const hostileReports: fc.Arbitrary<{ readonly hostile: RunReport; readonly plain: RunReport }> = fc
  .record({
    cells: fc.array(words, { minLength: 1, maxLength: 5 }),
    axes: fc.uniqueArray(hostileText, { minLength: 1, maxLength: 3, selector: (text) => text.trim() }),
    matrix: hostileText.map((text) => `m${text}`),
  })
  .map(({ cells, axes, matrix }) => {
    const plainAxes = axes.map((_, i) => `axis${i}`);
    return {
      hostile: runReport(
        cells.map((cell, i) => userCell(cell, axes, i)),
        { matrix, warnings: [matrix] },
      ),
      plain: runReport(
        cells.map((cell, i) => userCell(plainWords(cell), plainAxes, i)),
        { matrix: "m", warnings: ["m"] },
      ),
    };
  });

function userCell(
  { values, reason, lines, verdict: given }: Words,
  axes: readonly string[],
  index: number,
): CellResult {
  const coordinates = Object.fromEntries(axes.map((axis, i) => [axis, `${index}${values[i] ?? ""}`]));
  const cell = placedCell(coordinates, index, given, reason);
  return {
    ...cell,
    testTail: lines,
    logs: [{ file: `${cell.name}/${index}.log`, tail: lines }],
    events: [{ at: cell.started ?? "2026-01-31T12:00:00.000Z", source: `s${reason}`, text: reason }],
    images: [{ role: `r${reason}`, reference: reason, id: reason, simulated: true }],
    evidence: [`${cell.name}/f${reason.replace(/[/\0]/g, "").slice(0, 4000)}`],
    warnings: lines,
  };
}

function plainWords({ values, reason, lines, verdict: given }: Words): Words {
  const plain = (text: string): string => (text === "" ? "" : "plain");
  return { values: values.map(() => "v"), reason: plain(reason), lines: lines.map(plain), verdict: given };
}
