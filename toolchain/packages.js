// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const layout = require("./layout");
const { must } = require("./run");

/**
 * @typedef {object} Locked an entry of npm's lock files
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

/** Whether node_modules is what package-lock.json says, by npm's own record of what it installed. */
function packagesPresent(root = layout.root) {
  const wanted = entries(path.join(root, "package-lock.json"));
  const installed = entries(path.join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || installed === undefined) return false;
  const missing = Object.entries(wanted).some(([name, entry]) => {
    const have = installed[name];
    if (have === undefined) return !(entry.optional && isForOtherMachines(entry));
    return have.version !== entry.version || have.integrity !== entry.integrity;
  });
  return !missing && Object.keys(installed).every((name) => name in wanted);
}

/** @param {string} file @returns {Record<string, Locked> | undefined} */
function entries(file) {
  if (!fs.existsSync(file)) return undefined;
  const { packages } = JSON.parse(fs.readFileSync(file, "utf8"));
  delete packages[""]; // the project itself
  return packages;
}

/** Which C library runs here is not looked up: npm decides. @param {Locked} entry */
const isForOtherMachines = ({ os, cpu, libc }) =>
  (os !== undefined && !os.includes(process.platform)) ||
  (cpu !== undefined && !cpu.includes(process.arch)) ||
  libc !== undefined;

/** Installs exactly the locked packages; no install script of any package runs. */
async function installPackages() {
  await must(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: layout.root,
    timeout: 900,
  });
}

module.exports = { packagesPresent, installPackages };
