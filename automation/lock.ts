import { readdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lockFolder } from "./backend";

interface LockFile {
  readonly pid?: number;
  readonly hostname?: string;
}

/**
 * The living Pulumi process of this machine that holds a stack's lock in a file backend; undefined: none does (a lock
 * may still be there, left by a process that was killed).
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
    process.kill(pid, 0);
  } catch (error) {
    // It lives, but is somebody else's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return mayBePulumi(pid);
}

/** Process ids are used again: another program's holds no lock of ours. */
function mayBePulumi(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pulumi");
  } catch {
    return true; // no /proc here: believe the lock
  }
}
