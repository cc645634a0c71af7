import { readdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { project } from "./stack";

interface LockFile {
  readonly pid?: number;
  readonly hostname?: string;
}

/**
 * The living process of this machine that holds a stack's lock in a file backend; undefined: none does (a lock may
 * still be there, left by a process that was killed). Form of the file: pulumi/pkg/backend/diy/lock.go.
 */
export function lockHolder(stack: string): number | undefined {
  const backend = process.env.PULUMI_BACKEND_URL ?? "";
  if (!backend.startsWith("file://")) return undefined;
  const root = backend.startsWith("file:///") ? fileURLToPath(backend.replace(/\?.*$/, "")) : undefined;
  if (root === undefined) return undefined;
  const folder = path.join(root, ".pulumi", "locks", "organization", project, stack);
  for (const file of filesIn(folder)) {
    const lock = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as LockFile;
    if (lock.pid !== undefined && lock.hostname === os.hostname() && lives(lock.pid)) return lock.pid;
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

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
