import { readdirSync, readFileSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../wire/json";

/** What `/files/browse` says of each file in a folder, by name. Links are followed; what they lead nowhere is left out. */
export function listing(folder: string, asked: string): JsonObject[] {
  return namesIn(folder).flatMap((name) => {
    const info = statOf(join(folder, name));
    if (info === undefined) return [];
    return [
      {
        path: join(asked, name),
        nlink: info.nlink,
        size: info.size,
        mtime: Math.floor(info.mtimeMs / 1000),
        mode: `${typeOf(info)}${permissions(info.mode)}`,
        uid: nameOf("/etc/passwd", info.uid),
        gid: nameOf("/etc/group", info.gid),
      },
    ];
  });
}

/** No names where it is no folder, as with the real one. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function typeOf(info: Stats): string {
  if (info.isDirectory()) return "d";
  if (info.isFIFO()) return "p";
  if (info.isSocket()) return "s";
  if (info.isCharacterDevice()) return "c";
  return info.isBlockDevice() ? "b" : "-";
}

function permissions(mode: number): string {
  return [6, 3, 0]
    .map((shift) => {
      const bits = (mode >> shift) & 7;
      return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${bits & 1 ? "x" : "-"}`;
    })
    .join("");
}

/** The name of a user or group; its number where it has none. */
function nameOf(table: string, id: number): string {
  try {
    const rows = readFileSync(table, "utf8")
      .split("\n")
      .map((line) => line.split(":"));
    return rows.find(([, , number]) => number === String(id))?.[0] ?? String(id);
  } catch {
    return String(id);
  }
}
