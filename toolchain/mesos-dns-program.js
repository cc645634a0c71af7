// @ts-check
// Real Mesos-DNS, built from Go modules for the engine's containers. It lies in the cache; a link beside the compiled
// sources tells them where.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("./layout");
const { buildGoBinary, goBinaryPath } = require("./go-build");
const { binaries } = require("./binaries");

const link = path.join(root, "dist", "mesos-dns");

/** Whether the link leads to what is built from the sources as they are now. */
function mesosDnsPresent() {
  const target = goBinaryPath(binaries.mesosDns);
  return fs.existsSync(link) && fs.readlinkSync(link) === target;
}

async function provideMesosDns() {
  const target = await buildGoBinary(binaries.mesosDns);
  fs.mkdirSync(path.dirname(link), { recursive: true });
  const draft = `${link}.${process.pid}`;
  fs.symlinkSync(target, draft);
  fs.renameSync(draft, link);
}

module.exports = { mesosDnsPresent, provideMesosDns };
