import { markup, type Markup } from "./markup";
import type { CellResult, CellTests, RunReport, TestCase, Verdict } from "./run-report";
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
 * matrix, a test case for each cell, and below it a suite for each cell whose test left JUnit files of its own, with
 * the cases of these. Times are the cells' own, so the suite's is their sum.
 */
export function junitReport(report: RunReport): string {
  const { cells } = report;
  const count = (kind: Kind): number => cells.filter((cell) => kinds[cell.verdict] === kind).length;
  const time = cells.reduce((sum, cell) => sum + cell.seconds, 0).toFixed(3);
  const [tests, failures, errors] = [cells.length, count("failure"), count("error")];
  const matrix = oneLine(report.matrix, longestMessage);
  const inner = cells.flatMap((cell) => (cell.tests === null ? [] : [{ cell, tests: cell.tests }]));
  const all = (own: number, of: (tests: CellTests) => number): number =>
    inner.reduce((sum, { tests: one }) => sum + of(one), own);
  const properties = { run: report.run, summary: headline(report), remarks: remarks(report).join("; ") };
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mesos-matrix" tests="${all(tests, ({ cases }) => cases.length)}" failures="${all(failures, (own) => counted(own, "failed"))}" errors="${all(errors, (own) => counted(own, "error"))}" time="${time}">
  <testsuite name="${matrix}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${count("skipped")}" time="${time}" timestamp="${report.started.slice(0, 19)}">
    <properties>
${Object.entries(properties).map(([name, value]) => markup`      <property name="${name}" value="${oneLine(value, longestMessage)}"/>\n`)}    </properties>
${cells.map((cell) => testCase(cell, matrix))}  </testsuite>
${inner.map(({ cell, tests: own }) => innerSuite(cell, own))}</testsuites>
`.text;
}

/** The cases that a cell's own JUnit files tell; each carries its cell, or all cells' would look the same. */
function innerSuite(cell: CellResult, tests: CellTests): Markup {
  const name = oneLine(cell.displayName, longestMessage);
  const time = tests.cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  const left = tests.total - tests.cases.length;
  const note =
    left === 0 ? markup`` : markup`    <system-out>${left} more cases are left out here</system-out>\n`;
  return markup`  <testsuite name="${name}" tests="${tests.cases.length}" failures="${counted(tests, "failed")}" errors="${counted(tests, "error")}" skipped="${counted(tests, "skipped")}" time="${time}">
${tests.cases.map((one) => innerCase(one, name))}${note}  </testsuite>
`;
}

function innerCase(one: TestCase, cell: string): Markup {
  const classname = oneLine(one.classname === "" ? one.suite : one.classname, longestMessage);
  const open = markup`    <testcase name="${oneLine(one.name, longestMessage)}" classname="${`[${cell}] ${classname}`}" time="${one.seconds.toFixed(3)}"`;
  const message = oneLine(one.message, longestMessage);
  switch (one.outcome) {
    case "passed":
      return markup`${open}/>\n`;
    case "skipped":
      return markup`${open}><skipped message="${message}"/></testcase>\n`;
    case "failed":
      return markup`${open}><failure message="${message}">${readable(one.detail, longestLine)}</failure></testcase>\n`;
    case "error":
      return markup`${open}><error message="${message}">${readable(one.detail, longestLine)}</error></testcase>\n`;
  }
}

function counted({ cases }: CellTests, wanted: TestCase["outcome"]): number {
  return cases.filter(({ outcome }) => outcome === wanted).length;
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
    return cell.attempts.map(
      ({ verdict, reason }) =>
        markup`      <flakyFailure type="${verdict}" message="${oneLine(reason, longestMessage)}"><stackTrace>${readable(reason, longestLine)}</stackTrace></flakyFailure>\n`,
    );
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
