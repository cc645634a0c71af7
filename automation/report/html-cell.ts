import { anchor } from "./html-table";
import { markup, type Markup } from "./markup";
import type { CellResult, RunReport } from "./run-report";
import { explanation, marks, needsReason, testsLine } from "./summary";
import { clip, duration, oneLine, readable, readableLine } from "./text";

const longestName = 200;
const longestLine = 1000;
const longestReason = 10_000;
/** With more cells than this to explain, all of them start folded. */
const mostOpen = 5;

/** Everything that the report knows of one cell, folded under its verdict. */
export function cellDetails(cell: CellResult, report: RunReport): Markup {
  const explained = report.cells.filter(needsReason).length <= mostOpen && needsReason(cell);
  const time = cell.started === null ? markup`` : markup` <small>${duration(cell.seconds)}</small>`;
  return markup`<details class="cell v-${cell.verdict}"${explained ? markup` open` : markup``}>
<summary><h3><span aria-hidden="true">${marks[cell.verdict]}</span> <span class="word">${cell.verdict}</span> ${oneLine(cell.displayName, longestName)}${time}</h3></summary>
<div id="${anchor(cell)}">
${reason(cell)}${attempts(cell)}${tests(cell)}${images(cell)}${output("Last lines of the test", cell.testTail)}${events(cell, report)}${cell.logs.map(({ file, tail }) => output(oneLine(file, longestName), tail))}${files(cell)}</div>
</details>
`;
}

function reason(cell: CellResult): Markup {
  const why =
    cell.reason === ""
      ? markup``
      : block(readable(clip(explanation(cell), longestReason), longestLine), "Reason");
  const warnings = cell.warnings.map(
    (warning) => markup`<p class="remark">${oneLine(warning, longestLine)}</p>\n`,
  );
  return markup`${why}${warnings}`;
}

/** Attempts before the last one, of a cell that was tried again. */
function attempts(cell: CellResult): Markup {
  if (cell.attempts.length === 0) return markup``;
  const items = cell.attempts.map(({ verdict, reason: why, seconds, testTail }, i) => {
    const title = `Attempt ${i + 1}, last lines of the test`;
    return markup`<li><span class="v-${verdict}"><span aria-hidden="true">${marks[verdict]}</span> ${verdict}</span> <small>${duration(seconds)}</small>
${block(readable(clip(why, longestReason), longestLine), `Attempt ${i + 1}, reason`)}${output(title, testTail)}</li>
`;
  });
  return markup`<h4>Attempts before the last one</h4>\n<ol class="attempts">${items}</ol>\n`;
}

const mostTests = 200;

function tests(cell: CellResult): Markup {
  const line = testsLine(cell);
  if (line === undefined) return markup``;
  const bad = (cell.tests?.cases ?? []).filter(({ outcome }) => outcome === "failed" || outcome === "error");
  const items = bad.slice(0, mostTests).map(({ suite, classname, name, outcome, message, detail }) => {
    const place = classname === "" ? suite : classname;
    const text = detail === "" ? markup`` : block(readable(detail, longestLine), "What the test case says");
    return markup`<li><strong>${oneLine(name, longestName)}</strong> ${outcome} in ${oneLine(place, longestName)}: ${oneLine(message, longestLine)}${text}</li>
`;
  });
  const more =
    bad.length > mostTests ? markup`<p class="remark">… and ${bad.length - mostTests} more</p>` : markup``;
  return markup`<h4>Test cases</h4>\n<p>${line}</p>\n${items.length === 0 ? markup`` : markup`<ul class="cases">${items}</ul>\n`}${more}`;
}

function images(cell: CellResult): Markup {
  if (cell.images.length === 0) return markup``;
  const rows = cell.images.map(
    ({ role, reference, simulated }) =>
      markup`<dt>${oneLine(role, longestName)}</dt><dd><code>${oneLine(reference, longestName)}</code>${simulated ? " (simulator, not a real Mesos)" : ""}</dd>`,
  );
  return markup`<h4>Images</h4><dl>${rows}</dl>\n`;
}

function output(title: string, lines: readonly string[]): Markup {
  if (lines.length === 0) return markup``;
  return markup`<h4>${title}</h4>\n${block(lines.map((line) => readableLine(line, longestLine)).join("\n"), title)}`;
}

function block(text: string, title: string): Markup {
  // A line end right after <pre> is dropped by parsers, so that a text may begin with one.
  return markup`<pre tabindex="0" role="group" aria-label="${title}">\n${text}</pre>\n`;
}

function events(cell: CellResult, report: RunReport): Markup {
  if (cell.events.length === 0) return markup``;
  const from = Date.parse(report.started);
  const rows = cell.events.map(
    ({ at, source, text }) =>
      markup`<tr><td><time datetime="${at}">${((Date.parse(at) - from) / 1000).toFixed(1)} s</time></td><td>${oneLine(source, longestName)}</td><td>${oneLine(text, longestLine)}</td></tr>\n`,
  );
  return markup`<h4>Events</h4>
<div class="scroll" role="group" aria-label="Events" tabindex="0"><table class="events"><thead><tr><th scope="col">at</th><th scope="col">from</th><th scope="col">what</th></tr></thead>
<tbody>${rows}</tbody></table></div>
`;
}

function files(cell: CellResult): Markup {
  if (cell.evidence.length === 0) return markup``;
  const links = cell.evidence.map(
    (file) =>
      markup`<li><a href="${address(file)}">${oneLine(file.slice(cell.name.length + 1), longestName)}</a></li>\n`,
  );
  return markup`<h4>Files</h4><ul class="files">${links}</ul>\n`;
}

/** A file's address relative to the run's folder. Its first segment is the cell's name, so it never has a scheme. */
function address(file: string): string {
  return file
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .map((segment) => encodeURIComponent(segment))
    .join("/");
}
