// @ts-check
// Stands for Google's metadata server, as far as the startup script asks it: one attribute, and only with the header
// that the real one wants. Ends with standard input. Usage: metadata.js FILE
"use strict";
const fs = require("node:fs");
const http = require("node:http");

const [file = ""] = process.argv.slice(2);
const attribute = "/computeMetadata/v1/instance/attributes/mesos-matrix-host-key";

const server = http.createServer((request, response) => {
  if (request.headers["metadata-flavor"] !== "Google") response.writeHead(403).end();
  else if (request.url !== attribute) response.writeHead(404).end();
  else response.end(fs.readFileSync(file));
});
server.listen(80, "169.254.169.254", () => console.log("ready"));
process.stdin.resume().once("end", () => process.exit());
