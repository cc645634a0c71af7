// @ts-check
// The Pulumi CLI and its plugins: what is there, else the official download, else built from Go modules.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root, cacheDir, ownPulumiHome, decisionFile, versions, oldestPulumi } = require("./layout");
const { run } = require("./run");
const { buildGoBinary, goBinaryPath } = require("./go-build");
const { download, pulumiDownload, pluginDownload } = require("./download");

/** @typedef {{pulumiRoot: string, pulumiHome: string | null}} Decision pulumiHome null: the user's own */

const stamp = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`;

/** @type {Record<"pulumi" | "language" | "docker" | "command", import("./go-build").GoBinary>} */
const binaries = {
  pulumi: {
    name: "pulumi",
    module: path.join(root, "toolchain/pulumi"),
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: ["-tags", "osusergo,grpcnotrace", "-ldflags", stamp],
  },
  language: {
    name: "pulumi-language-nodejs",
    module: path.join(root, "toolchain/language-nodejs"),
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    flags: ["-ldflags", stamp],
  },
  docker: {
    name: "pulumi-resource-docker",
    module: path.join(root, "toolchain/resource-docker"),
    package: ".",
    flags: ["-tags", "no_compose", "-ldflags", "-s -w"],
  },
  command: {
    name: "pulumi-resource-command",
    module: path.join(root, "toolchain/resource-command"),
    package: ".",
    flags: ["-ldflags", "-s -w"],
  },
};

const pluginDir = (/** @type {"docker" | "command"} */ name) =>
  path.join(ownPulumiHome, "plugins", `resource-${name}-v${versions[name]}`);

/** @returns {Decision | undefined} what an earlier set-up decided, if all of it is still there and up to date */
function currentDecision() {
  if (!fs.existsSync(decisionFile)) return undefined;
  /** @type {Decision} */
  const decision = JSON.parse(fs.readFileSync(decisionFile, "utf8"));
  if (!fs.existsSync(path.join(decision.pulumiRoot, "bin", "pulumi"))) return undefined;
  if (decision.pulumiHome === null) return decision;
  return pluginIsCurrent("docker") && pluginIsCurrent("command") ? decision : undefined;
}

/** Gets the CLI and the plugins. @param {(line: string) => void} say */
async function providePulumi(say) {
  const pulumiRoot = (await suitablePulumiOnPath()) ?? (await ownPulumi(say));
  const have = await installedPlugins(pulumiRoot);
  const complete = have.has(`docker ${versions.docker}`) && have.has(`command ${versions.command}`);
  if (!complete) {
    await providePlugin("docker", say);
    await providePlugin("command", say);
  }
  /** @type {Decision} */
  const decision = { pulumiRoot, pulumiHome: complete ? null : ownPulumiHome };
  fs.mkdirSync(cacheDir, { recursive: true });
  const draft = `${decisionFile}.${process.pid}`;
  fs.writeFileSync(draft, `${JSON.stringify(decision, null, 2)}\n`);
  fs.renameSync(draft, decisionFile);
}

/** @returns {Promise<string | undefined>} the folder whose bin/ holds a CLI that is new enough and can run Node programs */
async function suitablePulumiOnPath() {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const candidate = path.join(folder, "pulumi");
    if (!fs.existsSync(candidate)) continue;
    const real = fs.realpathSync(candidate);
    const bin = path.dirname(real);
    if (bin === path.join(root, "bin") || path.basename(bin) !== "bin") continue;
    if (!fs.existsSync(path.join(bin, "pulumi-language-nodejs"))) continue;
    const { code, stdout } = await run([real, "version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
    if (code === 0 && isNewEnough(stdout.trim())) return path.dirname(bin);
  }
  return undefined;
}

/** @param {string} version */
function isNewEnough(version) {
  const numbers = (/** @type {string} */ text) => text.replace(/^v/, "").split(/[.-]/).slice(0, 3).map(Number);
  const [a = 0, b = 0] = numbers(version);
  const [c = 0, d = 0] = numbers(oldestPulumi);
  return a === c && b >= d;
}

/** @param {(line: string) => void} say @returns {Promise<string>} */
async function ownPulumi(say) {
  const downloaded = path.join(cacheDir, `pulumi-${versions.pulumi}`);
  if (fs.existsSync(path.join(downloaded, "bin", "pulumi"))) return downloaded;
  const cli = goBinaryPath(binaries.pulumi);
  const built = path.dirname(path.dirname(cli));
  const assembled = path.join(built, `pulumi-root-${path.basename(path.dirname(cli))}`);
  if (fs.existsSync(path.join(assembled, "bin", "pulumi-language-nodejs"))) return assembled;
  say(`downloading the Pulumi CLI ${versions.pulumi} (none on PATH is ${oldestPulumi} or newer)`);
  const bin = path.join(downloaded, "bin");
  if (await download(pulumiDownload(versions.pulumi), bin, { strip: 1 })) return downloaded;
  say("its server cannot be reached: building it from Go modules, about 4 minutes the first time");
  const files = [await buildGoBinary(binaries.pulumi), await buildGoBinary(binaries.language)];
  fs.mkdirSync(path.join(assembled, "bin"), { recursive: true });
  for (const file of files) link(file, path.join(assembled, "bin", path.basename(file)));
  return assembled;
}

/** @param {string} pulumiRoot @returns {Promise<Set<string>>} the user's own plugins as "name version" */
async function installedPlugins(pulumiRoot) {
  const { code, stdout } = await run([path.join(pulumiRoot, "bin", "pulumi"), "plugin", "ls", "--json"], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  if (code !== 0) return new Set();
  /** @type {{name: string, version?: string}[]} */
  const plugins = JSON.parse(stdout);
  return new Set(plugins.map((p) => `${p.name} ${p.version ?? ""}`));
}

/** @param {"docker" | "command"} name @param {(line: string) => void} say */
async function providePlugin(name, say) {
  if (pluginIsCurrent(name)) return;
  say(`downloading Pulumi's ${name} plugin ${versions[name]}`);
  if (await download(pluginDownload(name, versions[name]), pluginDir(name))) {
    fs.writeFileSync(path.join(pluginDir(name), "origin"), "official\n");
    return;
  }
  const stand = name === "docker" ? "the same provider, bridged by us" : "a stand-in of our own";
  say(`its server cannot be reached: building ${stand} from Go modules, 1 to 2 minutes the first time`);
  const file = await buildGoBinary(binaries[name]);
  fs.mkdirSync(pluginDir(name), { recursive: true });
  link(file, path.join(pluginDir(name), path.basename(file)));
  fs.writeFileSync(path.join(pluginDir(name), "origin"), `${file}\n`);
}

/** Official ones stay; one that we built must come from the sources as they are now. @param {"docker" | "command"} name */
function pluginIsCurrent(name) {
  const binary = path.join(pluginDir(name), `pulumi-resource-${name}`);
  const originFile = path.join(pluginDir(name), "origin");
  if (!fs.existsSync(binary) || !fs.existsSync(originFile)) return false;
  const origin = fs.readFileSync(originFile, "utf8").trim();
  return origin === "official" || origin === goBinaryPath(binaries[name]);
}

/** A hard link in place of whatever stands there: the file may be running. @param {string} from @param {string} to */
function link(from, to) {
  const draft = `${to}.${process.pid}`;
  fs.linkSync(from, draft);
  fs.renameSync(draft, to);
}

module.exports = { binaries, currentDecision, providePulumi, isNewEnough };
