import assert from "node:assert/strict";
import fc from "fast-check";
import { junitReport } from "../../automation/report/junit";
import { cellResult, runReport, sampleReport } from "./report-fixtures";
import { hostileReports } from "./report-hostile";
import { elements, parseXml, type Element } from "./xml";

describe("the JUnit report", () => {
  it("has one suite for the matrix, a test case for each cell, and counts that agree with them", () => {
    const root = parseXml(junitReport(sampleReport()));
    assertJunit(root);
    const [suite] = elements(root, "testsuite");
    assert.ok(suite);
    assert.deepEqual(
      [suite.attributes.name, suite.attributes.tests, suite.attributes.failures, suite.attributes.errors],
      ["nightly", "24", "2", "0"],
    );
    assert.equal(suite.attributes.skipped, "1");
    assert.equal(suite.attributes.timestamp, "2026-01-31T12:00:00");
    const cases = elements(suite, "testcase");
    assert.equal(cases.length, 24);
    assert.deepEqual(cases[9]?.attributes, {
      name: "mesos=1.7.1 marathon=1.6.549",
      classname: "nightly",
      time: "23.000",
    });
    assert.match(textOf(cases[9], "failure"), /no offers within 30 s/);
    assert.match(textOf(cases[9], "system-out"), /registered at 10\.1\.0\.2:5050\nno offers/);
    assert.match(textOf(cases[0], "system-out"), /is the simulator, not a real Mesos/);
  });

  it("counts a test's failure as a failure, the surroundings' as an error, what was not tried as skipped", () => {
    const kindOf = (verdict: Parameters<typeof cellResult>[0]): string[] => {
      const root = parseXml(junitReport(runReport([cellResult({ ...verdict, images: [], reason: "why" })])));
      assertJunit(root);
      const [found] = elements(root, "testsuite").flatMap((suite) => elements(suite, "testcase"));
      assert.ok(found);
      return elements(found).map(({ name }) => name);
    };
    assert.deepEqual(kindOf({ verdict: "passed" }), []);
    assert.deepEqual(kindOf({ verdict: "flaky" }), ["flakyFailure"]);
    assert.deepEqual(kindOf({ verdict: "failed" }), ["failure"]);
    assert.deepEqual(kindOf({ verdict: "not-ready" }), ["error"]);
    assert.deepEqual(kindOf({ verdict: "error" }), ["error"]);
    assert.deepEqual(kindOf({ verdict: "interrupted" }), ["error"]);
    assert.deepEqual(kindOf({ verdict: "refused" }), ["skipped"]);
    assert.deepEqual(kindOf({ verdict: "skipped" }), ["skipped"]);
  });

  it("is valid whatever names, reasons and output hold", () => {
    fc.assert(
      fc.property(hostileReports, ({ hostile, plain }) => {
        assert.doesNotMatch(junitReport(hostile), /(?![\n\t])[\p{Cc}\p{Cf}]/u);
        const root = parseXml(junitReport(hostile));
        assertJunit(root);
        assert.deepEqual(shape(root), shape(parseXml(junitReport(plain))));
      }),
    );
  });

  it("is the same bytes for the same report", () => {
    assert.equal(junitReport(sampleReport()), junitReport(sampleReport()));
  });
});

interface Rule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly children: readonly string[];
}

const result: Rule = { required: [], optional: ["type", "message"], children: [] };
const text: Rule = { required: [], optional: [], children: [] };
const flaky: Rule = {
  required: ["type"],
  optional: ["message"],
  children: ["stackTrace", "system-out", "system-err"],
};

/** The rules of Jenkins' junit-10.xsd (xunit plugin) for what we write; the order of children is free in it. */
const rules: Readonly<Record<string, Rule>> = {
  testsuites: {
    required: [],
    optional: ["name", "time", "tests", "failures", "errors"],
    children: ["testsuite"],
  },
  testsuite: {
    required: ["name", "tests", "failures", "errors"],
    optional: ["time", "skipped", "timestamp", "hostname", "id", "package"],
    children: ["properties", "testcase", "system-out", "system-err"],
  },
  properties: { required: [], optional: [], children: ["property"] },
  property: { required: ["name", "value"], optional: [], children: [] },
  testcase: {
    required: ["name"],
    optional: ["classname", "time"],
    children: ["skipped", "error", "failure", "flakyFailure", "system-out", "system-err"],
  },
  skipped: result,
  error: result,
  failure: result,
  flakyFailure: flaky,
  stackTrace: text,
  "system-out": text,
  "system-err": text,
};

function assertJunit(element: Element): void {
  const rule = rules[element.name];
  assert.ok(rule, `${element.name} is no element of JUnit XML`);
  const names = Object.keys(element.attributes);
  for (const name of rule.required) assert.ok(names.includes(name), `${element.name} needs ${name}`);
  for (const name of names)
    assert.ok([...rule.required, ...rule.optional].includes(name), `${element.name} ${name}`);
  if (element.attributes.time !== undefined) assert.match(element.attributes.time, /^\d+\.\d{3}$/);
  for (const child of element.children) {
    if (typeof child === "object") {
      assert.ok(rule.children.includes(child.name), `${child.name} in ${element.name}`);
      assertJunit(child);
    } else if (rule.children.length > 0) assert.equal(child.trim(), "", `text in ${element.name}`);
  }
}

function shape(element: Element): unknown {
  return [element.name, Object.keys(element.attributes), elements(element).map(shape)];
}

function textOf(element: Element | undefined, name: string): string {
  assert.ok(element);
  const texts = elements(element, name).flatMap(({ children }) => children);
  return texts.filter((child) => typeof child === "string").join("");
}
