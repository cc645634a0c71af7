// @ts-check
// The Docker engine: used where one answers, else Debian's is installed and started.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { setTimeout: pause } = require("node:timers/promises");
const { cacheDir } = require("./layout");
const { run } = require("./run");
const debian = require("./debian");
const { Precondition } = require("./precondition");

/** @returns {Promise<string | undefined>} the engine's version, if one answers */
async function engineVersion() {
  const { code, stdout } = await run(["docker", "version", "--format", "{{.Server.Version}}"], { timeout: 20 });
  const version = stdout.trim();
  return code === 0 && version !== "" ? version : undefined;
}

/** Installs what is missing and starts the engine; ends when it answers. @param {(line: string) => void} say */
async function startEngine(say) {
  if ((process.env.DOCKER_HOST ?? "") !== "") {
    throw new Precondition(`DOCKER_HOST is ${process.env.DOCKER_HOST}, but no Docker engine answers there`, [
      "unset DOCKER_HOST   # to use this machine's own engine",
      "docker version      # shows why it does not answer",
    ]);
  }
  const present = (await run(["dockerd", "--version"])).code === 0;
  if (!present) {
    say("installing Debian's docker.io (no Docker engine is installed)");
    await debian.install(["docker.io", "iptables", "ca-certificates"], "no Docker engine answers and none is installed");
  }
  if (process.getuid?.() !== 0) {
    throw new Precondition("the Docker engine is installed but does not answer", [
      "sudo systemctl start docker   # or: sudo service docker start",
      'sudo usermod -aG docker "$USER" && newgrp docker   # if only the permission is missing',
    ]);
  }
  if (fs.existsSync("/run/systemd/system")) {
    throw new Precondition("the Docker engine is installed but does not answer", [
      "systemctl start docker",
      "journalctl -u docker   # if it fails",
    ]);
  }
  removeStalePidFiles();
  fs.mkdirSync(cacheDir, { recursive: true });
  const logFile = path.join(cacheDir, "dockerd.log");
  const log = fs.openSync(logFile, "a");
  say(`starting dockerd (its output goes to ${logFile})`);
  // A session of its own and no shared output: otherwise whoever started the set-up waits for the engine's end.
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  daemon.unref();
  fs.closeSync(log);
  const deadline = Date.now() + 60_000;
  while ((await engineVersion()) === undefined) {
    if (daemon.exitCode !== null || Date.now() > deadline) {
      const tail = fs.readFileSync(logFile, "utf8").trim().split("\n").slice(-10).join("\n");
      throw new Error(`dockerd did not get ready within 60 s; the end of ${logFile}:\n${tail}`);
    }
    await pause(200);
  }
}

/** A killed dockerd leaves pid files that keep the next one from starting. */
function removeStalePidFiles() {
  const files = [
    ["/var/run/docker.pid", "dockerd"],
    ["/var/run/docker/containerd/containerd.pid", "containerd"],
  ];
  for (const [file, name] of files) {
    if (file === undefined || !fs.existsSync(file)) continue;
    const pid = fs.readFileSync(file, "utf8").trim();
    const comm = `/proc/${pid}/comm`;
    if (!fs.existsSync(comm) || fs.readFileSync(comm, "utf8").trim() !== name) fs.unlinkSync(file);
  }
}

module.exports = { engineVersion, startEngine };
