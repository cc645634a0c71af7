// @ts-check
// The environment in which our CLI and Pulumi run. What the user has set himself is left alone.
// As a program it prints shell lines for bin/pulumi to evaluate.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root, cacheDir, stateDir, passphraseFile, decisionFile } = require("./layout");

/** @returns {Record<string, string> | undefined} variables to set; undefined where the set-up has not run */
function toolchainEnvironment() {
  if (!fs.existsSync(decisionFile)) return undefined;
  /** @type {import("./pulumi").Decision} */
  const { pulumiRoot, pulumiHome } = JSON.parse(fs.readFileSync(decisionFile, "utf8"));
  const bins = [path.join(root, "node_modules", ".bin"), path.join(pulumiRoot, "bin")];
  /** @type {Record<string, string>} */
  const wanted = {
    // A side file per stack can be cut short by a kill, and then no command works on this state any more.
    PULUMI_BACKEND_URL: `file://${stateDir}?metadata=skip`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NODE_COMPILE_CACHE: path.join(cacheDir, "node-compile"),
    ...(pulumiHome === null
      ? {}
      : { PULUMI_HOME: pulumiHome, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    ...(process.env.PULUMI_CONFIG_PASSPHRASE === undefined ? { PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile } : {}),
  };
  const unset = Object.entries(wanted).filter(([name]) => (process.env[name] ?? "") === "");
  return {
    ...Object.fromEntries(unset),
    PATH: [...bins, process.env.PATH ?? ""].join(path.delimiter),
    MESOS_MATRIX_PULUMI_ROOT: pulumiRoot,
  };
}

/** @param {string} text */
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

if (require.main === module) {
  const environment = toolchainEnvironment();
  if (environment === undefined) {
    console.error("The Pulumi CLI and plugins are not set up. Run: node toolchain/setup.js");
    process.exitCode = 3;
  } else {
    for (const [name, value] of Object.entries(environment)) console.log(`export ${name}=${quote(value)}`);
  }
}

module.exports = { toolchainEnvironment };
