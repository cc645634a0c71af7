// @ts-check
// The Debian image that our own images are built on: pulled, or made with debootstrap where no registry answers.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { run, must } = require("./run");
const debian = require("./debian");

const baseImage = "mesos-matrix/debian:bookworm";
const official = "debian:bookworm-slim";

/** @returns {Promise<boolean>} */
const baseImagePresent = async () => (await run(["docker", "image", "inspect", baseImage, "--format", "{{.Id}}"])).code === 0;

/** @param {(line: string) => void} say */
async function provideBaseImage(say) {
  say(`pulling ${official}`);
  if ((await run(["docker", "pull", "--quiet", official], { timeout: 180 })).code === 0) {
    await must(["docker", "tag", official, baseImage]);
    return;
  }
  say("no registry answers: making it with debootstrap, about half a minute");
  if ((await run(["debootstrap", "--version"])).code !== 0) {
    await debian.install(["debootstrap"], "no image registry answers, and debootstrap is not installed");
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-base-"));
  try {
    await must(["debootstrap", "--variant=minbase", "bookworm", folder], { timeout: 900 });
    fs.rmSync(path.join(folder, "var/cache/apt/archives"), { recursive: true, force: true });
    const tar = spawn("tar", ["-C", folder, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
    await must(["docker", "import", "--message", "Debian bookworm by debootstrap", "-", baseImage], {
      input: tar.stdout,
      timeout: 300,
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { baseImage, baseImagePresent, provideBaseImage };
