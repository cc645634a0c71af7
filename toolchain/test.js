// @ts-check
// All checks in order, each with real counts; the last line sums them up.
// Usage: node toolchain/test.js [--only PHASE,PHASE] [--grep TEXT] [--repeat N]
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { root, nodeBinary } = require("./layout");
const { run } = require("./run");
const { buildTests, CompileError } = require("./build");
const { pulumiEnvironment } = require("./environment");

/** @typedef {{passed: number, failed: number}} Counts */

const bin = (/** @type {string} */ name) => path.join(root, "node_modules", name);
const node = nodeBinary();

/** @param {string[]} argv @returns {Promise<Counts>} */
async function one(argv) {
  const { code } = await run(argv, { cwd: root, show: true, timeout: 900 });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @returns {Promise<Counts>} */
async function types() {
  buildTests();
  return one([node, bin("typescript/bin/tsc"), "-p", "toolchain"]);
}

/** Only files whose source still exists run: dist may hold what was deleted. @param {string} folder @param {string[]} grep */
async function mocha(folder, grep) {
  buildTests();
  const sources = fs.existsSync(path.join(root, "test", folder))
    ? fs.readdirSync(path.join(root, "test", folder))
    : [];
  const files = sources
    .filter((f) => f.endsWith(".test.ts"))
    .map((f) => `dist/test/${folder}/${f.replace(/\.ts$/, ".js")}`);
  const counts = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-counts-")), "counts.json");
  const reporter = path.join(root, "toolchain", "mocha-reporter.js");
  try {
    const { code } = await run(
      [
        node,
        bin("mocha/bin/mocha.js"),
        "--reporter",
        reporter,
        "--forbid-only",
        "--forbid-pending",
        "--timeout",
        "300000",
        ...grep,
        ...files,
      ],
      { cwd: root, show: true, timeout: 3600, env: { ...pulumiEnvironment(), MESOS_MATRIX_COUNTS: counts } },
    );
    if (!fs.existsSync(counts)) return { passed: 0, failed: 1 };
    /** @type {Counts} */
    const { passed, failed } = JSON.parse(fs.readFileSync(counts, "utf8"));
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
  } finally {
    fs.rmSync(path.dirname(counts), { recursive: true, force: true });
  }
}

/** The stand-in plugin's own tests. @returns {Promise<Counts>} */
async function plugin() {
  const cwd = path.join(root, "toolchain", "resource-command");
  const { code, stdout, stderr } = await run(["go", "test", "-json", "-count=1", "-timeout=10m", "./..."], {
    cwd,
    timeout: 900,
  });
  const events = stdout.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  const ended = (/** @type {string} */ action) => events.filter((e) => e.Test && e.Action === action);
  const failed = ended("fail");
  for (const { Test, Package } of failed) {
    console.error(`✗ ${Package} ${Test}`);
    console.error(events.flatMap((e) => (e.Test === Test && e.Output ? [e.Output] : [])).join(""));
  }
  if (code !== 0 && failed.length === 0)
    console.error(`${stderr}\n${events.flatMap((e) => (e.Output ? [e.Output] : [])).join("")}`);
  console.error(`  ${ended("pass").length} tests of the command plugin pass`);
  return { passed: ended("pass").length, failed: code !== 0 ? Math.max(1, failed.length) : 0 };
}

/** What does not compile fails every phase that needs it; the others still run. @param {unknown} error @returns {Counts} */
function asFailure(error) {
  if (!(error instanceof CompileError)) throw error;
  console.error(error.message);
  return { passed: 0, failed: 1 };
}

/** @type {[string, (grep: string[]) => Promise<Counts>][]} */
const phases = [
  ["format", () => one([node, bin("prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "."])],
  ["types", types],
  ["lint", () => one([node, bin("eslint/bin/eslint.js"), "--max-warnings=0", "."])],
  ["unit", (grep) => mocha("unit", grep)],
  ["plugin", plugin],
  ["components", (grep) => mocha("components", grep)],
  ["integration", (grep) => mocha("integration", grep)],
  ["e2e", (grep) => mocha("e2e", grep)],
];

/** @param {string[]} args @returns {Promise<number>} */
async function main(args) {
  const option = (/** @type {string} */ name) =>
    args.includes(name) ? args[args.lastIndexOf(name) + 1] : undefined;
  const only = option("--only")?.split(",");
  const unknown = only?.find((name) => !phases.some(([phase]) => phase === name));
  if (unknown !== undefined) {
    console.error(`no phase "${unknown}"; there are ${phases.map(([phase]) => phase).join(", ")}`);
    return 2;
  }
  const grep = option("--grep");
  let passed = 0;
  let failed = 0;
  const repeat = Number(option("--repeat") ?? 1);
  const wanted = phases.filter(([name]) => !only || only.includes(name));
  for (const [name, phase] of Array.from({ length: repeat }, () => wanted).flat()) {
    console.error(`\n== ${name}`);
    const started = Date.now();
    const counts = await phase(grep === undefined ? [] : ["--grep", grep]).catch(asFailure);
    // A phase that ran nothing proves nothing.
    if (counts.passed + counts.failed === 0 && grep === undefined) counts.failed = 1;
    passed += counts.passed;
    failed += counts.failed;
    console.error(
      `== ${name}: ${counts.passed} passed, ${counts.failed} failed, ${Math.round((Date.now() - started) / 1000)} s`,
    );
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => (process.exitCode = code));
