import { readFileSync, readlinkSync } from "node:fs";
import * as os from "node:os";

/**
 * Name of this process for good: `<pid>.<start>@<place>`. Process ids are used again, but not with the same start in
 * one place: a boot of a machine, and a namespace of process ids in it.
 */
export function ownProcess(): string {
  return `${process.pid}.${startOf(process.pid)}@${place()}`;
}

/** `elsewhere`: a process of another machine, boot or container, of which nothing can be said here. */
export type Life = "lives" | "dead" | "elsewhere";

/** Whether the process of that name still lives. */
export function lifeOf(name: string): Life {
  const [, pid = "", start = "", where = ""] = /^(\d+)\.(\d+)@(\S+)$/.exec(name) ?? [];
  if (where !== place()) return "elsewhere";
  return exists(Number(pid)) && startOf(Number(pid)) === start ? "lives" : "dead";
}

/** The process id in such a name. */
export function pidOf(name: string): number {
  return Number.parseInt(name, 10);
}

function place(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim().slice(0, 13);
    const space = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    return `${boot}-${space}`;
  } catch {
    return os.hostname();
  }
}

/** Clock ticks after boot at which the process started; 0 where there is no /proc, or no such process. */
function startOf(pid: number): string {
  try {
    // The name in parentheses may hold anything; the start is field 22.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return "0";
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, but is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
