// @ts-check
// The file systems of the hosts in test/lab: a Debian with ssh, and on top of it one layer with Docker. Each is made
// once and kept in the cache.
"use strict";
const fs = require("node:fs");
const crypto = require("node:crypto");
const path = require("node:path");
const { cacheDir } = require("./layout");
const { run, must } = require("./run");
const debian = require("./debian");
const { Precondition } = require("./precondition");

/** What a server that is rented has, and what it may have beside that. */
const packages = {
  system: ["openssh-server", "iproute2", "procps", "ca-certificates"],
  docker: ["docker.io", "iptables"],
};

const name = crypto.createHash("sha256").update(JSON.stringify(packages)).digest("hex").slice(0, 12);
const folder = path.join(cacheDir, "lab", name);

/** Layers of a host's file system, the upper one first. */
const labBase = { docker: path.join(folder, "docker"), system: path.join(folder, "system") };

const labBasePresent = () => fs.existsSync(folder);

/** @param {(line: string) => void} say */
async function provideLabBase(say) {
  if (!debian.isRoot() || process.platform !== "linux") {
    throw new Precondition(
      "the lab of ssh hosts needs Linux and root: its hosts are namespaces of this machine",
      ["sudo npm test   # on Linux"],
    );
  }
  if ((await run(["debootstrap", "--version"])).code !== 0)
    await debian.install(["debootstrap"], "the lab's hosts are made with debootstrap");
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const draft = fs.mkdtempSync(`${folder}-`);
  const system = path.join(draft, "system");
  try {
    say("debootstrap");
    await must(["debootstrap", "--variant=minbase", "bookworm", system], { timeout: 900 });
    await install(system, packages.system);
    await dockerLayer(draft, system);
    fs.chmodSync(draft, 0o755);
    fs.renameSync(draft, folder);
  } catch (error) {
    // Another set-up may have been faster.
    if (!labBasePresent()) throw error;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {string} draft @param {string} system */
async function dockerLayer(draft, system) {
  const [upper, work, merged] = ["docker", "work", "merged"].map((part) => path.join(draft, part));
  for (const part of [upper, work, merged]) fs.mkdirSync(String(part));
  const layers = `lowerdir=${system},upperdir=${upper},workdir=${work}`;
  await must(["mount", "-t", "overlay", "overlay", "-o", layers, String(merged)]);
  try {
    await install(String(merged), packages.docker);
  } finally {
    await must(["umount", String(merged)]);
  }
  for (const part of [work, merged]) fs.rmSync(String(part), { recursive: true });
}

/** Nothing is started: there is no init in a folder. @param {string} system @param {string[]} names */
async function install(system, names) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const apt = (/** @type {string[]} */ words) =>
    must(["chroot", system, "apt-get", ...words], { env, timeout: 900 });
  await apt(["update", "-qq"]);
  await apt(["install", "-y", "-qq", "--no-install-recommends", ...names]);
  await apt(["clean"]);
  // Every host has keys of its own.
  const ssh = path.join(system, "etc", "ssh");
  for (const file of fs.readdirSync(ssh)) if (file.startsWith("ssh_host_")) fs.rmSync(path.join(ssh, file));
}

module.exports = { labBase, labBasePresent, provideLabBase };
