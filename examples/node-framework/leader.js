// @ts-check
// Finds the leading master: any living master's /redirect names it (any Mesos version).
"use strict";
const fs = require("node:fs");
const http = require("node:http");

/**
 * @param {string[]} masters `host:port` each
 * @returns {Promise<{host: string, port: string} | undefined>} undefined while there is no leader
 */
async function findLeader(masters) {
  for (const master of masters) {
    const location = await redirect(master);
    // `//host:port`, with `http:` before 0.23; newer versions put the path behind it.
    const [, host, port] = location?.match(/^(?:http:)?\/\/([^:/]+):(\d+)/) ?? [];
    if (!host || !port) continue;
    const reachable = reachableAs(`${host}:${port}`, masters);
    if (await answers(reachable)) return split(reachable);
  }
  return undefined;
}

/**
 * Where the engine runs in a machine of its own (macOS, Windows), masters name each other by addresses that only
 * containers reach; the cluster file says under which published address each of them stands in MESOS_MATRIX_MASTERS.
 * @param {string} address `host:port` @param {string[]} masters @returns {string} `host:port`
 */
function reachableAs(address, masters) {
  const file = process.env.MESOS_MATRIX_CLUSTER_FILE;
  if (masters.includes(address) || !file) return address;
  /** @type {{masters: {address: string, published: string}[]}} */
  const cluster = JSON.parse(fs.readFileSync(file, "utf8"));
  return cluster.masters.find((master) => master.address === address)?.published ?? address;
}

/** @param {string} address `host:port` */
function split(address) {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at), port: address.slice(at + 1) };
}

/** A master that is gone may still be named for a moment. @param {string} master @returns {Promise<boolean>} */
const answers = async (master) => (await get(`http://${master}/health`))?.statusCode === 200;

/** @param {string} master @returns {Promise<string | undefined>} */
const redirect = async (master) => (await get(`http://${master}/redirect`))?.headers.location;

/** @param {string} url @returns {Promise<http.IncomingMessage | undefined>} */
function get(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: 2000 }, (response) => {
      response.resume();
      resolve(response);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}

module.exports = { findLeader };
