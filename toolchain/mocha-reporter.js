// @ts-check
// Mocha's own `spec` view, and the counts as a JSON file for the summary.
"use strict";
const fs = require("node:fs");
const { reporters } = require("mocha");

module.exports = class extends reporters.Spec {
  /** @param {import("mocha").Runner} runner @param {import("mocha").MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const file = process.env.MESOS_MATRIX_COUNTS;
      const { passes, failures, pending } = this.stats;
      if (file) fs.writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, pending }));
    });
  }
};
