// @ts-check
// The CLI of a clone: compiles what changed, sets the environment, then hands over.
"use strict";
const { ensureBuilt, CompileError } = require("../toolchain/build");
const { toolchainEnvironment } = require("../toolchain/environment");

try {
  Object.assign(process.env, toolchainEnvironment());
  require("node:module").enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  ensureBuilt();
  require(require("node:path").join(__dirname, "..", "dist", "automation", "cli", "main.js"));
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
