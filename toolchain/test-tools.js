// @ts-check
"use strict";
const fs = require("node:fs");
const debian = require("./debian");

/** Program -> Debian package: real peers of the tests. */
const tools = {
  "/usr/sbin/sshd": "openssh-server",
  "/usr/bin/ssh": "openssh-client",
  "/usr/bin/dig": "dnsutils",
  "/usr/bin/jq": "jq",
  "/usr/bin/docker-registry": "docker-registry",
};

/** @returns {Promise<string[]>} packages */
async function missingTestTools() {
  return Object.entries(tools).flatMap(([file, name]) => (fs.existsSync(file) ? [] : [name]));
}

/** @param {(line: string) => void} say */
async function installTestTools(say) {
  const missing = await missingTestTools();
  say(`installing ${missing.join(", ")}`);
  await debian.install(missing, `the tests need ${missing.join(", ")}`);
}

module.exports = { missingTestTools, installTestTools };
