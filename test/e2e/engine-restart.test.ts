import assert from "node:assert/strict";
import * as path from "node:path";
import { existsSync, writeFileSync } from "node:fs";
import type { RunReport } from "../../automation/report/run-report";
import { eventually } from "../integration/mesos";
import { Lab } from "../lab/lab";
import { Scratch, start } from "./harness";

describe("mesos-matrix run, on an engine that is started anew in the middle", function () {
  this.timeout(600_000);
  let lab: Lab;

  before(async () => {
    lab = await Lab.start([{}]);
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it("judges the cell by its test, removes what is left of it, and runs the next cell", async () => {
    using scratch = new Scratch();
    const host = lab.host(1);
    const [begun, again] = [path.join(scratch.path, "begun"), path.join(scratch.path, "again")];
    const script = `case $MESOS_MATRIX_MESOS_VERSION in
      1.10.0) touch ${begun}; until test -e ${again}; do sleep 0.2; done; echo "the cluster went away"; exit 9 ;;
    esac`;
    const file = scratch.file(
      "m.yaml",
      JSON.stringify({
        apiVersion: "mesos-matrix/v1",
        kind: "Matrix",
        cluster: {
          target: {
            kind: "ssh",
            hosts: [{ address: host.address, user: "root", identity: lab.identity, hostKey: host.hostKey }],
          },
          mesos: { image: "simulator" },
          timings: "fast",
          agents: [{ count: 1, resources: "cpus:1;mem:512" }],
        },
        axes: { mesos: ["1.10.0", "1.11.0"] },
        test: { command: ["sh", "-c", script], timeout: "5m" },
      }),
    );
    const flags = ["--out", scratch.path, "--json", "--concurrency", "1"];
    const running = start(["bin/mesos-matrix", "run", file, ...flags], { seconds: 550 });
    await eventually("the first test, or the end of the run", 300, () =>
      Promise.resolve(existsSync(begun) || running.child.exitCode !== null ? true : undefined),
    );
    await host.killEngine();
    await host.startEngine();
    writeFileSync(again, "");
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 5, stderr + stdout);
    const report = JSON.parse(stdout) as RunReport;
    assert.deepEqual(
      report.cells.map(({ verdict }) => verdict),
      ["failed", "passed"],
    );
    assert.match(report.cells[0]?.reason ?? "", /exit code 9: the cluster went away/);
    const label = `label=mesos-matrix.run=${report.run}`;
    assert.equal(await host.must("docker", "ps", "--all", "--quiet", "--filter", label), "");
    assert.equal(await host.must("docker", "volume", "ls", "--quiet", "--filter", label), "");
  });
});
