import { axesOf, gridOf, type Grid } from "./grid";
import { code, codeBlock, tableRow } from "./markdown-text";
import type { CellResult, RunReport } from "./run-report";
import {
  badTests,
  explanation,
  headline,
  marks,
  needsReason,
  remarks,
  testsLine,
  verdictCounts,
} from "./summary";
import { duration, oneLine, readable, readableLine } from "./text";

/** What a comment on GitHub may hold is 65,536 characters; the rest is for what others put around the report. */
export const commentLimit = 64_000;

const longestName = 120;
const longestLine = 300;
const linesOfTail = 20;
const linesOfReason = 30;
const linesOfTests = 20;

/**
 * Markdown for a job's summary or a comment: a grid when the matrix has two axes, else a list. Every text that is
 * not ours stands in code, where no renderer looks for mentions, links, HTML or emphasis.
 * @param limit most characters; details go first, then rows, and what is left out is counted
 */
export function markdownReport(report: RunReport, limit = commentLimit): string {
  const { cells } = report;
  const good = report.exitCode === 0;
  const counts = verdictCounts(cells).map(({ verdict, count }) => `${count} ${verdict}`);
  const notes = remarks(report).map((remark) => `> ${code(oneLine(remark, longestLine))}`);
  const head = [
    `## ${good ? "✓" : "✗"} ${code(oneLine(report.matrix, longestName))}: ${headline(report)}`,
    "",
    [...counts, `run ${code(oneLine(report.run, longestName))}`].join(" · "),
    ...notes.flatMap((note) => ["", note]),
    "",
  ].join("\n");
  const grid = gridOf(cells);
  const table = grid === undefined ? listOf(cells) : rowsOf(grid);
  const rows = fit(table.rows, limit - head.length - table.head.length - reserve);
  const left = table.rows.length - rows.length;
  const leftRows = left > 0 ? `\n_${left} more rows are left out here; the other reports have them._\n` : "";
  const body = `${head}\n${table.head}${rows.join("")}${leftRows}`;
  const details = cells.filter(needsReason).map(detail);
  const shown = fit(details, limit - body.length - reserve);
  const folded = details.length - shown.length;
  const heading = shown.length > 0 ? "\n### What did not pass\n" : "";
  const leftDetails =
    folded > 0 ? `\n_Details of ${folded} more cells are left out here; the other reports have them._\n` : "";
  return `${body}${heading}${shown.join("")}${leftDetails}`;
}

/** Characters kept free for headings and for saying what is left out. */
const reserve = 300;

interface Table {
  readonly head: string;
  readonly rows: readonly string[];
}

function rowsOf({ rowAxis, columnAxis, columns, rows }: Grid): Table {
  const names = columns.map((value) => code(oneLine(value, longestName)));
  const corner = `${code(oneLine(rowAxis, longestName))} ╲ ${code(oneLine(columnAxis, longestName))}`;
  return {
    head: tableRow([corner, ...names]) + tableRow(["---", ...names.map(() => "---")]),
    rows: rows.map(({ value, cells }) =>
      tableRow([
        code(oneLine(value, longestName)),
        ...cells.map((cell) => (cell === undefined ? "" : inGrid(cell))),
      ]),
    ),
  };
}

function listOf(cells: readonly CellResult[]): Table {
  const axes = axesOf(cells);
  const titles = [...axes.map((axis) => code(oneLine(axis, longestName))), "verdict", "time"];
  return {
    head: tableRow(titles) + tableRow(titles.map(() => "---")),
    rows: cells.map((cell) =>
      tableRow([
        ...axes.map((axis) => code(oneLine(cell.coordinates[axis] ?? "", longestName))),
        `${marks[cell.verdict]} ${cell.verdict}`,
        cell.started === null ? "" : duration(cell.seconds),
      ]),
    ),
  };
}

function inGrid({ verdict, started, seconds }: CellResult): string {
  return `${marks[verdict]} ${verdict}${started === null ? "" : ` ${duration(seconds)}`}`;
}

function detail(cell: CellResult): string {
  const reason = readable(explanation(cell), longestLine).split("\n");
  const tail = cell.testTail.slice(-linesOfTail).map((line) => readableLine(line, longestLine));
  const cut = reason.length - linesOfReason;
  return [
    "",
    `#### ${marks[cell.verdict]} ${cell.verdict}: ${code(oneLine(cell.displayName, longestName))}`,
    "",
    codeBlock([...reason.slice(0, linesOfReason), ...(cut > 0 ? [`… and ${cut} more lines`] : [])]),
    ...testsOf(cell),
    ...(tail.length === 0
      ? []
      : ["<details><summary>Last lines of the test</summary>", "", codeBlock(tail), "</details>", ""]),
  ].join("\n");
}

/** What the cell's JUnit files tell. */
function testsOf(cell: CellResult): string[] {
  const line = testsLine(cell);
  if (line === undefined) return [];
  const bad = badTests(cell);
  const shown = bad.slice(0, linesOfTests).map((text) => oneLine(text, longestLine));
  const cut = bad.length - shown.length;
  return [
    line,
    "",
    ...(shown.length === 0 ? [] : [codeBlock([...shown, ...(cut > 0 ? [`… and ${cut} more`] : [])])]),
  ];
}

/** The first texts that fit into `room` together. */
export function fit(texts: readonly string[], room: number): string[] {
  let used = 0;
  const over = texts.findIndex((text) => (used += text.length) > room);
  return texts.slice(0, over < 0 ? texts.length : over);
}
