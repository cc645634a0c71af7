// @ts-check
"use strict";
const fs = require("node:fs");
const { must } = require("./run");
const { Precondition } = require("./precondition");

const isRoot = () => process.getuid?.() === 0;

/** @returns {string | undefined} Debian's major version; undefined on other systems */
function debianVersion() {
  const release = fs.existsSync("/etc/os-release") ? fs.readFileSync("/etc/os-release", "utf8") : "";
  if (process.platform !== "linux" || !/^ID=debian$/m.test(release)) return undefined;
  return release.match(/^VERSION_ID="?(\d+)/m)?.[1] ?? "";
}

let updated = false;

/**
 * Installs Debian packages, or says how.
 * @param {string[]} packages
 * @param {string} what what is missing, in words
 */
async function install(packages, what) {
  if (!isRoot() || debianVersion() === undefined) {
    throw new Precondition(`${what}. The set-up installs packages only on Debian and as root.`, [
      "sudo apt-get update",
      `sudo apt-get install --no-install-recommends ${packages.join(" ")}   # or your system's way to the same`,
    ]);
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  if (!updated) await must(["apt-get", "update", "-qq"], { env, timeout: 300 });
  updated = true;
  await must(["apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages], {
    env,
    timeout: 900,
  });
}

module.exports = { install, isRoot, debianVersion };
