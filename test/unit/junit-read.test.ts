import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { collectTests } from "../../automation/cell/junit-collect";
import { readJunit } from "../../automation/cell/junit-read";

const read = (text: string): ReturnType<typeof readJunit> => readJunit(Buffer.from(text));

describe("a JUnit file", () => {
  it("gives its cases, however deep their suites are, with outcome, time and message", () => {
    const cases = read(`<?xml version="1.0"?>
<testsuites><testsuite name="all"><testsuite name="core">
  <testcase name="starts" classname="a.B" time="1,234.5"/>
  <testcase name="runs" classname="a.B" time="0.2"><failure message="no offers" type="E">at <![CDATA[<line 3>]]></failure></testcase>
  <testcase name="ends"><error type="Timeout"/></testcase>
  <testcase name="later"><skipped/></testcase>
</testsuite></testsuite></testsuites>`);
    assert.deepEqual(
      cases.map(({ suite, classname, name, outcome, seconds, message, detail }) =>
        [suite, classname, name, outcome, seconds, message, detail].join("|"),
      ),
      [
        "core|a.B|starts|passed|1234.5||",
        "core|a.B|runs|failed|0.2|no offers|at <line 3>",
        "core||ends|error|0|Timeout|",
        "core||later|skipped|0||",
      ],
    );
  });

  it("is read in the encoding that it names", () => {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?><testsuite name="s"><testcase name="Zürich"/></testsuite>`;
    assert.equal(readJunit(Buffer.from(text, "latin1"))[0]?.name, "Zürich");
  });

  it("that is none is refused: cut off, another kind of XML, no XML at all", () => {
    for (const [text, why] of [
      [`<testsuite name="s"><testcase name="a">`, /is no well-formed XML \(.*unclosed tag/],
      ["all tests passed\n", /is no well-formed XML/],
      ["", /is no well-formed XML/],
      ["<html><body/></html>", /is no JUnit file: its root is html/],
      [`<?xml version="1.0" encoding="klingon"?><testsuite/>`, /encoding klingon, which is not known/],
    ] as const) {
      assert.throws(() => read(text), why, text);
    }
  });

  it("cannot blow up: entities of its own are not followed, long texts are cut", () => {
    const bomb = `<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite name="s"><testcase name="x"><failure>&b;</failure></testcase></testsuite>`;
    assert.throws(() => read(bomb), /is no well-formed XML/);
    const long = `<testsuite name="s"><testcase name="x"><failure message="${"m".repeat(9000)}">${"d".repeat(90_000)}</failure></testcase></testsuite>`;
    const [one] = read(long);
    assert.ok((one?.message.length ?? 0) <= 500 && (one?.detail.length ?? 0) <= 4000);
  });
});

describe("the JUnit files of a test", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-junit-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

  it("are added up, and one that is no XML is told without losing the others", () => {
    mkdirSync(path.join(folder, "deep"));
    write(
      "a.xml",
      `<testsuite name="a"><testcase name="1"/><testcase name="2"><failure/></testcase></testsuite>`,
    );
    write("deep/b.xml", `<testsuite name="b"><testcase name="3"><skipped/></testcase></testsuite>`);
    write("c.xml", "Killed\n");
    symlinkSync("/etc/passwd", path.join(folder, "d.xml"));
    const { tests, warnings } = collectTests(folder, "**/*.xml", readJunit);
    assert.deepEqual(
      { ...tests, cases: tests?.cases.map(({ name }) => name) },
      {
        files: 2,
        total: 3,
        failures: 1,
        errors: 0,
        skipped: 1,
        cases: ["1", "2", "3"],
      },
    );
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^test\.junit: c\.xml is no well-formed XML/);
  });

  it("keep what did not pass when there are more than a report holds, and the true counts", () => {
    const cases = Array.from(
      { length: 3000 },
      (_, i) => `<testcase name="${i}">${i === 2999 ? "<error/>" : ""}</testcase>`,
    );
    write("a.xml", `<testsuite name="a">${cases.join("")}</testsuite>`);
    const { tests } = collectTests(folder, "*.xml", readJunit);
    assert.deepEqual([tests?.total, tests?.errors, tests?.cases.length], [3000, 1, 1000]);
    assert.equal(tests?.cases[0]?.name, "2999");
  });

  it("that are nowhere are a warning", () => {
    const { tests, warnings } = collectTests(folder, "*.xml", readJunit);
    assert.equal(tests, undefined);
    assert.match(warnings[0] ?? "", /no file fits \*\.xml below/);
  });
});
