// @ts-check
// The Docker engine: used where one answers, else Debian's is installed and started.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { setTimeout: pause } = require("node:timers/promises");
const { cacheDir } = require("./layout");
const { run, must } = require("./run");
const debian = require("./debian");
const { dockerdRuns, removeStalePidFiles } = require("./engine-leftovers");
const { Precondition } = require("./precondition");

const readySeconds = 60;

/** @returns {Promise<string | undefined>} the engine's version, if one answers */
async function engineVersion() {
  const { code, stdout } = await run(["docker", "version", "--format", "{{.Server.Version}}"], {
    timeout: 20,
  });
  const version = stdout.trim();
  return code === 0 && version !== "" ? version : undefined;
}

/** Installs what is missing and starts the engine; ends when it answers. @param {(line: string) => void} say */
async function startEngine(say) {
  await refuseWhatIsNotOurs();
  if (!(await installed())) {
    say("installing Debian's docker.io (no Docker engine is installed)");
    // From Debian 13 on the client is a package of its own.
    const client = Number(debian.debianVersion()) >= 13 ? ["docker-cli"] : [];
    await debian.install(
      ["docker.io", ...client, "iptables"],
      "no Docker engine answers and none is installed",
    );
  }
  if (!debian.isRoot()) {
    throw new Precondition("the Docker engine is installed but does not answer", [
      "sudo systemctl start docker   # or: sudo service docker start",
      'sudo usermod -aG docker "$USER" && newgrp docker   # if only the permission is missing',
    ]);
  }
  if (fs.existsSync("/run/systemd/system")) {
    say("starting docker by systemd");
    await must(["systemctl", "start", "docker"], { timeout: readySeconds });
    await answers(() => undefined, "journalctl -u docker shows why");
    return;
  }
  await startDockerd(say);
}

/** An engine elsewhere, or Docker Desktop, is the user's own to start. */
async function refuseWhatIsNotOurs() {
  const { DOCKER_HOST: host = "" } = process.env;
  if (host !== "") {
    throw new Precondition(`DOCKER_HOST is ${host}, but no Docker engine answers there`, [
      "docker version      # shows why it does not answer",
      "unset DOCKER_HOST   # to use this machine's own engine",
    ]);
  }
  if (process.platform !== "linux") {
    throw new Precondition("no Docker engine answers", [
      "open -a Docker                                          # where Docker Desktop is installed",
      "brew install --cask docker-desktop && open -a Docker   # where it is not",
    ]);
  }
  const { code, stdout } = await run(["docker", "context", "inspect", "--format", "{{.Name}}"]);
  const context = stdout.trim();
  if (code === 0 && context !== "" && context !== "default") {
    throw new Precondition(`the Docker context in use is ${context}, but no Docker engine answers there`, [
      "docker version               # shows why it does not answer",
      "unset DOCKER_CONTEXT; docker context use default   # to use this machine's own engine",
    ]);
  }
}

const installed = async () =>
  (await run(["dockerd", "--version"])).code === 0 && (await run(["docker", "--version"])).code === 0;

/** @param {(line: string) => void} say */
async function startDockerd(say) {
  if (dockerdRuns()) {
    say("waiting for the dockerd that is already starting");
    await answers(() => undefined, "it runs but does not answer: end it, then run the set-up again");
    return;
  }
  removeStalePidFiles();
  fs.mkdirSync(cacheDir, { recursive: true });
  const logFile = path.join(cacheDir, "dockerd.log");
  say(`starting dockerd (its output goes to ${logFile})`);
  const log = fs.openSync(logFile, "w");
  // A session of its own and no shared output: otherwise whoever started the set-up waits for the engine's end.
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  daemon.unref();
  fs.closeSync(log);
  /** @type {string | undefined} */
  let end;
  daemon.once("error", (error) => (end = error.message));
  daemon.once("exit", (code, signal) => (end = `it ended with ${signal ?? `exit code ${code}`}`));
  const tail = () => fs.readFileSync(logFile, "utf8").trim().split("\n").slice(-10).join("\n");
  // One that lost against another set-up's dockerd ends, but an engine will answer.
  await answers(
    () => (dockerdRuns() ? undefined : end),
    () => `the end of ${logFile}:\n${tail()}`,
  );
}

/**
 * @param {() => string | undefined} ended why waiting is useless, if it is
 * @param {string | (() => string)} evidence
 */
async function answers(ended, evidence) {
  const deadline = Date.now() + readySeconds * 1000;
  for (;;) {
    // Asked first: what answers after the end of what we started is no failure.
    const end = ended() ?? (Date.now() > deadline ? `no answer within ${readySeconds} s` : undefined);
    if ((await engineVersion()) !== undefined) return;
    if (end !== undefined) {
      throw new Error(
        `the Docker engine did not start: ${end}; ${typeof evidence === "string" ? evidence : evidence()}`,
      );
    }
    await pause(200);
  }
}

module.exports = { engineVersion, startEngine };
