// @ts-check
// What Pulumi runs (Pulumi.yaml, `main`): index.ts, compiled anew where it changed.
"use strict";
const path = require("node:path");
const { ensureBuilt } = require("../toolchain/build");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  throw new Error(`Node ${process.versions.node} runs this program, but it needs 22.12 or newer: use bin/pulumi, or put a newer node first on PATH`);
}
// Pulumi starts this in the folder of this file; the stacks' config lies above.
process.chdir(path.join(__dirname, ".."));
ensureBuilt();
module.exports = require(path.join(__dirname, "..", "dist", "index.js"));
