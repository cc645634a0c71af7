import assert from "node:assert/strict";
import * as path from "node:path";
import type { Bisection } from "../../automation/bisect/bisect";
import { cli, labelled, Scratch } from "./harness";
import { matrixFile } from "./matrix-file";

/** A test of a framework that reads `/state.json`, as many did: gone from 1.8.0-rc1 on. */
const readsState = `
const [host] = process.env.MESOS_MATRIX_MASTER.split(",");
fetch("http://" + host + "/state.json").then((response) => {
  console.log("/state.json answers " + response.status);
  process.exitCode = response.status === 200 ? 0 : 1;
});`;

describe("mesos-matrix bisect", function () {
  it("names 1.8.0-rc1 for a test that reads /state.json, within its bound, and then again without a cell", async () => {
    using scratch = new Scratch();
    const script = scratch.file("test.js", readsState);
    const file = scratch.file("m.yaml", matrixFile({ command: [process.execPath, script] }));
    const out = path.join(scratch.path, "out");
    const words = ["bisect", file, "--good", "1.4.1", "--bad", "1.9.0", "--out", out];
    const first = await cli([...words, "--json"], { seconds: 290 });
    assert.equal(first.code, 0, first.stderr);
    const result = JSON.parse(first.stdout) as Bisection;
    assert.ok(result.answer.kind === "found");
    assert.equal(result.answer.first, "1.8.0-rc1");
    assert.equal(result.answer.before, "1.7.3");
    assert.ok(
      result.cells <= Math.ceil(Math.log2(result.versions)) + 2,
      `${result.cells} cells of ${result.versions}`,
    );
    assert.match(first.stderr, /^bisect: 1\.4\.1, cell 1 of at most \d+$/m);
    for (const { run } of result.tested)
      assert.deepEqual(await labelled(`mesos-matrix.run=${run ?? ""}`), []);

    const again = await cli(words);
    assert.equal(again.code, 0, again.stderr);
    assert.match(
      again.stdout,
      /^first changed version: 1\.8\.0-rc1: passed becomes failed; 1\.7\.3 is the last/m,
    );
    assert.match(again.stdout, /^0 cells ran for \d+ versions$/m);
  });
});
