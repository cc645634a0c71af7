// @ts-check
// The official downloads: tried first, given up quickly where there is no way out to the internet.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { must } = require("./run");

/** @typedef {{releases: string, github: string}} Servers */
/** @typedef {{archive: string, checksums: string}} Source an archive, and the list of checksums of its release */
/** @typedef {{connectSeconds?: number, idleSeconds?: number}} Limits until the first byte of an answer; between two parts of it */

/** @type {Servers} */
const official = { releases: "https://get.pulumi.com/releases", github: "https://github.com/pulumi" };

/** Go's name for the processor; the CLI's archives (not the plugins') say x64. */
const arch = process.arch === "x64" ? "amd64" : process.arch;

/** @param {string} version @returns {Source} */
const pulumiDownload = (version, { releases, github } = official) => ({
  archive: `${releases}/sdk/pulumi-v${version}-${process.platform}-${process.arch}.tar.gz`,
  checksums: `${github}/pulumi/releases/download/v${version}/pulumi-${version}-checksums.txt`,
});

/** @param {string} name @param {string} version @returns {Source} */
const pluginDownload = (name, version, { releases, github } = official) => ({
  archive: `${releases}/plugins/pulumi-resource-${name}-v${version}-${process.platform}-${arch}.tar.gz`,
  checksums: `${github}/pulumi-${name}/releases/download/v${version}/pulumi-${name}_${version}_checksums.txt`,
});

/**
 * Downloads an archive, checks it against the release's checksums and unpacks it into `target` (made whole or not at all).
 * An archive that is not the one listed is an error.
 * @param {Source} source
 * @param {string} target
 * @param {Limits & {strip?: number}} [options] strip: leading folders of the archive to drop
 * @returns {Promise<string | undefined>} why it is not to be had; undefined where all went well
 */
async function download(source, target, { strip = 0, ...limits } = {}) {
  const list = await get(source.checksums, limits);
  if (typeof list === "string") return list;
  const name = path.posix.basename(new URL(source.archive).pathname);
  const expected = checksumOf(name, list.toString("utf8"));
  if (expected === undefined) return `${source.checksums} has no checksum of ${name}`;
  const body = await get(source.archive, limits);
  if (typeof body === "string") return body;
  const actual = crypto.createHash(expected.algorithm).update(body).digest("hex");
  if (actual !== expected.sum) {
    throw new Error(
      `${name} has the ${expected.algorithm} checksum ${actual}, but its release lists ${expected.sum}: it is not used. ` +
        "Run the set-up again; if it says the same, something on the way alters downloads",
    );
  }
  await unpack(body, target, strip);
  return undefined;
}

/** By the length of the checksum: Pulumi's CLI is listed by SHA-256, the docker plugin by SHA-1, as `./name`. */
const algorithms = new Map([
  [40, "sha1"],
  [64, "sha256"],
  [128, "sha512"],
]);

/** @param {string} name @param {string} list lines of checksum and file name */
function checksumOf(name, list) {
  for (const line of list.split("\n")) {
    const [sum = "", file = ""] = line.trim().toLowerCase().split(/\s+/);
    const algorithm = algorithms.get(sum.length);
    if (algorithm !== undefined && file.replace(/^\*?(\.\/)?/, "") === name.toLowerCase())
      return { algorithm, sum };
  }
  return undefined;
}

/** @param {Buffer} body @param {string} target @param {number} strip */
async function unpack(body, target, strip) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const draft = fs.mkdtempSync(path.join(path.dirname(target), ".draft-"));
  try {
    const archive = path.join(draft, "archive.tar.gz");
    const files = path.join(draft, "files");
    fs.writeFileSync(archive, body);
    fs.mkdirSync(files);
    await must(["tar", "-xzf", archive, "-C", files, `--strip-components=${strip}`], { timeout: 300 });
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(files, target);
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {string} url @param {Limits} limits @returns {Promise<Buffer | string>} the body, or why it is not to be had */
async function get(url, { connectSeconds = 4, idleSeconds = 20 }) {
  const { host } = new URL(url);
  const control = new AbortController();
  const limit = (/** @type {number} */ seconds) =>
    setTimeout(() => control.abort(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  let timer = limit(connectSeconds);
  const whole = limit(600);
  try {
    const response = await fetch(url, { signal: control.signal });
    if (!response.ok || response.body === null) return `${host} answers ${response.status} for ${url}`;
    const parts = [];
    for await (const part of response.body) {
      clearTimeout(timer);
      timer = limit(idleSeconds);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    return `${host} cannot be reached: ${reason(error)}`;
  } finally {
    clearTimeout(timer);
    clearTimeout(whole);
    control.abort();
  }
}

/** fetch says only "fetch failed"; the cause stands behind it. @param {unknown} error */
function reason(error) {
  const { cause = error } = /** @type {{cause?: unknown}} */ (error);
  const { code, message } = /** @type {{code?: string, message?: string}} */ (cause);
  return message || code || String(cause);
}

module.exports = { download, pulumiDownload, pluginDownload, official };
