import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { RunReport } from "../../automation/report/run-report";
import { docker } from "../../readiness/docker";
import { cli, labelled, ofRun, Scratch } from "./harness";
import { matrixFile } from "./matrix-file";

/** Fails in a way of its own for each version. */
const failing = `
case $MESOS_MATRIX_MESOS_VERSION in
  1.11.0) echo "2 of 3 tasks finished"; exit 1 ;;
  1.4.3) docker kill $MESOS_MATRIX_CLUSTER-agent-1; sleep 1; exit 1 ;;
  *) exit 0 ;;
esac`;

describe("a cell that fails", function () {
  const scratch = new Scratch();
  let report: RunReport;
  let table = "";
  const cell = (version: string): RunReport["cells"][number] =>
    report.cells.find(({ coordinates }) => coordinates.mesos === version)!;

  before(async () => {
    const versions = ["1.11.0", "1.4.3", "0.28.3"];
    const file = scratch.file("m.yaml", matrixFile({ versions, command: ["sh", "-c", failing] }));
    const out = path.join(scratch.path, "out");
    const { code, stdout, stderr } = await cli(["run", file, "--out", out, "--keep", "on-failure"]);
    assert.equal(code, 5, stderr);
    table = stdout;
    const folder = /reports and logs in (\S+)/.exec(stdout)?.[1] ?? "";
    report = JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8")) as RunReport;
  });
  after(async () => {
    for (const { name, kept } of report.cells) if (kept) await cli(["down", name]);
    scratch[Symbol.dispose]();
  });

  it("has its likely cause in the table, in JSON, Markdown and HTML: what is known, or unknown", () => {
    assert.equal(cell("1.11.0").cause?.id, "unknown");
    assert.equal(cell("1.4.3").cause?.id, "killed");
    assert.equal(cell("0.28.3").cause, null);
    const says = "agent-1 was killed from outside (exit code 137, SIGKILL) while the test ran";
    for (const file of ["report.md", "report.html", "junit.xml"]) {
      const text = readFileSync(path.join(report.out, file), "utf8");
      assert.ok(text.includes(says), file);
      assert.match(text, /unknown: none of the \d+ known causes fits/, file);
    }
    assert.ok(table.includes(`likely cause: ${says}`), table);
  });

  it("keeps a story in which the engine, the nodes and the test have their turns", () => {
    const { events } = cell("1.4.3");
    const place = (source: string, text: string): number => {
      const found = events.findIndex((event) => event.source === source && event.text.includes(text));
      assert.ok(
        found >= 0,
        `${source}: ${text} in\n${events.map((e) => `${e.source}: ${e.text}`).join("\n")}`,
      );
      return found;
    };
    assert.ok(place("master-1", "Elected as the leading master") < place("master-1", "Registered agent"));
    assert.ok(place("master-1", "Registered agent") < place("test", "the test starts"));
    assert.ok(place("test", "the test starts") < place("agent-1", "ends with exit code 137"));
    assert.ok(place("agent-1", "ends with exit code 137") < place("test", "the test ends with exit code 1"));
  });

  it("stays with --keep on-failure, and env, logs and down reach it from a new shell; a passed one does not", async () => {
    const kept = report.cells.filter((one) => one.kept).map(({ coordinates }) => coordinates.mesos);
    assert.deepEqual(kept, ["1.11.0", "1.4.3"]);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${cell("0.28.3").name}`), []);
    const { name } = cell("1.11.0");
    assert.ok(table.includes(`the cluster ${name} is kept: mesos-matrix env ${name}`), table);
    const env = await cli(["env", name, "--json"]);
    assert.equal(env.code, 0, env.stderr);
    const { MESOS_MATRIX_MASTER: master = "" } = JSON.parse(env.stdout) as Record<string, string>;
    assert.equal((await fetch(`http://${master}/health`)).status, 200);
    const logs = await cli(["logs", name, "master-1"]);
    assert.match(logs.stdout, /Elected as the leading master/);
    const ls = await cli(["ls"]);
    assert.match(ls.stdout, new RegExp(`^${name} .*kept`, "m"));
    for (const one of ["1.11.0", "1.4.3"]) {
      const down = await cli(["down", cell(one).name]);
      assert.equal(down.code, 0, down.stderr);
    }
    assert.deepEqual(await ofRun(report.run), []);
    await assert.rejects(docker(["volume", "inspect", `${name}-kept`]));
  });
});
