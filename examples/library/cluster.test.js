// @ts-check
// A mocha test that wants a real cluster.
"use strict";
/* global describe, it -- mocha's */
const assert = require("node:assert/strict");
const { clusterSpec, withCluster } = require("mesos-matrix/automation");

describe("my framework", function () {
  this.timeout(300_000);

  it("finds the leading master", async () => {
    const spec = clusterSpec({ mesos: { version: "1.8.0-rc3", image: "simulator" }, timings: "fast" });
    const version = await withCluster(spec, async ({ env }) => {
      const answer = await fetch(`http://${env.MESOS_MATRIX_MASTER}/version`);
      return /** @type {{version: string}} */ (await answer.json()).version;
    });
    assert.equal(version, "1.8.0");
  });
});
