import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { readReport, writeReports } from "../../automation/report/files";
import { jsonReport } from "../../automation/report/json";
import { reportJsonSchema, runReportSchema, type RunReport } from "../../automation/report/run-report";
import { ConfigError } from "../../config/problem";
import { sampleReport } from "./report-fixtures";
import { hostileReports } from "./report-hostile";

describe("a run's folder", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-report-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (change: (report: Record<string, unknown>) => unknown): void => {
    const report = JSON.parse(jsonReport(sampleReport())) as Record<string, unknown>;
    writeFileSync(path.join(folder, "report.json"), JSON.stringify(change(report)));
  };
  const refusal = (at = folder): string => {
    try {
      readReport(at);
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      return error.message;
    }
    return "";
  };

  it("holds all four reports, and the same bytes again from its report.json", () => {
    writeReports(sampleReport(), folder);
    const names = ["junit.xml", "report.html", "report.json", "report.md"];
    assert.deepEqual(readdirSync(folder).sort(), names);
    const read = (): string[] => names.map((name) => readFileSync(path.join(folder, name), "utf8"));
    const first = read();
    writeReports(readReport(folder), folder);
    assert.deepEqual(read(), first);
  });

  it("reads back what was written, whatever the texts are, and holds nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(hostileReports, ({ hostile }) => {
        writeReports(hostile, folder);
        const text = readFileSync(path.join(folder, "report.json"), "utf8");
        assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.deepEqual(readReport(folder), hostile);
      }),
      { numRuns: 30 },
    );
  });

  it("says what is missing, and which folder may be meant", () => {
    assert.match(refusal(), /report\.json: is not there; give the folder of a run/);
    assert.match(refusal(path.join(folder, "none")), /is not there/);
    mkdirSync(path.join(folder, "0a1b2c3d"));
    writeReports(sampleReport(), path.join(folder, "0a1b2c3d"));
    assert.match(refusal(), /give the folder of one run, such as ".*0a1b2c3d"/);
    mkdirSync(path.join(folder, "report.json"));
    assert.match(refusal(), /cannot be read \(EISDIR/);
  });

  it("refuses a report.json that was cut off, is no text, or is of another version", () => {
    const file = path.join(folder, "report.json");
    writeFileSync(file, jsonReport(sampleReport()).slice(0, 700));
    assert.match(refusal(), /report\.json: is no JSON \(.*\); it was cut off or changed/);
    writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]));
    assert.match(refusal(), /is no UTF-8 text/);
    write((report) => ({ ...report, schema: 2 }));
    assert.match(
      refusal(),
      /its schema is 2, and this program reads schema 1; use the mesos-matrix that wrote it/,
    );
    write(() => null);
    assert.match(refusal(), /expected object/);
  });

  it("names every field that is wrong", () => {
    write((report) => ({ ...report, run: 7, extra: true, started: "yesterday" }));
    const text = refusal();
    for (const part of [/: run: .*expected string/, /"extra"/, /: started: /]) assert.match(text, part);
  });

  it("refuses files outside of the run's folder, and two cells at one place", () => {
    const withCell = (change: object): void => {
      write((report) => {
        const cells = report.cells as RunReport["cells"];
        return { ...report, cells: [{ ...cells[0], ...change }, ...cells.slice(1)] };
      });
    };
    for (const file of [
      "../../etc/passwd",
      "/etc/passwd",
      "cell-0/../../x",
      "cell-0/..",
      "javascript:alert(1)",
      "cell-0",
    ]) {
      withCell({ evidence: [file] });
      assert.match(refusal(), /cells\.0\.evidence\.0/, file);
    }
    for (const name of ["..", "a/b", ""]) {
      withCell({ name });
      assert.match(refusal(), /cells\.0\.name/, name);
    }
    withCell({ index: 1 });
    assert.match(refusal(), /two of its cells have one place/);
    withCell({ index: 24 });
    assert.match(refusal(), /a place beyond the last/);
    withCell({});
    assert.equal(refusal(), "");
  });

  it("has a JSON Schema that names every field of a report and nothing else", () => {
    const schema = reportJsonSchema() as {
      properties: Record<string, unknown> & {
        cells: { items: { properties: object; additionalProperties: unknown } };
      };
      required: string[];
      additionalProperties: unknown;
    };
    const report = sampleReport();
    assert.deepEqual(Object.keys(schema.properties), Object.keys(report));
    assert.deepEqual(schema.required, Object.keys(report));
    assert.equal(schema.additionalProperties, false);
    const { items } = schema.properties.cells;
    assert.deepEqual(Object.keys(items.properties).sort(), Object.keys(report.cells[0] ?? {}).sort());
    assert.equal(items.additionalProperties, false);
    assert.equal(runReportSchema.safeParse(report).success, true);
  });
});
