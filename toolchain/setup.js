// @ts-check
// Gets on this machine what mesos-matrix needs, and only what is missing. Runs on plain Node 20, before `npm ci`.
// Usage: node toolchain/setup.js [--only STEP,STEP] [--tests]     exit codes: 0 ready, 1 failed, 2 usage, 3 the user must act
"use strict";
const timers = require("node:timers");
const { versions } = require("./layout");
const { Precondition } = require("./precondition");
const { packagesPresent, installPackages } = require("./packages");
const { engineVersion, startEngine } = require("./engine");
const { pulumiPresent, providePulumi } = require("./pulumi");
const { statePresent, makeState } = require("./secrets");
const { baseImagePresent, provideBaseImage } = require("./base-image");
const { mesosDnsPresent, provideMesosDns } = require("./mesos-dns-program");
const { labBasePresent, provideLabBase } = require("./lab-base");
const { foreignClientsPresent, provideForeignClients } = require("./foreign-clients");
const { missingTestTools, installTestTools } = require("./test-tools");

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} why
 * @property {() => boolean | Promise<boolean>} present
 * @property {(say: (line: string) => void) => void | Promise<void>} provide
 * @property {boolean} [testsOnly]
 */

/** @type {Step[]} */
const steps = [
  {
    name: "packages",
    why: "npm packages exactly as locked, Node 24 among them",
    present: packagesPresent,
    provide: installPackages,
  },
  {
    name: "engine",
    why: "a Docker engine runs the clusters",
    present: async () => (await engineVersion()) !== undefined,
    provide: startEngine,
  },
  {
    name: "pulumi",
    why: `the Pulumi CLI and its plugins docker ${versions.docker}, command ${versions.command} make and remove them`,
    present: pulumiPresent,
    provide: (say) => providePulumi(say),
  },
  {
    name: "state",
    why: "a folder for Pulumi's state and a random passphrase for its secrets",
    present: statePresent,
    provide: makeState,
  },
  {
    name: "base-image",
    why: "Debian, the base of the images we build",
    present: baseImagePresent,
    provide: provideBaseImage,
  },
  {
    name: "mesos-dns",
    why: "Mesos-DNS 0.6.0, for machines that reach no image registry",
    present: mesosDnsPresent,
    provide: provideMesosDns,
    testsOnly: true,
  },
  {
    name: "lab-base",
    why: "the file systems of the tests' ssh hosts",
    present: labBasePresent,
    provide: provideLabBase,
    testsOnly: true,
  },
  {
    name: "test-tools",
    why: "programs that only the tests use",
    present: async () => (await missingTestTools()).length === 0,
    provide: installTestTools,
    testsOnly: true,
  },
  {
    name: "foreign-clients",
    why: "frameworks on clients that nobody here wrote",
    present: foreignClientsPresent,
    provide: provideForeignClients,
    testsOnly: true,
  },
];

/** @param {string[]} args @returns {Promise<number>} exit code */
async function main(args) {
  const { only, tests, mistake } = parse(args);
  if (mistake !== undefined) {
    console.error(`set-up: ${mistake}`);
    return 2;
  }
  const there = [];
  for (const step of steps) {
    if (only ? !only.includes(step.name) : step.testsOnly && !tests) continue;
    if (await step.present()) {
      there.push(step.name);
      continue;
    }
    await provide(step);
  }
  if (there.length > 0) console.error(`set-up: already there: ${there.join(", ")}`);
  return 0;
}

/** A step that takes long says so every half a minute. @param {Step} step */
async function provide(step) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 100) / 10;
  const say = (/** @type {string} */ line) => console.error(`set-up: ${step.name}: ${line}`);
  say(step.why);
  const ticker = timers.setInterval(() => say(`still at it, ${Math.round(seconds())} s so far`), 30_000);
  try {
    await step.provide(say);
  } finally {
    timers.clearInterval(ticker);
  }
  say(`done in ${seconds()} s`);
}

/** @param {string[]} args @returns {{only?: string[], tests: boolean, mistake?: string}} */
function parse(args) {
  const rest = [...args];
  /** @type {string[] | undefined} */
  let only;
  let tests = false;
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--tests") tests = true;
    else if (word === "--only") only = (rest.shift() ?? "").split(",");
    else return { tests, mistake: `${word} is unknown; there are --only STEP,STEP and --tests` };
  }
  const unknown = only?.find((name) => !steps.some((step) => step.name === name));
  if (unknown === undefined) return { ...(only ? { only } : {}), tests };
  return { tests, mistake: `no step "${unknown}"; there are ${steps.map((step) => step.name).join(", ")}` };
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    if (error instanceof Precondition) {
      console.error(`set-up: ${error.message}. Run:\n${error.commands.map((c) => `    ${c}`).join("\n")}`);
      process.exitCode = 3;
    } else {
      console.error(`set-up: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  },
);
