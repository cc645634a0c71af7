// @ts-check
// Compiles the TypeScript when, and only when, it changed: nothing here ever runs stale output.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { spawnSync } = require("node:child_process");
const layout = require("./layout");
const { withLock } = require("./lock");
const { packagesPresent } = require("./packages");

const rooms = [
  "index.ts",
  "mesos",
  "config",
  "plan",
  "readiness",
  "components",
  "automation",
  "simulator",
  "bridge",
  "bench",
];
const settings = [
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
  "tsconfig.json",
  "toolchain/build.js",
];

/** A mistake in the sources (or missing packages): its text is all that the user needs. */
class CompileError extends Error {}

/**
 * Compiles the product if a source is newer than its output.
 * Throws CompileError with file:line of every mistake, each time until it is mended.
 */
function ensureBuilt(root = layout.root) {
  const stamp = path.join(root, "dist", ".built");
  const upToDate = () => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === fingerprint(root);
  if (upToDate()) return;
  requirePackages(root);
  withLock(lockFile(root), () => {
    if (upToDate()) return;
    // Taken before the compiler reads: what is edited meanwhile is compiled the next time.
    const sources = fingerprint(root);
    fs.rmSync(stamp, { force: true });
    compile(root, ["-b", "."]);
    for (const name of ["simulator", "bridge"]) bundle(root, name);
    fs.writeFileSync(stamp, sources);
  });
}

/** Compiles product and tests. */
function buildTests(root = layout.root) {
  ensureBuilt(root);
  withLock(lockFile(root), () => compile(root, ["-b", "test"]));
}

/** @param {string} root */
const lockFile = (root) => path.join(root, "node_modules", ".mesos-matrix-build");

/** @param {string} root */
function requirePackages(root) {
  if (fs.existsSync(path.join(root, "node_modules", "typescript"))) return;
  throw new CompileError(`the packages are not installed in ${root}; run: node toolchain/setup.js`);
}

/** @param {string} root @param {string[]} args */
function compile(root, args) {
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const result = node(root, [tsc, ...args, "--pretty", "false"], 300_000);
  if (result.status === 0) return;
  // tsc writes file(line,column): terminals and editors open file:line:column.
  const mistakes = result.text.replaceAll(/^(.+?)\((\d+),(\d+)\): /gm, "$1:$2:$3: ");
  const cause = packagesPresent(root)
    ? ""
    : "\nnode_modules is not what package-lock.json says, which may be the cause; run: node toolchain/setup.js --only packages";
  throw new CompileError(mistakes + cause);
}

/** What runs inside an image is one file with all it needs. @param {string} root @param {string} name */
function bundle(root, name) {
  // By its module, not its bin/esbuild: that is a script or, where install scripts ran, the binary itself.
  const call = `require("esbuild").buildSync(JSON.parse(process.argv[1]))`;
  const options = {
    entryPoints: [`dist/${name}/main.js`],
    outfile: `dist/${name}.cjs`,
    bundle: true,
    platform: "node",
    target: "node24",
    logLevel: "warning",
  };
  const result = node(root, ["-e", call, JSON.stringify(options)], 60_000);
  if (result.status !== 0) throw new CompileError(result.text);
}

/** @param {string} root @param {string[]} args @param {number} timeout milliseconds */
function node(root, args, timeout) {
  const result = spawnSync(layout.nodeBinary(), args, {
    cwd: root,
    encoding: "utf8",
    timeout,
    killSignal: "SIGKILL",
  });
  return { status: result.status, text: `${result.stdout}${result.stderr}`.trim() || String(result.error) };
}

/** Names, sizes and times of every source. @param {string} root */
function fingerprint(root) {
  const hash = crypto.createHash("sha256");
  for (const file of [...settings, ...rooms].flatMap((name) => files(path.join(root, name)))) {
    const { size, mtimeNs } = fs.statSync(file, { bigint: true });
    hash.update(`${file}\0${size}\0${mtimeNs}\n`);
  }
  return hash.digest("hex");
}

/** @param {string} file @returns {string[]} */
function files(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return /\.(ts|js|json)$/.test(file) ? [file] : [];
  return fs
    .readdirSync(file)
    .sort()
    .flatMap((name) => files(path.join(file, name)));
}

module.exports = { ensureBuilt, buildTests, CompileError };
