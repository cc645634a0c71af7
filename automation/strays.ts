import { readdirSync, readFileSync } from "node:fs";

/** In the environment of a worker and of everything it starts: the name of its cluster. */
export const workerVariable = "MESOS_MATRIX_WORKER";

export interface Stray {
  readonly pid: number;
  readonly argv: readonly string[];
}

/**
 * Processes that a cluster's worker started, or worked as one, and that still live: Pulumi's plugins outlive a killed
 * Pulumi, and a test may leave daemons. Found by their environment, which they cannot shed by leaving their process
 * group. Linux only; elsewhere the answer is empty.
 */
export function straysOf(cluster: string): Stray[] {
  const marker = `${workerVariable}=${cluster}`;
  return processes()
    .filter((pid) => pid !== process.pid && read(`/proc/${pid}/environ`).includes(marker))
    .map((pid) => ({ pid, argv: read(`/proc/${pid}/cmdline`) }));
}

/** Ends them. */
export function endStrays(cluster: string): void {
  for (const { pid } of straysOf(cluster)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Words that are separated by null bytes; none where the process is gone or another user's. */
function read(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\0");
  } catch {
    return [];
  }
}
