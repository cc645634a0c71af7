import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runMatrix } from "../../automation/matrix";
import type { RunReport } from "../../automation/report/run-report";
import type { RunEvent } from "../../automation/view/events";
import { matrix, matrixFile } from "./config-problems";

const refusedFile = matrixFile(
  "mesos: { image: simulator }\nagents: [{ version: 0.28.3 }]",
  'axes: { mesos: ["1.3.0", "1.11.0"] }\ntest: { command: ["true"] }',
);

describe("a run of cells that are all refused", () => {
  let out = "";
  before(() => (out = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-refused-"))));
  after(() => {
    rmSync(out, { recursive: true, force: true });
  });

  const run = async (strict: boolean): Promise<{ report: RunReport; events: RunEvent[] }> => {
    const events: RunEvent[] = [];
    const { signal } = new AbortController();
    const onEvent = (event: RunEvent): void => void events.push(event);
    const report = await runMatrix(matrix(refusedFile), {
      concurrency: 2,
      strict,
      out,
      onEvent,
      signal,
      giveUp: signal,
    });
    return { report, events };
  };

  it("starts nothing, needs no engine, and says of each cell why", async () => {
    const { report, events } = await run(false);
    assert.deepEqual(
      report.cells.map(({ verdict, exitCode, started }) => [verdict, exitCode, started]),
      [
        ["refused", 0, null],
        ["refused", 0, null],
      ],
    );
    for (const { reason } of report.cells)
      assert.match(reason, /agents\[0\]\.version: .*allow: \[agent-ignored\]/);
    assert.ok(events.every(({ kind }) => kind === "started" || kind === "finished"));
    assert.equal(report.exitCode, 2, "a run in which no cell passed never ends with 0");
    const folder = readdirSync(report.out, { withFileTypes: true });
    assert.ok(folder.every((entry) => !entry.isDirectory()));
    assert.match(readFileSync(path.join(report.out, "report.md"), "utf8"), /refused/);
  });

  it("counts every one of them when it is strict", async () => {
    const { report } = await run(true);
    assert.deepEqual(
      report.cells.map(({ exitCode }) => exitCode),
      [2, 2],
    );
  });
});
