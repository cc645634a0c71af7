import assert from "node:assert/strict";
import { join } from "node:path";
import { loadMatrixFile, loadStackConfig } from "../../config/load";
import { KEY } from "./config-problems";

// Tests run from dist/test/unit of the project.
const ROOT = join(__dirname, "..", "..", "..");

describe("the files that newcomers start with", () => {
  it("quickstart.yaml is three small simulated clusters, each with its own version of Mesos", () => {
    const { name, cells, test } = loadMatrixFile(join(ROOT, "examples", "quickstart.yaml"));
    assert.equal(name, "quickstart");
    assert.deepEqual(
      cells.map(({ displayName }) => displayName),
      ["mesos=0.28.3", "mesos=1.8.0-rc3", "mesos=1.11.0"],
    );
    for (const { cluster } of cells) {
      assert.equal(cluster.zookeeper.count, 1);
      assert.equal(cluster.masters.count, 1);
      assert.equal(cluster.masters.image.kind, "simulator");
      assert.deepEqual(
        cluster.agents.map(({ count, resources }) => [count, resources]),
        [[2, "cpus:1;mem:512;disk:1024;ports:[31000-31099]"]],
      );
      assert.equal(cluster.timings, "fast");
    }
    assert.deepEqual(test, {
      command: ["node", "examples/node-framework/main.js"],
      image: undefined,
      timeout: 120,
      env: {},
      junit: undefined,
    });
  });

  it("Pulumi.dev.yaml is one small simulated cluster on this machine", () => {
    const spec = loadStackConfig({ file: join(ROOT, "Pulumi.dev.yaml"), projectKey: KEY, name: "dev" });
    assert.equal(spec.name, "dev");
    assert.deepEqual(spec.target, { kind: "local" });
    assert.equal(spec.masters.image.kind, "simulator");
    assert.deepEqual(
      spec.agents.map(({ count, version, attributes }) => [count, version, attributes]),
      [[2, "1.11.0", { rack: "a" }]],
    );
  });
});
