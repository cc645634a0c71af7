import { axesOf, gridOf, type Grid } from "./grid";
import { markup, type Markup } from "./markup";
import type { CellResult } from "./run-report";
import { marks, needsReason } from "./summary";
import { duration, oneLine } from "./text";

const longestName = 120;
const longestReason = 240;

/** Every cell's verdict: as a grid when there are two axes, else as a list. Each leads to the cell's details. */
export function cellTable(cells: readonly CellResult[]): Markup {
  const grid = gridOf(cells);
  return markup`<section aria-labelledby="cells"><h2 id="cells">Cells</h2>
<div class="scroll" role="region" aria-labelledby="cells" tabindex="0">
${grid === undefined ? listTable(cells) : gridTable(grid)}
</div></section>`;
}

/** Why cells did not pass, in one line each; nothing where all of them did. */
export function reasons(cells: readonly CellResult[]): Markup {
  const explained = cells.filter((cell) => needsReason(cell) && cell.reason !== "");
  if (explained.length === 0) return markup``;
  return markup`<section aria-labelledby="why"><h2 id="why">What did not pass</h2>
<ul class="why">
${explained.map((cell) => markup`<li>${verdictLink(cell, false)} <strong>${name(cell.displayName)}</strong>: ${oneLine(cell.reason, longestReason)}${likely(cell)}</li>\n`)}</ul></section>`;
}

function likely({ cause }: CellResult): Markup {
  if (cause === null) return markup``;
  return markup`<br><span class="cause">Likely cause: ${oneLine(cause.text, longestReason)}</span>`;
}

/** The anchor of a cell's details. */
export function anchor(cell: CellResult): string {
  return `cell-${cell.name}`;
}

function gridTable({ rowAxis, columnAxis, columns, rows }: Grid): Markup {
  return markup`<table class="grid"><caption>${name(rowAxis)} downwards, ${name(columnAxis)} across</caption>
<thead><tr><th scope="col">${name(rowAxis)} <span aria-hidden="true">╲</span> ${name(columnAxis)}</th>${columns.map((value) => markup`<th scope="col">${name(value)}</th>`)}</tr></thead>
<tbody>${rows.map(({ value, cells }) => markup`<tr><th scope="row">${name(value)}</th>${cells.map(gridCell)}</tr>\n`)}</tbody></table>`;
}

function gridCell(cell: CellResult | undefined): Markup {
  return cell === undefined
    ? markup`<td class="none">no cell</td>`
    : markup`<td class="v-${cell.verdict}">${verdictLink(cell)}</td>`;
}

function listTable(cells: readonly CellResult[]): Markup {
  const axes = axesOf(cells);
  const titles = [...axes, "verdict", "time"];
  return markup`<table class="list"><caption>One cell a row</caption>
<thead><tr>${titles.map((title) => markup`<th scope="col">${name(title)}</th>`)}</tr></thead>
<tbody>${cells.map((cell) => listRow(cell, axes))}</tbody></table>`;
}

function listRow(cell: CellResult, axes: readonly string[]): Markup {
  const values = axes.map((axis, i) => {
    const value = name(cell.coordinates[axis] ?? "");
    return i === 0 ? markup`<th scope="row">${value}</th>` : markup`<td>${value}</td>`;
  });
  const time = cell.started === null ? "" : duration(cell.seconds);
  return markup`<tr>${values}<td class="v-${cell.verdict}">${verdictLink(cell, false)}</td><td>${time}</td></tr>\n`;
}

function verdictLink(cell: CellResult, withTime = true): Markup {
  const time =
    withTime && cell.started !== null ? markup` <small>${duration(cell.seconds)}</small>` : markup``;
  return markup`<a href="#${anchor(cell)}"><span aria-hidden="true">${marks[cell.verdict]}</span> ${cell.verdict}${time}</a>`;
}

function name(text: string): string {
  return oneLine(text, longestName);
}
