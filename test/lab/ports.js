// @ts-check
// In a network namespace: listens on ports until standard input ends, or tries to connect to some, or to all.
// Usage: ports.js listen PORT... | ports.js scan ADDRESS [PORT...]
"use strict";
const net = require("node:net");
const { setImmediate } = require("node:timers");

const [what, ...words] = process.argv.slice(2);
const atOnce = 4000;
/** Milliseconds: on one machine an answer takes none, but a port that is dropped never answers. */
const patience = 1500;

/** @param {number[]} ports */
async function listen(ports) {
  const servers = ports.map((port) => net.createServer((socket) => socket.end()).listen(port));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  console.log("ready");
  process.stdin.resume().once("end", () => process.exit());
}

/** @param {string} host @param {number} port @returns {Promise<boolean>} */
function answers(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (/** @type {boolean} */ answer) => () => {
      socket.destroy();
      resolve(answer);
    };
    // On a busy machine the time may be over before we have looked: what connected meanwhile comes first.
    socket.setTimeout(patience, () => setImmediate(end(false)));
    socket.once("connect", end(true));
    socket.once("error", end(false));
  });
}

/** @param {string} host @param {number[]} ports */
async function scan(host, ports) {
  const left = [...ports].reverse();
  /** @type {number[]} */
  const open = [];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let port = left.pop(); port !== undefined; port = left.pop())
        if (await answers(host, port)) open.push(port);
    }),
  );
  console.log(JSON.stringify(open.sort((a, b) => a - b)));
}

const numbers = words.slice(what === "scan" ? 1 : 0).map(Number);
if (what === "listen") void listen(numbers);
else void scan(words[0] ?? "", numbers.length > 0 ? numbers : Array.from({ length: 65535 }, (_, i) => i + 1));
