// @ts-check
// One process at a time, and never stuck behind one that died.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/** Nobody holds a lock longer: what is done under it has shorter limits. */
const longestHold = 480_000;

/**
 * Waits until no other process holds the lock, then does the work.
 * @param {string} file made for the time of the work; holds the process id
 * @param {() => void} work
 */
function withLock(file, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const deadline = Date.now() + 2 * longestHold;
  while (!take(file)) {
    removeIfStale(file);
    if (Date.now() > deadline)
      throw new Error(`another process has been busy too long; if none is, remove ${file}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  try {
    work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** Linked under its name when it is complete: a lock without its holder's id is never seen. @param {string} file */
function take(file) {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, String(process.pid));
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (code(error) === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** One process at a time judges and removes: else the second could remove what the first has just taken. @param {string} file */
function removeIfStale(file) {
  const guard = `${file}.stale`;
  try {
    fs.mkdirSync(guard);
  } catch (error) {
    if (code(error) !== "EEXIST") throw error;
    if (age(guard) > 10_000) fs.rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (!holderLives(file)) fs.rmSync(file, { force: true });
  } finally {
    fs.rmSync(guard, { recursive: true, force: true });
  }
}

/** @param {string} file */
function holderLives(file) {
  // After a restart of the machine the id may be another process's.
  if (age(file) > longestHold) return false;
  try {
    const pid = Number(fs.readFileSync(file, "utf8"));
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return code(error) === "EPERM";
  }
}

/** @param {string} file @returns {number} milliseconds; 0 where it has gone */
const age = (file) => Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());

/** @param {unknown} error */
const code = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;

module.exports = { withLock };
