import * as os from "node:os";
import type { ClusterSpec } from "../../config/spec";
import type { Role } from "../../plan/types";
import type { Room } from "./turns";

const mebibyte = 1024 * 1024;

/** What a cell's own processes take at their peak: its worker, the Pulumi CLI and its plugins. */
const processes = 700 * mebibyte;

/** What a container takes, its tasks left out: nobody knows what a framework starts. Marathon is a JVM. */
const containers: Readonly<Record<Role, number>> = {
  zookeeper: 140 * mebibyte,
  master: 120 * mebibyte,
  agent: 120 * mebibyte,
  marathon: 700 * mebibyte,
  "mesos-dns": 50 * mebibyte,
  "load-balancer": 80 * mebibyte,
};

/** Bytes that a cell takes on this machine at its peak; containers on other hosts take none of them. */
export function cellMemory(spec: ClusterSpec): number {
  const { target, zookeeper, masters, agents, marathon, mesosDns, loadBalancer } = spec;
  if (target.kind !== "local") return processes;
  const counts: Readonly<Record<Role, number>> = {
    zookeeper: zookeeper.count,
    master: masters.count,
    agent: agents.reduce((sum, group) => sum + group.count, 0),
    marathon: marathon?.count ?? 0,
    "mesos-dns": mesosDns === undefined ? 0 : 1,
    "load-balancer": loadBalancer === undefined ? 0 : 1,
  };
  return Object.entries(containers).reduce(
    (sum, [role, bytes]) => sum + counts[role as Role] * bytes,
    processes,
  );
}

/**
 * What cells may use at once on this machine as it is now.
 * @param concurrency cells at once; `auto`: one for each processor. Memory limits both
 */
export function machineRoom(concurrency: number | "auto"): Room {
  return {
    slots: concurrency === "auto" ? os.availableParallelism() : concurrency,
    memory: process.availableMemory(),
  };
}
