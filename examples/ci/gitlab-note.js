// @ts-check
// Posts a file as a note of the merge request that the job is for, or puts it in place of the note posted before.
// Usage: node gitlab-note.js FILE   environment: CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, PREVIEW_TOKEN
"use strict";
const fs = require("node:fs");

/** By this the note is found again; GitLab does not show it. */
const mark = "<!-- mesos-matrix preview -->";
const deadline = 30_000;

/** @param {string} name */
const variable = (name) => {
  const { [name]: value = "" } = process.env;
  if (value === "") throw new Error(`${name} is not set: this is for a job of a merge request in GitLab CI`);
  return value;
};

/** @param {string} method @param {string} path @param {object} [body] @returns {Promise<Response>} */
async function gitlab(method, path, body) {
  const response = await fetch(`${variable("CI_API_V4_URL")}${path}`, {
    method,
    headers: { "PRIVATE-TOKEN": variable("PREVIEW_TOKEN"), "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(deadline),
  });
  if (!response.ok) throw new Error(`GitLab answers ${response.status} to ${method} ${path}`);
  return response;
}

/** The note posted before, if there is one; GitLab gives at most 100 notes at once. @param {string} notes */
async function ownNote(notes) {
  for (let page = "1"; page !== "";) {
    const response = await gitlab("GET", `${notes}?per_page=100&sort=asc&order_by=created_at&page=${page}`);
    const found = /** @type {{ id: number, body: string }[]} */ (await response.json());
    const own = found.find(({ body }) => body.startsWith(mark));
    if (own !== undefined) return own;
    page = response.headers.get("x-next-page") ?? "";
  }
  return undefined;
}

/** @param {string | undefined} file */
async function main(file) {
  if (file === undefined) throw new Error("which file? node gitlab-note.js FILE");
  const notes = `/projects/${variable("CI_PROJECT_ID")}/merge_requests/${variable("CI_MERGE_REQUEST_IID")}/notes`;
  const body = { body: `${mark}\n${fs.readFileSync(file, "utf8")}` };
  const own = await ownNote(notes);
  if (own === undefined) await gitlab("POST", notes, body);
  else await gitlab("PUT", `${notes}/${own.id}`, body);
}

main(process.argv[2]).catch((error) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
