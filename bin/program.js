// @ts-check
// What Pulumi runs (Pulumi.yaml, `main`): index.ts, compiled anew where it changed.
"use strict";
const path = require("node:path");
const { ensureBuilt, CompileError } = require("../toolchain/build");
const { nodeProblem } = require("../toolchain/node-version");

const problem = nodeProblem(process.versions.node, "use bin/pulumi, or put a newer node first on PATH");
if (problem !== undefined) throw new Error(problem);
// Pulumi starts this in the folder of this file; the stacks' config lies above.
process.chdir(path.join(__dirname, ".."));
try {
  ensureBuilt();
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  // Of a RunError Pulumi shows the text alone: file, line and mistake.
  const { RunError } = require("@pulumi/pulumi");
  throw new RunError(error.message);
}
module.exports = require(path.join(__dirname, "..", "dist", "index.js"));
