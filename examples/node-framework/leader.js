// @ts-check
// Finds the leading master: any living master's /redirect names it (any Mesos version).
"use strict";
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
    if (host && port && (await answers(`${host}:${port}`))) return { host, port };
  }
  return undefined;
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
