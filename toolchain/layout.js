// @ts-check
// Where things lie on this machine. Plain Node 20 without packages: the set-up runs before `npm ci`.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const home = os.homedir();

/** As the XDG rules say, a relative path counts as none. @param {string} variable @param {string} fallback */
const xdg = (variable, fallback) => {
  const { [variable]: own = "" } = process.env;
  return path.join(path.isAbsolute(own) ? own : path.join(home, fallback), "mesos-matrix");
};

/** Built and downloaded tools; may be deleted at any time. */
const cacheDir = xdg("XDG_CACHE_HOME", ".cache");
/** Pulumi's state of our stacks. */
const stateDir = path.join(xdg("XDG_STATE_HOME", ".local/state"), "pulumi");
/** The passphrase stands apart from the state that it protects. */
const passphraseFile = path.join(xdg("XDG_CONFIG_HOME", ".config"), "passphrase");
/** What the set-up found or made: which CLI, which plugin folder. */
const decisionFile = path.join(cacheDir, "toolchain.json");
/** PULUMI_HOME where the plugins are ours. */
const ownPulumiHome = path.join(cacheDir, "pulumi-home");

/** Versions that the set-up provides. @pulumi/command is exactly 1.2.1: the newer number on npm is a mistaken publish. */
const versions = { pulumi: "3.259.0", docker: "5.2.0", command: "1.2.1" };

/** The oldest CLI on PATH that is used as it is. */
const oldestPulumi = "3.200.0";

/** Node that runs the product: the pinned package where npm could install it, else what runs this. */
const nodeBinary = () => {
  const pinned = path.join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node");
  return fs.existsSync(pinned) ? pinned : process.execPath;
};

module.exports = {
  root,
  cacheDir,
  stateDir,
  passphraseFile,
  decisionFile,
  ownPulumiHome,
  versions,
  oldestPulumi,
  nodeBinary,
};
