// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { passphraseFile, stateDir } = require("./layout");
const { Precondition } = require("./precondition");

/** Whether the state folder exists, and a passphrase that is not empty and that only this user can read. */
function statePresent() {
  const file = fs.statSync(passphraseFile, { throwIfNoEntry: false });
  return fs.existsSync(stateDir) && file !== undefined && file.size > 0 && (file.mode & 0o077) === 0;
}

/** Makes the state folder and, once, a random passphrase that only this user can read. @param {(line: string) => void} say */
function makeState(say) {
  fs.mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  fs.mkdirSync(path.dirname(passphraseFile), { recursive: true, mode: 0o700 });
  if (!fs.existsSync(passphraseFile)) makePassphrase(say);
  // One that somebody emptied is not replaced unasked: it may be the copy of one that is kept elsewhere.
  if (fs.statSync(passphraseFile).size === 0) {
    throw new Precondition(`${passphraseFile} is empty`, [
      `rm '${passphraseFile}'   # and run the set-up again: it makes a new one, which opens no older stack`,
    ]);
  }
  fs.chmodSync(passphraseFile, 0o600);
}

/** @param {(line: string) => void} say */
function makePassphrase(say) {
  const stacks = path.join(stateDir, ".pulumi", "stacks");
  if (fs.existsSync(stacks)) say(`warning: ${stacks} may hold stacks that only an earlier passphrase opens`);
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
