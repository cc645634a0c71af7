// @ts-check
// Frameworks on clients that others wrote, for the tests: two of Go, one of Python. They lie in the cache; links beside
// the compiled sources tell where.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { root, cacheDir } = require("./layout");
const { buildGoBinary, goBinaryPath } = require("./go-build");
const { binaries } = require("./binaries");
const debian = require("./debian");
const { run, must } = require("./run");

const folder = path.join(root, "dist", "foreign-clients");
const requirements = path.join(root, "test", "clients", "requirements.txt");

/** Where the Python with the pinned packages lies once it is made. */
function pythonPath() {
  const hash = crypto.createHash("sha256").update(fs.readFileSync(requirements)).digest("hex").slice(0, 16);
  return path.join(cacheDir, "python", `clients-${hash}`);
}

/** Link beside the compiled sources -> what it has to lead to. @returns {Record<string, string>} */
const targets = () => ({
  "mesos-go-v0": goBinaryPath(binaries.clientV0),
  "mesos-go-v1": goBinaryPath(binaries.clientV1),
  python: pythonPath(),
});

function foreignClientsPresent() {
  return Object.entries(targets()).every(([name, target]) => {
    const link = path.join(folder, name);
    return fs.existsSync(link) && fs.readlinkSync(link) === target;
  });
}

/** @param {(line: string) => void} say */
async function provideForeignClients(say) {
  say("mesos-go's driver and scheduler");
  await buildGoBinary(binaries.clientV0);
  await buildGoBinary(binaries.clientV1);
  say("avmesos and what it needs, by their hashes");
  await makePython(pythonPath());
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, target] of Object.entries(targets())) {
    const draft = path.join(folder, `.${name}.${process.pid}`);
    fs.symlinkSync(target, draft);
    fs.renameSync(draft, path.join(folder, name));
  }
}

/** Programs in it name the folder, so it is made where it stays; what is there without its mark is not whole. @param {string} target */
async function makePython(target) {
  const mark = path.join(target, "whole");
  if (fs.existsSync(mark)) return;
  const make = () => run(["python3", "-m", "venv", "--clear", target], { timeout: 300 });
  if ((await make()).code !== 0) {
    await debian.install(["python3-venv"], "avmesos needs Python 3 with venv");
    await must(["python3", "-m", "venv", "--clear", target], { timeout: 300 });
  }
  const pinned = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", requirements];
  await must([path.join(target, "bin", "pip"), "install", "--quiet", ...pinned], { timeout: 600 });
  fs.writeFileSync(mark, "");
}

module.exports = { foreignClientsPresent, provideForeignClients };
