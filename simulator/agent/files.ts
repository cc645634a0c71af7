import { open, readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { badRequest, json, notFound, type HttpReply } from "../http/message";
import type { JsonObject } from "../wire/json";

/** Most that `/files/read` answers at once. Source: src/files/files.cpp. */
const MAX_READ = 16 * 4096;

/**
 * `/files/browse`, `/files/read`, `/files/download` (with or without `.json`) below the agent's work_dir. Paths that lead
 * out of it do not exist.
 */
export async function answerFiles(
  endpoint: string,
  query: URLSearchParams,
  workDir: string,
): Promise<HttpReply> {
  const asked = query.get("path");
  if (asked === null || asked === "") return badRequest("Expecting 'path=value' in query.");
  const path = await inside(asked, workDir);
  if (path === undefined) return notFound();
  const action = endpoint.replace(/^\/files\//, "").replace(/\.json$/, "");
  const isFolder = (await stat(path)).isDirectory();
  if (action === "browse") return isFolder ? json(await browse(path, asked)) : notFound();
  if (isFolder) return badRequest("Cannot read a directory.");
  if (action === "read") return read(path, query);
  return {
    status: 200,
    headers: {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename=${basename(path)}`,
    },
    body: await readFile(path),
  };
}

async function inside(asked: string, workDir: string): Promise<string | undefined> {
  try {
    const [path, root] = await Promise.all([realpath(asked), realpath(workDir)]);
    return path === root || path.startsWith(root + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}

async function browse(path: string, asked: string): Promise<JsonObject[]> {
  const names = (await readdir(path)).sort();
  return Promise.all(
    names.map(async (name) => {
      const info = await stat(join(path, name));
      const type = info.isDirectory() ? "d" : "-";
      return {
        path: join(asked, name),
        size: info.size,
        nlink: info.nlink,
        mtime: Math.floor(info.mtimeMs / 1000),
        mode: `${type}${permissions(info.mode)}`,
        uid: String(info.uid),
        gid: String(info.gid),
      };
    }),
  );
}

async function read(path: string, query: URLSearchParams): Promise<HttpReply> {
  const offset = wholeNumber(query.get("offset"));
  const length = wholeNumber(query.get("length"));
  if (offset === undefined || length === undefined) return badRequest("Failed to parse offset or length.");
  const file = await open(path);
  try {
    const { size } = await file.stat();
    // Without an offset, as with -1, the answer tells how long the file is.
    if (offset < 0) return json({ offset: size, data: "" });
    const wanted = Math.min(length < 0 ? MAX_READ : length, MAX_READ, Math.max(size - offset, 0));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
    return json({ offset, data: buffer.toString("utf8", 0, bytesRead) });
  } finally {
    await file.close();
  }
}

function wholeNumber(text: string | null): number | undefined {
  if (text === null || text === "") return -1;
  const value = Number(text);
  return Number.isInteger(value) ? value : undefined;
}

function permissions(mode: number): string {
  return [6, 3, 0]
    .map((shift) => {
      const bits = (mode >> shift) & 7;
      return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${bits & 1 ? "x" : "-"}`;
    })
    .join("");
}
