// @ts-check
/// <reference path="./mesos-framework.d.ts" />
// A sample framework on npm's `mesos-framework`, used as a test: it runs tasks and ends with 0 when all of them have
// finished. It finds the cluster in the environment that mesos-matrix gives every test command.
//   node main.js [TASKS] [SECONDS A TASK]        defaults: 2 tasks, 0 seconds
"use strict";
const { setTimeout: pause } = require("node:timers/promises");
const { Scheduler, Mesos } = require("mesos-framework");
const { findLeader } = require("./leader");

const mesos = Mesos.getMesos();
const instances = Number(process.argv[2] ?? 2);
const seconds = Number(process.argv[3] ?? 0);
const masters = (process.env.MESOS_MATRIX_MASTERS ?? "").split(",");
const deadline = Date.now() + 110_000;

/** @type {Set<string>} */
const finished = new Set();

/** @param {number} code @param {string} text the last line is what the verdict table shows */
function end(code, text) {
  console.log(text);
  process.exit(code);
}

async function main() {
  if (!process.env.MESOS_MATRIX_MASTERS)
    return end(2, "MESOS_MATRIX_MASTERS is not set: run this through mesos-matrix");
  setTimeout(
    () => end(1, `only ${finished.size} of ${instances} tasks finished in time`),
    deadline - Date.now(),
  );
  const leader = await leaderInTime();
  const scheduler = new Scheduler({
    masterUrl: leader.host,
    port: leader.port,
    frameworkName: "mesos-matrix-sample",
    // Longer than the 15 seconds between two heartbeats.
    masterConnectionTimeout: 40,
    // A task that fails is the answer we want to see, not something to hide by another try.
    restartStates: [],
    logging: { path: process.env.MESOS_MATRIX_OUT ?? ".", fileName: "framework.log", level: "warn" },
    tasks: {
      hello: {
        priority: 1,
        instances,
        commandInfo: new mesos.CommandInfo(
          null,
          null,
          true,
          `echo hello from Mesos; pwd; sleep ${seconds}`,
          null,
          null,
        ),
        resources: { cpus: 0.1, mem: 32, ports: 0, disk: 0 },
      },
    },
  });
  scheduler.on("ready", () => scheduler.subscribe());
  scheduler.on("subscribed", (/** @type {{frameworkId: string}} */ { frameworkId }) => {
    console.log(`subscribed as ${frameworkId} at ${scheduler.options.masterUrl}:${scheduler.options.port}`);
  });
  scheduler.on("update", (/** @type {Update} */ { status }) => {
    const message = status.message ? ` (${status.message})` : "";
    console.log(`${status.task_id.value}: ${status.state}${message}`);
    if (status.state === "TASK_FINISHED") finished.add(status.task_id.value);
    if (["TASK_FAILED", "TASK_ERROR", "TASK_LOST", "TASK_KILLED"].includes(status.state)) {
      end(1, `${status.task_id.value} ended as ${status.state}${message}`);
    }
    if (finished.size === instances) {
      scheduler.teardown();
      setTimeout(() => end(0, `${instances} tasks finished`), 500);
    }
  });
  scheduler.on("error", (/** @type {{message?: string}} */ error) => {
    if (finished.size < instances) console.log(`connection: ${error.message ?? JSON.stringify(error)}`);
  });
  await followLeader(scheduler);
}

/**
 * Subscribes again wherever the leading master is now. A master that dies may leave a connection that never ends, so
 * the connection's own errors are not enough. @param {Scheduler} scheduler
 */
async function followLeader(scheduler) {
  let subscribedAt = "";
  scheduler.on(
    "subscribed",
    () => (subscribedAt = `${scheduler.options.masterUrl}:${scheduler.options.port}`),
  );
  while (Date.now() < deadline) {
    await pause(1000);
    const leader = await findLeader(masters);
    if (!leader || subscribedAt === "" || subscribedAt === `${leader.host}:${leader.port}`) continue;
    console.log(`the leading master is now ${leader.host}:${leader.port}`);
    scheduler.httpRequest.destroy();
    scheduler.options.masterUrl = leader.host;
    scheduler.options.port = leader.port;
    scheduler.mesosStreamId = undefined;
    scheduler.generateRequestTemplate();
    subscribedAt = "";
    scheduler.subscribe();
  }
}

async function leaderInTime() {
  while (Date.now() < deadline) {
    const leader = await findLeader(masters);
    if (leader) return leader;
    await pause(200);
  }
  return /** @type {never} */ (end(1, `no leading master among ${masters.join(", ")}`));
}

/** @typedef {{status: {task_id: {value: string}, state: string, message?: string}}} Update */

main().catch((error) => end(1, error.stack));
