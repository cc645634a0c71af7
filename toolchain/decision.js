// @ts-check
// What the set-up found or made on this machine: which CLI, and whose plugins.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { decisionFile } = require("./layout");

/**
 * @typedef {object} Decision
 * @property {string} pulumiRoot the folder whose bin/ holds the CLI
 * @property {string | null} pulumiHome PULUMI_HOME with our plugins; null: the user's own has them
 * @property {string} from what the set-up was to provide when it decided: versions and sources
 */

/** @returns {Decision | undefined} undefined where the set-up has not run, or where its CLI has gone */
function readDecision() {
  try {
    /** @type {Decision} */
    const decision = JSON.parse(fs.readFileSync(decisionFile, "utf8"));
    return fs.existsSync(path.join(decision.pulumiRoot, "bin", "pulumi")) ? decision : undefined;
  } catch {
    return undefined; // missing or spoilt: the set-up writes it again
  }
}

/** @param {Decision} decision */
function writeDecision(decision) {
  fs.mkdirSync(path.dirname(decisionFile), { recursive: true });
  const draft = `${decisionFile}.${process.pid}`;
  fs.writeFileSync(draft, `${JSON.stringify(decision, null, 2)}\n`);
  fs.renameSync(draft, decisionFile);
}

module.exports = { readDecision, writeDecision };
