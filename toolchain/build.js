// @ts-check
// Compiles the TypeScript when, and only when, it changed: nothing here ever runs stale output.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { spawnSync } = require("node:child_process");
const { root, nodeBinary } = require("./layout");

const rooms = ["index.ts", "mesos", "config", "plan", "readiness", "components", "automation", "simulator", "bench"];
const settings = ["package-lock.json", "tsconfig.base.json", "tsconfig.json", "toolchain/build.js"];
const stamp = path.join(root, "dist", ".built");
const lock = path.join(root, "node_modules", ".mesos-matrix-build");

class CompileError extends Error {}

/** Compiles the product if a source is newer than its output. Throws CompileError with file:line of every mistake. */
function ensureBuilt() {
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === fingerprint()) return;
  withLock(() => {
    const now = fingerprint();
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === now) return;
    fs.rmSync(stamp, { force: true });
    compile(["-b", "."]);
    bundleSimulator();
    fs.writeFileSync(stamp, now);
  });
}

/** Compiles product and tests. */
function buildTests() {
  ensureBuilt();
  withLock(() => compile(["-b", "test"]));
}

/** @param {string[]} args */
function compile(args) {
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(nodeBinary(), [tsc, ...args, "--pretty", "false"], { cwd: root, encoding: "utf8", timeout: 300_000 });
  if (result.status !== 0) throw new CompileError(`${result.stdout}${result.stderr}`.trim() || String(result.error));
}

/** The simulator runs inside an image: one file with all it needs. */
function bundleSimulator() {
  const esbuild = path.join(root, "node_modules", "esbuild", "bin", "esbuild");
  const args = ["dist/simulator/main.js", "--bundle", "--platform=node", "--target=node24", "--log-level=warning"];
  const result = spawnSync(nodeBinary(), [esbuild, ...args, "--outfile=dist/simulator.cjs"], { cwd: root, encoding: "utf8", timeout: 60_000 });
  if (result.status !== 0) throw new CompileError(`${result.stdout}${result.stderr}`.trim() || String(result.error));
}

/** Names, sizes and times of every source. */
function fingerprint() {
  const hash = crypto.createHash("sha256");
  for (const file of [...settings, ...rooms].flatMap((name) => files(path.join(root, name)))) {
    const { size, mtimeNs } = fs.statSync(file, { bigint: true });
    hash.update(`${file}\0${size}\0${mtimeNs}\n`);
  }
  return hash.digest("hex");
}

/** @param {string} file @returns {string[]} */
function files(file) {
  if (!fs.existsSync(file)) return [];
  if (!fs.statSync(file).isDirectory()) return [file];
  return fs
    .readdirSync(file)
    .sort()
    .flatMap((name) => files(path.join(file, name)))
    .filter((name) => /\.(ts|json)$/.test(name));
}

/** One compiler at a time in one clone. @param {() => void} work */
function withLock(work) {
  const deadline = Date.now() + 300_000;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      if (!holderLives()) fs.rmSync(lock, { force: true });
      else if (Date.now() > deadline) throw new CompileError(`another process compiles since 5 minutes; if not, remove ${lock}`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function holderLives() {
  try {
    const pid = Number(fs.readFileSync(lock, "utf8"));
    // An empty file: its writer is between making and filling it.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

module.exports = { ensureBuilt, buildTests, CompileError };
