// @ts-check
// Pulumi's resource plugins: the user's own where they are installed, else ours in a PULUMI_HOME of our own.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { ownPulumiHome, versions } = require("./layout");
const { run } = require("./run");
const { buildGoBinary, goBinaryPath, placeBinary } = require("./go-build");
const { binaries } = require("./binaries");
const { download, pluginDownload } = require("./download");
const { Precondition } = require("./precondition");

/** @typedef {import("./binaries").Plugin} Plugin */

/** @type {Plugin[]} */
const plugins = ["docker", "command"];

const pluginDir = (/** @type {Plugin} */ name) =>
  path.join(ownPulumiHome, "plugins", `resource-${name}-v${versions[name]}`);

/**
 * @param {string} pulumiRoot
 * @param {(line: string) => void} say
 * @param {import("./download").Servers} [servers]
 * @returns {Promise<string | null>} PULUMI_HOME that has the plugins; null: the user's own has them
 */
async function providePlugins(pulumiRoot, say, servers) {
  const cli = path.join(pulumiRoot, "bin", "pulumi");
  const have = await installedPlugins(cli);
  const missing = plugins.filter((name) => !have.has(`${name} ${versions[name]}`));
  if (missing.length === 0) return null;
  const home = process.env.PULUMI_HOME || ownPulumiHome;
  if (home !== ownPulumiHome) {
    throw new Precondition(`PULUMI_HOME is ${home}, which lacks Pulumi's plugins ${missing.join(" and ")}`, [
      ...missing.map((name) => `${cli} plugin install resource ${name} ${versions[name]}`),
      "unset PULUMI_HOME   # instead: the set-up then has a folder of its own",
    ]);
  }
  for (const name of plugins) if (!pluginIsCurrent(name)) await providePlugin(name, say, servers);
  return ownPulumiHome;
}

/** Whether our own plugins are there and up to date. */
const ownPluginsPresent = () => plugins.every(pluginIsCurrent);

/** @param {string} cli @returns {Promise<Set<string>>} the user's own plugins as "name version" */
async function installedPlugins(cli) {
  const ours = process.env.PULUMI_HOME === ownPulumiHome;
  const { code, stdout } = await run([cli, "plugin", "ls", "--json"], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true", ...(ours ? { PULUMI_HOME: undefined } : {}) },
  });
  if (code !== 0) return new Set();
  /** @type {{name: string, kind?: string, version?: string}[] | null} */
  const list = JSON.parse(stdout);
  return new Set(
    (list ?? []).filter((p) => p.kind === "resource").map((p) => `${p.name} ${p.version ?? ""}`),
  );
}

/** @param {Plugin} name @param {(line: string) => void} say @param {import("./download").Servers} [servers] */
async function providePlugin(name, say, servers) {
  const folder = pluginDir(name);
  say(`downloading Pulumi's ${name} plugin ${versions[name]}`);
  const obstacle = await download(pluginDownload(name, versions[name], servers), folder);
  if (obstacle === undefined) {
    fs.writeFileSync(path.join(folder, "origin"), "official\n");
    return;
  }
  const stand = name === "docker" ? "the same provider, bridged by us" : "a stand-in of our own";
  say(`${obstacle}; building ${stand} from Go modules, 1 to 2 minutes the first time`);
  const file = await buildGoBinary(binaries[name]);
  placeBinary(file, folder);
  fs.writeFileSync(path.join(folder, "origin"), `${file}\n`);
}

/** Official ones stay; one that we built must come from the sources as they are now. @param {Plugin} name */
function pluginIsCurrent(name) {
  const binary = path.join(pluginDir(name), `pulumi-resource-${name}`);
  const originFile = path.join(pluginDir(name), "origin");
  if (!fs.existsSync(binary) || !fs.existsSync(originFile)) return false;
  const origin = fs.readFileSync(originFile, "utf8").trim();
  return origin === "official" || origin === goBinaryPath(binaries[name]);
}

module.exports = { providePlugins, ownPluginsPresent };
