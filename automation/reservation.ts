import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stateDir } from "./layout";

/** What was chosen stays reserved this long, until the engine itself knows of it. */
const reservationSeconds = 300;

/**
 * Reserves a thing for a cluster, so that clusters made at the same moment do not choose the same.
 * @param kind folder of such things: `subnets`
 * @param thing name of a file
 * @returns false where another cluster has it
 */
export function reserve(kind: string, thing: string, cluster: string): boolean {
  const file = path.join(freshFolder(kind), thing);
  try {
    writeFileSync(file, cluster, { flag: "wx" });
    return true;
  } catch {
    return readFileSync(file, "utf8") === cluster;
  }
}

/** Whether another cluster has reserved the thing. */
export function reservedByOther(kind: string, thing: string, cluster: string): boolean {
  try {
    return readFileSync(path.join(freshFolder(kind), thing), "utf8") !== cluster;
  } catch {
    return false;
  }
}

/** The folder, without reservations that are over. */
function freshFolder(kind: string): string {
  const folder = path.join(stateDir(), kind);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const age = (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())) / 1000;
    if (age > reservationSeconds) rmSync(file, { force: true });
  }
  return folder;
}
