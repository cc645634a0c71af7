import { markup, type Markup } from "./markup";
import { anchor } from "./html-table";
import type { CellResult, PhaseSpan, RunReport } from "./run-report";
import { marks } from "./summary";
import { duration, oneLine } from "./text";

const longestName = 120;
/** Units of a bar's drawing: the width of the whole run. */
const width = 1000;

const legend: Readonly<Record<PhaseSpan["phase"], string>> = {
  images: "prepare images",
  create: "create containers",
  ready: "wait until ready",
  test: "test",
  destroy: "remove",
};

/** When each cell was in which phase: a bar for the eye, the same in words below it. */
export function timeline(report: RunReport): Markup {
  const started = Date.parse(report.started);
  const length = Math.max(1, Date.parse(report.ended) - started);
  const bar = (cell: CellResult): Markup =>
    markup`<svg class="bar" viewBox="0 0 ${width} 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">${cell.phases.map((span) => segment(span, started, length))}</svg>`;
  return markup`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<ul class="legend">${Object.entries(legend).map(([phase, text]) => markup`<li><span class="swatch p-${phase}" aria-hidden="true"></span>${text}</li>`)}</ul>
<p class="scale" aria-hidden="true"><span>0 s</span><span>${duration(length / 2000)}</span><span>${duration(length / 1000)}</span></p>
<ol class="timeline">
${prepared(report, started, length)}${report.cells.map((cell) => markup`<li><a href="#${anchor(cell)}"><span aria-hidden="true">${marks[cell.verdict]}</span> ${oneLine(cell.displayName, longestName)}</a>${bar(cell)}<span class="words">${words(cell, started)}</span></li>\n`)}</ol></section>`;
}

/** The images of all cells, before the first of them. */
function prepared({ images }: RunReport, from: number, length: number): Markup {
  if (images === null) return markup``;
  const span = { phase: "images" as const, ...images };
  return markup`<li><span>images of all cells</span><svg class="bar" viewBox="0 0 ${width} 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">${segment(span, from, length)}</svg><span class="words">images ${duration(images.seconds)}</span></li>
`;
}

function segment({ phase, started, seconds }: PhaseSpan, from: number, length: number): Markup {
  const x = Math.min(width, Math.max(0, ((Date.parse(started) - from) / length) * width));
  // A phase too short to be seen still shows as a line.
  const wide = Math.max(1, Math.min(width - x, ((seconds * 1000) / length) * width));
  return markup`<rect class="p-${phase}" x="${x.toFixed(1)}" y="0" width="${wide.toFixed(1)}" height="16"/>`;
}

function words(cell: CellResult, from: number): string {
  if (cell.started === null) return "not started";
  const at = duration(Math.max(0, Date.parse(cell.started) - from) / 1000);
  return [`from ${at}`, ...cell.phases.map(({ phase, seconds }) => `${phase} ${duration(seconds)}`)].join(
    ", ",
  );
}
