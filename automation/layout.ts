import * as os from "node:os";
import * as path from "node:path";

/** Folder of the package: `dist/` stands in it. */
export const packageRoot = path.resolve(__dirname, "..", "..");

/** Folder for what outlives a command: reservations and records of runs. */
export function stateDir(): string {
  const base = process.env.XDG_STATE_HOME;
  return path.join(
    base === undefined || base === "" ? path.join(os.homedir(), ".local", "state") : base,
    "mesos-matrix",
  );
}

/** The lock of whoever works on the cluster of that name. */
export function stackLock(name: string): string {
  return path.join(stateDir(), "locks", `${name}.lock`);
}
