// @ts-check
// The Debian image that our own images are built on: one that is there, pulled, or made with debootstrap where no
// registry answers.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { run, must } = require("./run");
const debian = require("./debian");
const { Precondition } = require("./precondition");

const baseImage = "mesos-matrix/debian:bookworm";
const official = "debian:bookworm-slim";

const present = async (/** @type {string} */ image) =>
  (await run(["docker", "image", "inspect", image, "--format", "{{.Id}}"])).code === 0;

/** @returns {Promise<boolean>} */
const baseImagePresent = () => present(baseImage);

/** @param {(line: string) => void} say */
async function provideBaseImage(say) {
  if (!(await present(official))) {
    say(`pulling ${official}`);
    if ((await run(["docker", "pull", "--quiet", official], { timeout: 180 })).code !== 0)
      return makeBaseImage(say);
  }
  await must(["docker", "tag", official, baseImage]);
}

/** @param {(line: string) => void} say */
async function makeBaseImage(say) {
  if (!debian.isRoot() || process.platform !== "linux") {
    throw new Precondition(`no image registry answers for ${official}, and only root on Linux can make it`, [
      `docker pull ${official}                            # shows why the registry does not answer`,
      "sudo node toolchain/setup.js --only base-image   # on Linux: makes it with debootstrap",
    ]);
  }
  say("no registry answers: making it with debootstrap, about half a minute");
  if ((await run(["debootstrap", "--version"])).code !== 0) {
    await debian.install(["debootstrap"], "no image registry answers, and debootstrap is not installed");
  }
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-base-"));
  try {
    const folder = path.join(work, "root");
    const archive = path.join(work, "root.tar");
    await must(["debootstrap", "--variant=minbase", "bookworm", folder], { timeout: 900 });
    fs.rmSync(path.join(folder, "var/cache/apt/archives"), { recursive: true, force: true });
    // By way of a file: in a pipe, half an archive could become an image.
    await must(["tar", "-C", folder, "-cf", archive, "."], { timeout: 300 });
    await must(["docker", "import", "--message", "Debian bookworm by debootstrap", archive, baseImage], {
      timeout: 300,
    });
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

module.exports = { baseImage, baseImagePresent, provideBaseImage };
