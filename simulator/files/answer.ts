import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { badRequest, json, notFound, plain, type HttpReply } from "../http/message";
import { resolve, type Attachments } from "./attachments";
import { listing } from "./listing";

/** Most that `/files/read` answers at once. Source: src/files/files.cpp. */
const MAX_READ = 16 * 4096;

/** Content types of downloads; others are bytes. Source: 3rdparty/libprocess/src/mime.cpp. */
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".html": "text/html",
  ".jpg": "image/jpeg",
  ".js": "application/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".tar": "application/x-tar",
  ".txt": "text/plain",
  ".xml": "text/xml",
  ".zip": "application/zip",
};

/** Answers `/files/browse`, `/files/read`, `/files/download`, `/files/debug`, with or without `.json`. Source: src/files/files.cpp. */
export function answerFiles(endpoint: string, query: URLSearchParams, attachments: Attachments): HttpReply {
  const action = endpoint.replace(/^\/files\//, "").replace(/\.json$/, "");
  if (action === "debug") return json(Object.fromEntries(attachments));
  const asked = query.get("path");
  if (asked === null || asked === "") return badRequest("Expecting 'path=value' in query.\n");
  if (action === "read") return read(asked, query, attachments);
  const found = resolve(attachments, asked);
  if (found === undefined) return action === "browse" ? plain(404, "") : notFound();
  if ("error" in found) return badRequest(`${found.error}.\n`);
  if (action === "browse") return json(listing(found.path, asked));
  return download(found.path);
}

function read(asked: string, query: URLSearchParams, attachments: Attachments): HttpReply {
  const numbers: Record<string, number> = {};
  for (const name of ["offset", "length"]) {
    const text = query.get(name);
    const value = text === null ? -1 : Number(text);
    if (text === "" || !Number.isInteger(value)) {
      return badRequest(`Failed to parse ${name}: Failed to convert '${text ?? ""}' to number.\n`);
    }
    if (value < -1) {
      return badRequest(`Negative ${name} provided: ${value}.\n`);
    }
    numbers[name] = value;
  }
  const { offset = -1, length = -1 } = numbers;
  const found = resolve(attachments, asked);
  if (found === undefined) return plain(404, "");
  if ("error" in found) return badRequest(`${found.error}.\n`);
  if (statSync(found.path).isDirectory()) return badRequest("Cannot read a directory.\n");
  const file = openSync(found.path, "r");
  try {
    const { size } = fstatSync(file);
    // Without an offset, as with -1, the answer tells how long the file is.
    if (offset === -1) return json({ offset: size, data: "" });
    const wanted = Math.min(length === -1 ? MAX_READ : length, MAX_READ, Math.max(size - offset, 0));
    const buffer = Buffer.alloc(wanted);
    const got = readSync(file, buffer, 0, wanted, offset);
    return json({ offset, data: buffer.toString("utf8", 0, got) });
  } finally {
    closeSync(file);
  }
}

function download(path: string): HttpReply {
  const info = statSync(path);
  if (info.isDirectory()) return badRequest("Cannot download a directory.\n");
  return {
    status: 200,
    headers: {
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Content-Disposition": `attachment; filename=${basename(path)}`,
      "Content-Length": String(info.size),
    },
    stream: (out) => {
      // A file that grows meanwhile is cut where it ended when it was asked for.
      if (info.size === 0) out.end();
      else {
        createReadStream(path, { end: info.size - 1 })
          .on("error", () => out.destroy())
          .pipe(out);
      }
    },
  };
}
