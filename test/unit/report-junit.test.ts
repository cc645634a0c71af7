import assert from "node:assert/strict";
import fc from "fast-check";
import { junitReport } from "../../automation/report/junit";
import type { TestCase } from "../../automation/report/run-report";
import { cellResult, runReport, sampleReport } from "./report-fixtures";
import { hostileReports } from "./report-hostile";
import { assertValidJunit } from "./junit-schema";
import { elements, parseXml, type Element } from "./xml";

const failedAttempt = {
  verdict: "failed" as const,
  reason: "the test ended with exit code 1",
  started: "2026-01-31T12:00:00.000Z",
  seconds: 3,
  testTail: ["no offers"],
};

const testCase = (name: string, change: Partial<TestCase>): TestCase => ({
  suite: "core",
  classname: "a.B",
  name,
  outcome: "passed",
  seconds: 0.5,
  message: "",
  detail: "",
  ...change,
});

/** A cell whose test left JUnit files. */
const withTests = cellResult({
  tests: {
    files: 1,
    total: 9,
    failures: 1,
    errors: 1,
    skipped: 1,
    cases: [
      testCase("starts", {}),
      testCase("runs", { outcome: "failed", message: "no offers", detail: "at line 3" }),
      testCase("stops", { outcome: "error", classname: "", message: "lost" }),
      testCase("later", { outcome: "skipped" }),
    ],
  },
});

describe("the JUnit report", () => {
  it("is valid by the schema that CI systems use", async () => {
    await assertValidJunit(junitReport(sampleReport()));
    const flaky = cellResult({ verdict: "flaky", reason: "passed on attempt 2", attempts: [failedAttempt] });
    await assertValidJunit(junitReport(runReport([withTests, flaky])));
    await assert.rejects(assertValidJunit(`<testsuites><testcase name="x"/></testsuites>`), /not expected/);
  });

  it("has a suite for each cell whose test left JUnit files, with their cases under the cell's name", () => {
    const [suite, inner] = elements(parseXml(junitReport(runReport([withTests]))), "testsuite");
    assert.equal(elements(suite!, "testcase").length, 1);
    assert.deepEqual(
      [inner?.attributes.name, inner?.attributes.tests, inner?.attributes.failures, inner?.attributes.errors],
      ["mesos=1.7.1", "4", "1", "1"],
    );
    const cases = elements(inner!, "testcase");
    assert.deepEqual(
      cases.map(({ attributes }) => `${attributes.classname ?? ""} ${attributes.name ?? ""}`),
      [
        "[mesos=1.7.1] a.B starts",
        "[mesos=1.7.1] a.B runs",
        "[mesos=1.7.1] core stops",
        "[mesos=1.7.1] a.B later",
      ],
    );
    assert.equal(textOf(cases[1], "failure"), "at line 3");
    assert.match(textOf(inner, "system-out"), /5 more cases are left out/);
  });

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
    assert.deepEqual(kindOf({ verdict: "flaky", attempts: [failedAttempt, failedAttempt] }), [
      "flakyFailure",
      "flakyFailure",
    ]);
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
