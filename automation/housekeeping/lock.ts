import { randomBytes } from "node:crypto";
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lifeOf, ownProcess, pidOf } from "./process-name";

/** Who holds a lock, as the lock's file says. */
export interface LockHolder {
  /** See `ownProcess`. */
  readonly process: string;
  readonly pid: number;
  readonly host: string;
  /** ISO time. */
  readonly since: string;
  /** What it does, in words. */
  readonly work: string;
}

/** A lock that is held until it is released, or its process ends. */
export interface Lock {
  release(): void;
}

/** Somebody else works there. */
export class LockedError extends Error {
  override readonly name = "LockedError";

  constructor(
    readonly holder: LockHolder,
    readonly file: string,
  ) {
    super(holderText(holder, file));
  }
}

/** Seconds: taking over a dead process's lock is the work of a moment. */
const takeoverSeconds = 10;
const pauseMilliseconds = 20;

/**
 * Takes the lock of that file, or one that a dead process left. The file exists only with its whole content.
 * @throws LockedError where a process that lives, or may live on another machine, holds it
 */
export function takeLock(file: string, work: string): Lock {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = ownProcess();
  const holder: LockHolder = {
    process: own,
    pid: process.pid,
    host: os.hostname(),
    since: new Date().toISOString(),
    work,
  };
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify(holder)}\n`);
  try {
    for (;;) {
      if (linked(draft, file)) return lockOf(file, own);
      const other = readHolder(file);
      // It was released this moment.
      if (other === undefined && !exists(file)) continue;
      if (other !== undefined && lifeOf(other.process) !== "dead") throw new LockedError(other, file);
      removeStale(file, other);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMilliseconds);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Who holds the lock of that file now: nobody where there is none, or its process is dead. */
export function lockHolderOf(file: string): LockHolder | undefined {
  const holder = readHolder(file);
  return holder === undefined || lifeOf(holder.process) === "dead" ? undefined : holder;
}

function lockOf(file: string, own: string): Lock {
  return {
    release: () => {
      // Whoever took it over meanwhile keeps it.
      if (readHolder(file)?.process === own) rmSync(file, { force: true });
    },
  };
}

/** Only one of those who see a dead lock may remove it: the next one's would be removed by whoever is late. */
function removeStale(file: string, seen: LockHolder | undefined): void {
  const claim = `${file}.takeover`;
  try {
    closeSync(openSync(claim, "wx"));
  } catch {
    const age = (Date.now() - (statSync(claim, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())) / 1000;
    if (age > takeoverSeconds) rmSync(claim, { force: true });
    return;
  }
  try {
    if (readHolder(file)?.process === seen?.process) rmSync(file, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Undefined: there is none, or it is damaged. */
function readHolder(file: string): LockHolder | undefined {
  try {
    const {
      process: name,
      pid,
      host,
      since,
      work,
    } = JSON.parse(readFileSync(file, "utf8")) as Partial<LockHolder>;
    if (typeof name !== "string" || !/^\d+\.\d+@\S+$/.test(name)) return undefined;
    return { process: name, pid: pid ?? pidOf(name), host: host ?? "", since: since ?? "", work: work ?? "" };
  } catch {
    return undefined;
  }
}

function holderText({ process: name, pid, host, since, work }: LockHolder, file: string): string {
  const here = lifeOf(name) === "lives";
  const who = here ? `process ${pid}` : `process ${pid} on ${host}, which cannot be seen from here,`;
  const cure = here ? "" : `; if it is gone, remove ${file}`;
  return `${who} has held the lock since ${since} (${work})${cure}`;
}
