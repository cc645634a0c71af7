// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { passphraseFile, stateDir } = require("./layout");

/** Whether the state folder and the passphrase exist. */
const statePresent = () => fs.existsSync(stateDir) && fs.existsSync(passphraseFile);

/** Makes the state folder and, once, a random passphrase that only this user can read. */
function makeState() {
  fs.mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  fs.mkdirSync(path.dirname(passphraseFile), { recursive: true, mode: 0o700 });
  if (fs.existsSync(passphraseFile)) return;
  // Written under another name and linked: two set-ups at once must end with one passphrase.
  const draft = `${passphraseFile}.${process.pid}`;
  fs.writeFileSync(draft, `${crypto.randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  try {
    fs.linkSync(draft, passphraseFile);
  } catch (error) {
    if (!fs.existsSync(passphraseFile)) throw error;
  } finally {
    fs.unlinkSync(draft);
  }
}

module.exports = { statePresent, makeState };
