// @ts-check
// What a killed dockerd leaves behind, and what of it keeps the next one from starting.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/** Folders as the engine knows them; tests have their own. */
const machine = { runDir: "/var/run", procDir: "/proc" };

/** Whether a dockerd runs already, answering or not yet. */
function dockerdRuns({ runDir, procDir } = machine) {
  return runs(path.join(runDir, "docker.pid"), "dockerd", procDir);
}

/**
 * Removes pid files whose process is gone, is a zombie, or is by now another program: dockerd would take it for
 * the one it looks for, and refuse to start or wait for it without end.
 */
function removeStalePidFiles({ runDir, procDir } = machine) {
  const files = { "docker.pid": "dockerd", "docker/containerd/containerd.pid": "containerd" };
  for (const [name, program] of Object.entries(files)) {
    const file = path.join(runDir, name);
    if (!runs(file, program, procDir)) fs.rmSync(file, { force: true });
  }
}

/** @param {string} pidFile @param {string} program @param {string} procDir */
function runs(pidFile, program, procDir) {
  if (!fs.existsSync(pidFile)) return false;
  const status = path.join(procDir, fs.readFileSync(pidFile, "utf8").trim() || "none", "status");
  if (!fs.existsSync(status)) return false;
  const text = fs.readFileSync(status, "utf8");
  const field = (/** @type {string} */ name) => text.match(new RegExp(`^${name}:\\s*(\\S+)`, "m"))?.[1];
  return field("Name") === program && !["Z", "X"].includes(field("State") ?? "");
}

module.exports = { dockerdRuns, removeStalePidFiles };
