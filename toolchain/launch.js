// @ts-check
// Starts a program of dist/: compiles what changed, sets the environment, then hands over.
"use strict";
const path = require("node:path");
const { enableCompileCache } = require("node:module");
const { ensureBuilt, CompileError } = require("./build");
const { toolchainEnvironment } = require("./environment");
const { nodeProblem } = require("./node-version");

/** Commands of ours that start nothing, so that they work before the set-up has run. */
const withoutPulumi = ["check", "doctor", "explain", "init", "plan", "schema", "versions"];

/** @param {string} entry path below dist/ */
function launch(entry) {
  const problem = nodeProblem(
    process.versions.node,
    "run node toolchain/setup.js, or put a newer node first on PATH",
  );
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 3;
    return;
  }
  const prepared = toolchainEnvironment();
  if (prepared === undefined && !withoutPulumi.includes(process.argv[2] ?? "")) {
    console.error("The Pulumi CLI and plugins are not set up. Run: node toolchain/setup.js");
    process.exitCode = 3;
    return;
  }
  const own = prepared ?? {};
  // What a user's test command must not inherit: these are for our own Pulumi.
  Object.assign(process.env, own, { MESOS_MATRIX_OWN_ENV: Object.keys(own).join(",") });
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  try {
    ensureBuilt();
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
  require(path.join(__dirname, "..", "dist", entry));
}

module.exports = { launch };
