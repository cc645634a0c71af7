import { readdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lockFolder } from "./backend";

interface LockFile {
  readonly pid?: number;
  readonly hostname?: string;
}

/**
 * The living process of this machine that holds a stack's lock in a file backend; undefined: none does (a lock may
 * still be there, left by a process that was killed).
 */
export function lockHolder(stack: string): number | undefined {
  const folder = lockFolder(stack);
  if (folder === undefined) return undefined;
  for (const file of filesIn(folder)) {
    const lock = readLock(path.join(folder, file));
    if (lock?.pid !== undefined && lock.hostname === os.hostname() && lives(lock.pid)) return lock.pid;
  }
  return undefined;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined: the lock went away meanwhile, or was only half written. */
function readLock(file: string): LockFile | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockFile;
  } catch {
    return undefined;
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It lives, but is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
