// @ts-check
// The environment in which our CLI and Pulumi run. What the user has set himself is left alone.
// As a program it prints shell lines for bin/pulumi to evaluate.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root, cacheDir, stateDir, passphraseFile } = require("./layout");
const { readDecision } = require("./decision");

/**
 * PATH stays the user's: his test commands run with his own programs.
 * @returns {Record<string, string> | undefined} variables to set; undefined where the set-up has not run
 */
function toolchainEnvironment() {
  const decision = readDecision();
  return decision === undefined ? undefined : environmentOf(decision);
}

/**
 * @param {import("./decision").Decision | undefined} decision undefined: the user's own Pulumi is used as it is
 * @returns {Record<string, string>}
 */
function environmentOf(decision) {
  const { PULUMI_HOME: home = "", PULUMI_CONFIG_PASSPHRASE: passphrase } = process.env;
  // A home of the user's own does without our plugins: Pulumi gets there what it lacks.
  const plugins = decision?.pulumiHome ?? null;
  const ownHome = plugins !== null && (home === "" || home === plugins);
  /** @type {Record<string, string>} */
  const wanted = {
    // A side file per stack can be cut short by a kill, and then no command works on this state any more.
    PULUMI_BACKEND_URL: `file://${stateDir}?metadata=skip`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NODE_COMPILE_CACHE: path.join(cacheDir, "node-compile"),
    ...(ownHome ? { PULUMI_HOME: String(plugins), PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
    // Set but empty is a choice, too.
    ...(passphrase === undefined ? { PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile } : {}),
  };
  const unset = Object.entries(wanted).filter(([name]) => (process.env[name] ?? "") === "");
  const root = decision === undefined ? {} : { MESOS_MATRIX_PULUMI_ROOT: decision.pulumiRoot };
  return { ...Object.fromEntries(unset), ...root };
}

/**
 * As above, with a PATH on which Pulumi finds the right Node, and programs find Pulumi.
 * @returns {Record<string, string> | undefined}
 */
function pulumiEnvironment() {
  const environment = toolchainEnvironment();
  if (environment === undefined) return undefined;
  const bin = path.join(String(environment.MESOS_MATRIX_PULUMI_ROOT), "bin");
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  // A folder such as /usr/local/bin moved to the front would bring more to the front than Pulumi.
  const first = folders.find((folder) => fs.existsSync(path.join(folder, "pulumi"))) ?? bin;
  const found =
    fs.existsSync(first) &&
    fs.realpathSync(path.join(first, "pulumi")) === fs.realpathSync(path.join(bin, "pulumi"));
  const ours = [path.join(root, "node_modules", ".bin"), ...(found && folders.includes(first) ? [] : [bin])];
  return {
    ...environment,
    PATH: [...ours, ...folders.filter((folder) => !ours.includes(folder))].join(path.delimiter),
  };
}

/** @param {string} text */
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

if (require.main === module) {
  const environment = pulumiEnvironment();
  if (environment === undefined) {
    console.error(
      `The Pulumi CLI and plugins are not set up. Run: node ${quote(path.join(root, "toolchain", "setup.js"))}`,
    );
    process.exitCode = 3;
  } else {
    for (const [name, value] of Object.entries(environment)) console.log(`export ${name}=${quote(value)}`);
  }
}

module.exports = { toolchainEnvironment, environmentOf, pulumiEnvironment };
