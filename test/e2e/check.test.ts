import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import * as path from "node:path";
import { cli, Scratch } from "./harness";
import { matrixFile } from "./matrix-file";

describe("mesos-matrix check, plan, explain, init, doctor, schema and versions", function () {
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

  it("prints a plan of a file, container by container, without a word to Docker", async () => {
    using scratch = new Scratch();
    const called = path.join(scratch.path, "called");
    chmodSync(scratch.file("docker", `#!/bin/sh\ntouch ${called}\nexit 1\n`), 0o755);
    const env = { PATH: `${scratch.path}:${process.env.PATH ?? ""}` };
    const text = await cli(["plan", "examples/cluster.yaml"], { env });
    assert.equal(text.code, 0, text.stderr);
    assert.match(text.stdout, /^master-1 {2}mesosphere\/mesos-master:1\.7\.1 {2}10\.192\.0\.21:5050$/m);
    assert.match(text.stdout, /^ {2}mesos-agent --master=zk:\/\/10\.192\.0\.11:2181\/mesos /m);
    const json = await cli(["plan", "examples/quickstart.yaml", "--json"], { env });
    const { cells } = JSON.parse(json.stdout) as {
      cells: { cell: string; plan: { containers: unknown[] } }[];
    };
    assert.deepEqual(
      cells.map(({ cell, plan }) => [cell, plan.containers.length]),
      [
        ["mesos=0.28.3", 4],
        ["mesos=1.8.0-rc3", 4],
        ["mesos=1.11.0", 4],
      ],
    );
    assert.equal(existsSync(called), false);
  });

  it("explains a word on standard output, and tells the nearest ones to one that means nothing", async () => {
    const flag = await cli(["explain", "--zk_session_timeout"]);
    assert.match(flag.stdout, /^flag zk_session_timeout: [^]*^ {2}agents +since 1\.5\.0-rc1 /m, flag.stderr);
    const json = await cli(["explain", "agent-ignored", "--json"]);
    assert.equal((JSON.parse(json.stdout) as { kind: string }[])[0]?.kind, "rule");
    const two = await cli(["explain", "1.4.0"]);
    assert.match(two.stderr, /version:1\.4\.0 or marathon:1\.4\.0/);
    const none = await cli(["explain", "isolator"]);
    assert.deepEqual([none.code, none.stdout], [2, ""]);
    assert.match(none.stderr, /did you mean isolation \(flag\)/);
  });

  it("writes a starting file that checks clean, and never over another", async () => {
    using scratch = new Scratch();
    for (const kind of ["cluster", "matrix"]) {
      const file = path.join(scratch.path, `${kind}.yaml`);
      const made = await cli(["init", file, "--kind", kind]);
      assert.deepEqual([made.code, made.stdout], [0, `${file}\n`]);
      const check = await cli(["check", file, "--json"]);
      assert.equal(check.code, 0, check.stderr);
      assert.doesNotMatch(check.stdout, /"rule"/);
      const again = await cli(["init", file, "--kind", kind]);
      assert.equal(again.code, 3);
      assert.match(again.stderr, /is there already/);
    }
  });

  it("finds this machine fit for clusters, and one without an engine not", async () => {
    const fit = await cli(["doctor"]);
    assert.equal(fit.code, 0, fit.stdout);
    assert.match(fit.stdout, /^✓ Docker Engine \d+/m);
    using scratch = new Scratch();
    const said = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.";
    chmodSync(
      scratch.file(
        "docker",
        `#!/bin/sh\n[ "$1" = --version ] || { echo '${said}' >&2; exit 1; }\necho 'Docker version 28.0.1, build 1'\n`,
      ),
      0o755,
    );
    const env = { PATH: `${scratch.path}:${process.env.PATH ?? ""}` };
    const unfit = await cli(["doctor", "--json"], { env });
    assert.equal(unfit.code, 3);
    const findings = JSON.parse(unfit.stdout) as {
      check: string;
      level: string;
      what: string;
      mend: string;
    }[];
    const blocking = findings.filter(({ level }) => level === "block");
    assert.deepEqual(
      blocking.map(({ check }) => check),
      ["docker-engine"],
    );
    assert.match(blocking[0]?.what ?? "", /Cannot connect/);
    assert.notEqual(blocking[0]?.mend, "");
  });

  it("prints a JSON Schema for editors", async () => {
    const { stdout } = await cli(["schema", "cluster"]);
    assert.equal((JSON.parse(stdout) as { title: string }).title, "mesos-matrix cluster file");
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
