import { markup, type Markup } from "./markup";
import type { CellResult, RunReport, Verdict } from "./run-report";
import { explanation, headline, remarks } from "./summary";
import { oneLine, readable } from "./text";

type Kind = "passed" | "failure" | "error" | "skipped";

/**
 * What CI systems count a verdict as. A failure is the framework's; an error is the surroundings'; a pair of
 * versions that cannot work was not tried. A flaky cell passed; Jenkins shows its `flakyFailure`.
 */
const kinds: Readonly<Record<Verdict, Kind>> = {
  passed: "passed",
  flaky: "passed",
  failed: "failure",
  "not-ready": "error",
  error: "error",
  interrupted: "error",
  refused: "skipped",
  skipped: "skipped",
};

const longestMessage = 500;
const longestLine = 2000;

/**
 * JUnit XML as Jenkins, GitLab and GitHub's actions read it (Jenkins' xunit plugin: junit-10.xsd): one suite for the
 * matrix, a test case for each cell. Times are the cells' own, so the suite's is their sum.
 */
export function junitReport(report: RunReport): string {
  const { cells } = report;
  const count = (kind: Kind): number => cells.filter((cell) => kinds[cell.verdict] === kind).length;
  const time = cells.reduce((sum, cell) => sum + cell.seconds, 0).toFixed(3);
  const [tests, failures, errors] = [cells.length, count("failure"), count("error")];
  const matrix = oneLine(report.matrix, longestMessage);
  const properties = { run: report.run, summary: headline(report), remarks: remarks(report).join("; ") };
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mesos-matrix" tests="${tests}" failures="${failures}" errors="${errors}" time="${time}">
  <testsuite name="${matrix}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${count("skipped")}" time="${time}" timestamp="${report.started.slice(0, 19)}">
    <properties>
${Object.entries(properties).map(([name, value]) => markup`      <property name="${name}" value="${oneLine(value, longestMessage)}"/>\n`)}    </properties>
${cells.map((cell) => testCase(cell, matrix))}  </testsuite>
</testsuites>
`.text;
}

function testCase(cell: CellResult, matrix: string): Markup {
  const content = [...result(cell), ...output(cell)];
  const open = markup`    <testcase name="${oneLine(cell.displayName, longestMessage)}" classname="${matrix}" time="${cell.seconds.toFixed(3)}"`;
  return content.length === 0 ? markup`${open}/>\n` : markup`${open}>\n${content}    </testcase>\n`;
}

function result(cell: CellResult): Markup[] {
  const kind = kinds[cell.verdict];
  const message = oneLine(cell.reason, longestMessage);
  const text = readable(explanation(cell), longestLine);
  if (cell.verdict === "flaky") {
    return [
      markup`      <flakyFailure type="flaky" message="${message}"><stackTrace>${text}</stackTrace></flakyFailure>\n`,
    ];
  }
  switch (kind) {
    case "passed":
      return [];
    case "failure":
      return [markup`      <failure type="${cell.verdict}" message="${message}">${text}</failure>\n`];
    case "error":
      return [markup`      <error type="${cell.verdict}" message="${message}">${text}</error>\n`];
    case "skipped":
      return [markup`      <skipped type="${cell.verdict}" message="${message}"/>\n`];
  }
}

function output(cell: CellResult): Markup[] {
  const images = cell.images
    .filter(({ simulated }) => simulated)
    .map(({ role, reference }) => `${role}: ${reference} is the simulator, not a real Mesos`);
  const warnings = cell.warnings.map((warning) => `warning: ${warning}`);
  const lines = [...images, ...warnings, ...cell.testTail].map((line) => readable(line, longestLine));
  return lines.length === 0 ? [] : [markup`      <system-out>${lines.join("\n")}</system-out>\n`];
}
