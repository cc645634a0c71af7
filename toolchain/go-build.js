// @ts-check
// Go binaries, cached by the content of everything that goes into them.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { cacheDir } = require("./layout");
const { run, must } = require("./run");
const { Precondition } = require("./precondition");

/**
 * @typedef {object} GoBinary
 * @property {string} name file name of the binary
 * @property {string} module folder with go.mod, go.sum and sources
 * @property {string} package what `go build` is given
 * @property {string[]} flags flags of `go build`
 * @property {NodeJS.Platform} [system] where it runs, if that is not this machine: in a container
 */

/** Said to Go, lest a user's setting for cross-compiling builds what does not run here. @param {GoBinary} binary */
const machine = ({ system = process.platform }) => ({
  GOOS: system,
  GOARCH: process.arch === "x64" ? "amd64" : process.arch,
});

/** Where the binary lies once it is built. @param {GoBinary} binary */
function goBinaryPath(binary) {
  const hash = crypto
    .createHash("sha256")
    .update(JSON.stringify([binary.system ?? process.platform, process.arch, binary.package, binary.flags]));
  for (const file of sources(binary.module)) {
    hash.update(path.relative(binary.module, file)).update("\0").update(fs.readFileSync(file)).update("\0");
  }
  return path.join(cacheDir, "go", `${binary.name}-${hash.digest("hex").slice(0, 16)}`, binary.name);
}

/** Builds the binary unless the cache has it. @param {GoBinary} binary @returns {Promise<string>} its path */
async function buildGoBinary(binary) {
  const target = goBinaryPath(binary);
  if (fs.existsSync(target)) return target;
  if ((await run(["go", "version"])).code !== 0) {
    throw new Precondition(`${binary.name} cannot be downloaded and there is no Go to build it with`, [
      "https://go.dev/dl/   # install Go 1.26 or newer, then run the set-up again; or, with a way to the internet,",
      "https://www.pulumi.com/docs/iac/download-install/   # install Pulumi, then run the set-up again",
    ]);
  }
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}`;
  await must(["go", "build", "-trimpath", ...binary.flags, "-o", draft, binary.package], {
    cwd: binary.module,
    env: { ...machine(binary), CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
    timeout: 1800,
  });
  fs.renameSync(draft, target);
  return target;
}

/** A hard link in place of whatever stands in the folder: that may be running. @param {string} file @param {string} folder */
function placeBinary(file, folder) {
  fs.mkdirSync(folder, { recursive: true });
  const draft = path.join(folder, `.${path.basename(file)}.${process.pid}`);
  fs.rmSync(draft, { force: true });
  fs.linkSync(file, draft);
  fs.renameSync(draft, path.join(folder, path.basename(file)));
}

/** All files of a module but its tests, sorted. @param {string} folder @returns {string[]} */
function sources(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return sources(file);
      return entry.name.endsWith("_test.go") ? [] : [file];
    });
}

module.exports = { goBinaryPath, buildGoBinary, placeBinary };
