import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import * as path from "node:path";
import { cli, Scratch } from "./harness";
import { matrixFile } from "./matrix-file";

describe("mesos-matrix check and versions", function () {
  it("tells the cells of a matrix, refused ones with the reason, without a word to Docker", async () => {
    using scratch = new Scratch();
    const called = path.join(scratch.path, "called");
    chmodSync(scratch.file("docker", `#!/bin/sh\ntouch ${called}\nexit 1\n`), 0o755);
    const agents = [{ count: 1, version: "0.28.3" }];
    const file = scratch.file(
      "m.yaml",
      matrixFile({ command: ["true"], versions: ["0.28.3", "1.11.0"], cluster: { agents } }),
    );
    const env = { PATH: `${scratch.path}:${process.env.PATH ?? ""}` };
    const { code, stdout, stderr } = await cli(["check", file], { env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^matrix m: 2 cells, 1 of them refused$/m);
    assert.match(stdout, /^ {2}mesos=0\.28\.3$/m);
    assert.match(stdout, /^ {2}mesos=1\.11\.0 {2}refused: .*0\.28\.3/m);
    assert.equal(existsSync(called), false);
  });

  it("reads the files that are shipped, of each kind", async () => {
    const quickstart = await cli(["check", "examples/quickstart.yaml"]);
    assert.match(quickstart.stdout, /^matrix quickstart: 3 cells$/m);
    const stack = await cli(["check", "Pulumi.dev.yaml"]);
    assert.match(stack.stdout, /^cluster dev: Mesos 1\.11\.0, 1 \+ 1 \+ 2 /m, stack.stderr);
  });

  it("ends with 2 and every problem of a file that has some", async () => {
    using scratch = new Scratch();
    const file = scratch.file(
      "c.yaml",
      "apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster: { mesos: 1.10, masterz: 3 }\n",
    );
    const { code, stdout, stderr } = await cli(["check", file]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /c\.yaml:3:\d+: .*1\.10/);
    assert.match(stderr, /c\.yaml:3:\d+: .*masterz/);
  });

  it("lists releases from one on, with candidates when asked, and by vendor", async () => {
    const plain = await cli(["versions", "--since", "1.9.0"]);
    assert.deepEqual(
      plain.stdout.split("\n").map((line) => line.split(" ")[0]),
      ["1.9.0", "1.10.0", "1.11.0", "master", ""],
    );
    const candidates = await cli(["versions", "--since", "1.11.0-rc1", "--rc", "--json"]);
    const tags = (JSON.parse(candidates.stdout) as { tag: string }[]).map(({ tag }) => tag);
    assert.deepEqual(tags, ["1.11.0-rc1", "1.11.0", "master"]);
    const vendor = await cli(["versions", "--vendor", "redjack"]);
    assert.match(vendor.stdout, /^0\.21\.0 +\d{4}-\d\d-\d\d {2}[0-9a-f]{12}\n$/);
    const wrong = await cli(["versions", "--since", "1.99"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /the nearest are/);
  });
});
