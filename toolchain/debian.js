// @ts-check
"use strict";
const fs = require("node:fs");
const { must } = require("./run");
const { Precondition } = require("./precondition");

/** Whether packages may be installed here: Debian, and root. */
function mayInstall() {
  const release = fs.existsSync("/etc/os-release") ? fs.readFileSync("/etc/os-release", "utf8") : "";
  return process.platform === "linux" && process.getuid?.() === 0 && /^ID=debian$/m.test(release);
}

let updated = false;

/**
 * Installs Debian packages, or says how.
 * @param {string[]} packages
 * @param {string} what what is missing, in words
 */
async function install(packages, what) {
  if (!mayInstall()) {
    throw new Precondition(`${what}. The set-up installs packages only on Debian and as root.`, [
      "sudo apt-get update",
      `sudo apt-get install --no-install-recommends ${packages.join(" ")}   # or your system's way to the same`,
    ]);
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  if (!updated) await must(["apt-get", "update", "-qq"], { env, timeout: 300 });
  updated = true;
  await must(["apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages], { env, timeout: 900 });
}

module.exports = { install, mayInstall };
