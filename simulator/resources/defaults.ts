import { availableParallelism, totalmem } from "node:os";
import { statfsSync } from "node:fs";
import { add, type Resources } from "./resources";
import { parseResources } from "./parse";

const MB = 2 ** 20;

/**
 * What the agent offers: the given text, and for cpus, mem, disk and ports that it does not name the machine's own, less
 * what Mesos keeps back (1 GB of memory, 5 GB of disk, or half of less). Source: src/slave/containerizer/containerizer.cpp.
 */
export function agentResources(text: string | undefined, role: string, workDir: string): Resources {
  const given = parseResources(text ?? "", role);
  const missing = Object.entries(machineDefaults(workDir))
    .filter(([name]) => !given.some((resource) => resource.name === name))
    .map(([name, value]) => `${name}:${value}`);
  return add(given, parseResources(missing.join(";"), role));
}

function machineDefaults(workDir: string): Record<string, string> {
  const { blocks, bsize } = statfsSync(workDir);
  return {
    cpus: String(availableParallelism()),
    mem: String(lessReserve(Math.floor(totalmem() / MB), 1024)),
    disk: String(lessReserve(Math.floor((blocks * bsize) / MB), 5 * 1024)),
    ports: "[31000-32000]",
  };
}

function lessReserve(total: number, reserve: number): number {
  return total > 2 * reserve ? total - reserve : Math.floor(total / 2);
}
