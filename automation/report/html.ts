import { createHash } from "node:crypto";
import { cellDetails } from "./html-cell";
import { cellTable, reasons } from "./html-table";
import { timeline } from "./html-timeline";
import { markup } from "./markup";
import { marks, headline, remarks, verdictCounts } from "./summary";
import type { RunReport } from "./run-report";
import { stylesheet } from "./stylesheet";
import { duration, oneLine } from "./text";

const longestText = 500;

/**
 * One file of HTML that needs nothing else: no script, no network, and a policy that forbids both. Links lead to
 * the files beside it in the run's folder.
 */
export function htmlReport(report: RunReport): string {
  const good = report.exitCode === 0;
  const title = `${report.matrix}: ${headline(report)}`;
  const took = (Date.parse(report.ended) - Date.parse(report.started)) / 1000;
  const simulated = report.cells.some((cell) => cell.simulated);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${oneLine(title, longestText)}</title>
<style>${stylesheet}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the cells</a>
<header>
<h1>${oneLine(report.matrix, longestText)}</h1>
<p class="verdict ${good ? "good" : "bad"}"><span aria-hidden="true">${good ? "✓" : "✗"}</span> ${headline(report)}</p>
<ul class="counts">${verdictCounts(report.cells).map(
    ({ verdict, count }) =>
      markup`<li class="v-${verdict}"><span aria-hidden="true">${marks[verdict]}</span> ${count} ${verdict}</li>`,
  )}</ul>
<p class="about">Run ${oneLine(report.run, longestText)}, <time datetime="${report.started}">${readableTime(report.started)}</time>, ${duration(Math.max(0, took))}, exit code ${report.exitCode}</p>
${remarks(report).map((remark, i) => markup`<p class="${simulated && i === 0 ? "remark simulated" : "remark"}">${oneLine(remark, longestText)}</p>\n`)}</header>
<main id="main">
${cellTable(report.cells)}
${reasons(report.cells)}
${timeline(report)}
<section aria-labelledby="details"><h2 id="details">Details</h2>
${report.cells.map((cell) => cellDetails(cell, report))}</section>
</main>
<footer><p>Written by mesos-matrix; the data is in <a href="report.json">report.json</a>.</p></footer>
</body>
</html>
`.text;
}

const styleHash = createHash("sha256").update(stylesheet.text).digest("base64");
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
