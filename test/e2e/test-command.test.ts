import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { RunReport } from "../../automation/report/run-report";
import { docker } from "../../readiness/docker";
import { assertValidJunit } from "../unit/junit-schema";
import { cli, ofRun, processesNamed, root, Scratch, uniqueName } from "./harness";
import { matrixFile } from "./matrix-file";

const reportOf = (stdout: string): RunReport => JSON.parse(stdout) as RunReport;
const base = "mesos-matrix/debian:bookworm";

/** What a test left in its cell's folder. */
function kept(report: RunReport, file: string): string {
  return readFileSync(path.join(report.out, report.cells[0]?.name ?? "", file), "utf8");
}

describe("the test command of mesos-matrix run", function () {
  it("in test.image reaches the cluster from its network, sees the source, writes to its folder, keeps its exit code", async () => {
    using scratch = new Scratch();
    const script = `set -e
      test "$PWD" = ${root} && test -f package.json
      exec 3<>"/dev/tcp/\${MESOS_MATRIX_MASTER%:*}/\${MESOS_MATRIX_MASTER#*:}"
      printf 'GET /state HTTP/1.0\\r\\n\\r\\n' >&3; grep -ao '"version":"[^"]*"' <&3 | head -1
      hostname -I; env | grep ^MESOS_MATRIX_HOST_IP
      mkdir $MESOS_MATRIX_OUT/junit
      echo '<testsuite name="inside"><testcase name="it fails"><failure message="on purpose"/></testcase></testsuite>' >$MESOS_MATRIX_OUT/junit/a.xml
      echo "<html/>" >$MESOS_MATRIX_OUT/junit/b.xml
      echo "token \${#TOKEN}"; test "$(cat $MESOS_MATRIX_CLUSTER_FILE | head -c1)" = "{"
      exit 7`;
    const test = { image: base, junit: "junit/*.xml", env: { TOKEN: { secret: { env: "PLANTED" } } } };
    const file = scratch.file("m.yaml", matrixFile({ command: ["bash", "-c", script], test }));
    const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"], {
      env: { PLANTED: "planted-4711" },
    });
    assert.equal(code, 5, stderr + stdout);
    const report = reportOf(stdout);
    const [cell] = report.cells;
    const log = kept(report, "test.log");
    assert.match(cell?.reason ?? "", /exit code 7/, log);
    assert.match(log, /"version":"1\.11\.0"/);
    const [, own = ""] = /^(\d+\.\d+\.\d+\.2) $/m.exec(log) ?? [];
    assert.match(log, new RegExp(`^MESOS_MATRIX_HOST_IP=${own}$`, "m"));
    assert.match(log, /^token 12$/m);
    assert.deepEqual([cell?.tests?.total, cell?.tests?.failures], [1, 1]);
    assert.match(
      cell?.warnings.join("\n") ?? "",
      /test\.junit: junit\/b\.xml is no JUnit file: its root is html/,
    );
    const junit = readFileSync(path.join(report.out, "junit.xml"), "utf8");
    await assertValidJunit(junit);
    assert.match(junit, /classname="\[mesos=1\.11\.0\] inside"/);
    assert.deepEqual(await ofRun(report.run), []);
  });

  it("in test.image ends at its deadline with all it started, whatever it ignores", async () => {
    using scratch = new Scratch();
    const marker = uniqueName("marker");
    const script = `trap "" TERM; setsid bash -c 'exec -a ${marker} sleep 94' & (exec -a ${marker} sleep 93)`;
    const command = ["bash", "-c", script];
    const file = scratch.file("m.yaml", matrixFile({ command, test: { image: base, timeout: "2s" } }));
    const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"]);
    assert.equal(code, 5, stderr);
    assert.match(reportOf(stdout).cells[0]?.reason ?? "", /did not end within 2 s/);
    assert.deepEqual(await ofRun(reportOf(stdout).run), []);
    assert.equal(await processesNamed(marker), 0);
  });

  it("that is not there, or whose image is not, is told before any cluster is made", async () => {
    using scratch = new Scratch();
    mkdirSync(path.join(scratch.path, "bin"));
    const plain = path.join(scratch.path, "plain.txt");
    writeFileSync(plain, "");
    const nowhere = `mesos-matrix-test/${uniqueName("nowhere")}:1`;
    for (const [command, image, answer] of [
      [["no-such-program"], undefined, /there is no program "no-such-program" for the test on this machine/],
      [["./no/such.sh"], undefined, /no program "\.\/no\/such\.sh".*; a path counts from the folder/],
      [[plain], undefined, /there is no program ".*plain\.txt"/],
      [["no-such-program"], base, /no program "no-such-program" in the image mesos-matrix\/debian:bookworm/],
      [["true"], nowhere, /test\.image: mesos-matrix-test\/nowhere-.*:1 is not on the Docker engine/],
    ] as const) {
      const test = image === undefined ? {} : { image };
      const file = scratch.file("m.yaml", matrixFile({ command, test }));
      const { code, stderr } = await cli(["run", file, "--out", path.join(scratch.path, "out")]);
      assert.equal(code, 3, stderr);
      assert.match(stderr, answer);
      assert.doesNotMatch(stderr, /: create/);
    }
    const left = await docker([
      "ps",
      "--all",
      "--filter",
      "name=mesos-matrix-look-",
      "--format",
      "{{.Names}}",
    ]);
    assert.equal(left, "");
  });

  it("may print 200 MB, no line end, bytes that are no UTF-8 and terminal escapes: all kept, none obeyed", async () => {
    using scratch = new Scratch();
    const script = `head -c 100000000 /dev/zero | tr '\\0' x
      yes "a line of the test" | head -c 100000000
      printf '\\n\\377\\376 \\033[2J\\033]0;owned\\007 <b>&\\n' >&2; sleep 1; exit 3`;
    const file = scratch.file("m.yaml", matrixFile({ command: ["sh", "-c", script] }));
    const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json", "--verbose"]);
    assert.equal(code, 5, stderr.slice(-2000));
    const report = reportOf(stdout);
    const [cell] = report.cells;
    const log = path.join(report.out, cell?.name ?? "", "test.log");
    assert.ok(statSync(log).size > 200_000_000);
    assert.ok(stderr.length < 1_000_000, `${stderr.length} characters of progress`);
    for (const name of ["report.html", "report.md", "junit.xml", "report.json"]) {
      const text = readFileSync(path.join(report.out, name), "utf8");
      assert.ok(text.length < 1_000_000, name);
      assert.doesNotMatch(text, /(?![\n\t])\p{Cc}/u, name);
      // Markdown shows it in a block of code.
      if (/html|xml/.test(name)) assert.doesNotMatch(text, /<b>/, name);
    }
    assert.doesNotMatch(stderr + stdout, /(?![\n\t])\p{Cc}/u);
    assert.match(stderr, /more lines/);
  });
});
