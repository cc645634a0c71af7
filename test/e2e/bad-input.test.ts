import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import * as path from "node:path";
import { cli, Scratch } from "./harness";

const matrix = (change: string): string =>
  `apiVersion: mesos-matrix/v1
kind: Matrix
cluster:
  mesos: { image: simulator }
axes:
  mesos: ["1.11.0"]
test:
  command: ["true"]
${change}`;

/** Runs a matrix file with a docker client that only notes that it was called. */
async function refused(
  text: string | undefined,
): Promise<{ code: number | null; stderr: string; stdout: string }> {
  using scratch = new Scratch();
  const called = path.join(scratch.path, "called");
  chmodSync(scratch.file("docker", `#!/bin/sh\ntouch ${called}\nexit 1\n`), 0o755);
  const file = text === undefined ? path.join(scratch.path, "nowhere.yaml") : scratch.file("m.yaml", text);
  const env = { MESOS_MATRIX_TEST_PATH: scratch.path, PATH: `${scratch.path}:${process.env.PATH ?? ""}` };
  const ended = await cli(["run", file], { env });
  assert.equal(existsSync(called), false, "Docker was asked");
  return ended;
}

describe("a matrix file with mistakes", function () {
  it("is answered with exit code 2, every mistake with its place, and no word to Docker", async () => {
    const { code, stderr, stdout } = await refused(
      matrix("  timeout: 30\n").replace("image: simulator", "image: simulatr").replace('"1.11.0"', "1.10"),
    );
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /m\.yaml:4:\d+: .*simulatr/);
    assert.match(stderr, /m\.yaml:6:\d+: .*1\.10/);
    assert.match(stderr, /m\.yaml:9:\d+: .*timeout/);
  });

  it("is refused when it is missing, a folder, or huge", async () => {
    assert.match((await refused(undefined)).stderr, /nowhere\.yaml: there is no such file/);
    const folder = await cli(["run", "examples"]);
    assert.equal(folder.code, 2);
    assert.match(folder.stderr, /directory/);
    const huge = await refused(matrix(`# ${"x".repeat(10 * 1024 * 1024)}\n`));
    assert.equal(huge.code, 2);
    assert.match(huge.stderr, /larger than 1 MiB/);
  });

  it("does not blow up on a YAML alias bomb", async () => {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"].map((pair) => pair.split(""))) {
      lines.push(
        `${to ?? ""}: &${to ?? ""} [${Array.from({ length: 9 }, () => `*${from ?? ""}`).join(", ")}]`,
      );
    }
    const { code, stderr } = await refused(`${lines.join("\n")}\n`);
    assert.equal(code, 2);
    assert.match(stderr, /alias/);
  });

  it("says its version", async () => {
    const { code, stdout } = await cli(["--version"]);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it("is told apart from wrong words on the command line, which also end with 2", async () => {
    for (const args of [
      [],
      ["rnu"],
      ["run"],
      ["run", "x.yaml", "--concurrency", "many"],
      ["up", "--nme", "x"],
    ]) {
      const { code, stderr } = await cli(args);
      assert.equal(code, 2, args.join(" "));
      assert.match(stderr, /usage|error/i, args.join(" "));
    }
  });
});
