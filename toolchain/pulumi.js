// @ts-check
// The Pulumi CLI and its plugins: what is there, else the official download, else built from Go modules.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { root, cacheDir, versions, oldestPulumi } = require("./layout");
const { run } = require("./run");
const { buildGoBinary, goBinaryPath, placeBinary } = require("./go-build");
const { binaries } = require("./binaries");
const { download, pulumiDownload } = require("./download");
const { readDecision, writeDecision } = require("./decision");
const { providePlugins, ownPluginsPresent } = require("./plugins");

/** Whether an earlier set-up's CLI and plugins are all there and up to date. */
function pulumiPresent() {
  const decision = readDecision();
  if (decision === undefined || decision.from !== provided()) return false;
  return decision.pulumiHome === null || ownPluginsPresent();
}

/**
 * Gets the CLI and the plugins, and notes where they are.
 * @param {(line: string) => void} say
 * @param {import("./download").Servers} [servers] default: the official ones
 */
async function providePulumi(say, servers) {
  const pulumiRoot = (await suitablePulumiOnPath()) ?? (await ownPulumi(say, servers));
  const pulumiHome = await providePlugins(pulumiRoot, say, servers);
  writeDecision({ pulumiRoot, pulumiHome, from: provided() });
}

/** What is to be provided: another version or another source makes an earlier decision void. */
const provided = () => `${JSON.stringify(versions)}, ${oldestPulumi} or newer, ${path.basename(builtRoot())}`;

/** Where the CLI and its language host lie together once they are built. */
function builtRoot() {
  const parts = [binaries.pulumi, binaries.language].map(goBinaryPath).join("\n");
  return path.join(
    cacheDir,
    "go",
    `pulumi-root-${crypto.createHash("sha256").update(parts).digest("hex").slice(0, 16)}`,
  );
}

/** @returns {Promise<string | undefined>} the folder whose bin/ holds a CLI that is new enough and can run Node programs */
async function suitablePulumiOnPath() {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const candidate = path.join(folder, "pulumi");
    if (!path.isAbsolute(folder) || !fs.existsSync(candidate)) continue;
    const real = fs.realpathSync(candidate);
    const bin = path.dirname(real);
    if (bin === path.join(root, "bin") || path.basename(bin) !== "bin") continue;
    if (!fs.existsSync(path.join(bin, "pulumi-language-nodejs"))) continue;
    const { code, stdout } = await run([real, "version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
    if (code === 0 && isSuitable(stdout.trim())) return path.dirname(bin);
  }
  return undefined;
}

/** Same major version, and not older than the oldest that we know to work. @param {string} version */
function isSuitable(version) {
  const numbers = (/** @type {string} */ text) => text.replace(/^v/, "").split(/[.-]/).map(Number);
  const [major, minor = NaN] = numbers(version);
  const [wantedMajor, oldestMinor = NaN] = numbers(oldestPulumi);
  return major === wantedMajor && minor >= oldestMinor;
}

/**
 * @param {(line: string) => void} say
 * @param {import("./download").Servers} [servers]
 * @returns {Promise<string>} the folder whose bin/ holds the CLI
 */
async function ownPulumi(say, servers) {
  const downloaded = path.join(cacheDir, `pulumi-${versions.pulumi}`);
  const built = builtRoot();
  for (const folder of [downloaded, built]) if (complete(folder)) return folder;
  say(`downloading the Pulumi CLI ${versions.pulumi} (none on PATH is ${oldestPulumi} or newer)`);
  const obstacle = await download(pulumiDownload(versions.pulumi, servers), path.join(downloaded, "bin"), {
    strip: 1,
  });
  if (obstacle === undefined) return downloaded;
  say(`${obstacle}; building it from Go modules, about 4 minutes the first time`);
  for (const binary of [binaries.pulumi, binaries.language]) {
    placeBinary(await buildGoBinary(binary), path.join(built, "bin"));
  }
  return built;
}

/** @param {string} folder */
const complete = (folder) =>
  ["pulumi", "pulumi-language-nodejs"].every((name) => fs.existsSync(path.join(folder, "bin", name)));

module.exports = { pulumiPresent, providePulumi, isSuitable };
