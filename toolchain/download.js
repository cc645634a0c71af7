// @ts-check
// The official downloads: tried first, given up quickly where there is no way out to the internet.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");
const { must } = require("./run");

const platform = { linux: "linux", darwin: "darwin" }[/** @type {"linux" | "darwin"} */ (process.platform)] ?? process.platform;
const sdkArch = { x64: "x64", arm64: "arm64" }[/** @type {"x64" | "arm64"} */ (process.arch)] ?? process.arch;
const pluginArch = { x64: "amd64", arm64: "arm64" }[/** @type {"x64" | "arm64"} */ (process.arch)] ?? process.arch;

const releases = "https://get.pulumi.com/releases";

/** @param {string} version the CLI's archive and the list of checksums of its release */
const pulumiDownload = (version) => ({
  archive: `${releases}/sdk/pulumi-v${version}-${platform}-${sdkArch}.tar.gz`,
  checksums: `https://github.com/pulumi/pulumi/releases/download/v${version}/pulumi-${version}-checksums.txt`,
});

/** @param {string} name @param {string} version a plugin's archive and the list of checksums of its release */
const pluginDownload = (name, version) => ({
  archive: `${releases}/plugins/pulumi-resource-${name}-v${version}-${platform}-${pluginArch}.tar.gz`,
  checksums: `https://github.com/pulumi/pulumi-${name}/releases/download/v${version}/pulumi-${name}_${version}_checksums.txt`,
});

/**
 * Downloads an archive, checks it against the release's checksums and unpacks it into `target` (made whole or not at all).
 * @param {{archive: string, checksums: string}} source
 * @param {string} target
 * @param {{connectSeconds?: number, strip?: number}} [options] strip: leading folders of the archive to drop
 * @returns {Promise<boolean>} false where the server cannot be reached
 */
async function download(source, target, { connectSeconds = 4, strip = 0 } = {}) {
  const sums = await get(source.checksums, connectSeconds);
  if (sums === undefined) return false;
  const body = await get(source.archive, connectSeconds);
  if (body === undefined) return false;
  const name = path.posix.basename(new URL(source.archive).pathname);
  const expected = sums.toString("utf8").match(new RegExp(`^([0-9a-f]{64})\\s+\\*?${RegExp.escape?.(name) ?? name.replaceAll(".", "\\.")}$`, "m"))?.[1];
  const actual = crypto.createHash("sha256").update(body).digest("hex");
  if (expected !== actual) {
    throw new Error(`${name} has SHA-256 ${actual}, but its release lists ${expected ?? "none"}: not used; try again later`);
  }
  const draft = `${target}.${process.pid}`;
  fs.mkdirSync(draft, { recursive: true });
  const file = path.join(draft, name);
  fs.writeFileSync(file, body);
  await must(["tar", "-xzf", file, "-C", draft, `--strip-components=${strip}`], { timeout: 300 });
  fs.unlinkSync(file);
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.renameSync(draft, target);
  return true;
}

/** @param {string} url @param {number} connectSeconds @returns {Promise<Buffer | undefined>} undefined: not to be had */
async function get(url, connectSeconds) {
  const control = new AbortController();
  // The short limit is for the first byte of the answer; the body may take its time.
  const connect = setTimeout(() => control.abort(), connectSeconds * 1000);
  const whole = setTimeout(() => control.abort(), 600_000);
  try {
    const response = await fetch(url, { signal: control.signal });
    clearTimeout(connect);
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
  } catch {
    return undefined; // no route, no name, too slow: the caller builds instead and says so
  } finally {
    clearTimeout(connect);
    clearTimeout(whole);
  }
}

module.exports = { download, pulumiDownload, pluginDownload };
