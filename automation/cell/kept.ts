import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import * as path from "node:path";
import type { CellResult } from "../report/run-report";

/** Lines that a report holds of a test's output, and of each container's log. */
const linesOfTest = 60;
const linesOfLog = 30;
/** Bytes from the end of a file in which those lines are looked for. */
const window = 64 * 1024;
/** A test may fill its folder with anything. */
const mostFiles = 500;

/** What a cell's folder holds once the cell is over, for its report. */
export function keptFiles(
  folder: string,
  verdict: CellResult["verdict"],
): Pick<CellResult, "testTail" | "logs" | "evidence"> {
  const cell = path.basename(folder);
  const evidence = filesOf(folder).map((file) => `${cell}/${file}`);
  const passed = verdict === "passed";
  const logs = evidence.filter((file) => file.endsWith(".log") && path.posix.basename(file) !== "test.log");
  return {
    testTail: tail(path.join(folder, "test.log"), linesOfTest),
    logs: passed
      ? []
      : logs.map((file) => ({ file, tail: tail(path.join(path.dirname(folder), file), linesOfLog) })),
    evidence,
  };
}

/** Regular files below the folder, sorted, with slashes; links are not followed. */
function filesOf(folder: string): string[] {
  const found: string[] = [];
  const open = [""];
  while (open.length > 0 && found.length < mostFiles) {
    const at = open.shift() ?? "";
    const entries = readable(() => readdirSync(path.join(folder, at), { withFileTypes: true })) ?? [];
    for (const entry of entries) {
      const name = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) open.push(name);
      else if (entry.isFile()) found.push(name);
    }
  }
  return found.sort().slice(0, mostFiles);
}

/** The last lines of a file; none where it cannot be read. Bytes that are no UTF-8 become replacement characters. */
function tail(file: string, lines: number): string[] {
  const text = readable(() => {
    const fd = openSync(file, "r");
    try {
      const { size } = fstatSync(fd);
      const start = Math.max(0, size - window);
      const buffer = Buffer.alloc(size - start);
      const read = readSync(fd, buffer, 0, buffer.length, start);
      const text = buffer.subarray(0, read).toString("utf8");
      // The window may begin in the middle of a line.
      return start === 0 ? text : text.slice(text.indexOf("\n") + 1);
    } finally {
      closeSync(fd);
    }
  });
  if (text === undefined || text === "") return [];
  return text.replace(/\n$/, "").split("\n").slice(-lines);
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
