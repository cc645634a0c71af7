// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { root } = require("./layout");
const { must } = require("./run");

const stamp = path.join(root, "node_modules", ".mesos-matrix-lock");

const lockHash = () => crypto.createHash("sha256").update(fs.readFileSync(path.join(root, "package-lock.json"))).digest("hex");

/** Whether node_modules is what package-lock.json says. */
const packagesPresent = () => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === lockHash();

/** Installs exactly the locked packages; no install script of any package runs. */
async function installPackages() {
  await must(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, timeout: 900 });
  fs.writeFileSync(stamp, lockHash());
}

module.exports = { packagesPresent, installPackages };
