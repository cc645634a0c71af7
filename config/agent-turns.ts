import type { ClusterSpec, TargetSpec } from "./spec";

/**
 * Which of the hosts that may run agents an agent comes to, counted round and round from 0; below 0 from the last. Every
 * second group goes from the last host to the first: two groups that fit meet nowhere, and neither moves when the other
 * grows.
 * @param group from 1
 * @param n within the group, from 1
 */
export function agentTurn(group: number, n: number): number {
  const nth = Math.floor((group - 1) / 2) + n - 1;
  return group % 2 === 1 ? nth : -1 - nth;
}

/** An agent of a group and the machine that it comes to, both counted from 0. */
export interface PlacedAgent {
  readonly group: number;
  readonly machine: number;
}

/** Where every agent of a cluster comes to; undefined where only another stack knows the machines. */
export function placedAgents({ target, agents }: ClusterSpec): readonly PlacedAgent[] | undefined {
  const machines = machinesForAgents(target);
  if (machines === undefined || machines === 0) return undefined;
  return agents.flatMap(({ count }, group) =>
    Array.from({ length: count }, (_, n) => {
      const turn = agentTurn(group + 1, n + 1) % machines;
      return { group, machine: turn < 0 ? turn + machines : turn };
    }),
  );
}

function machinesForAgents(target: TargetSpec): number | undefined {
  switch (target.kind) {
    case "local":
      return 1;
    case "gcp":
      return target.count;
    case "ssh":
      if (target.hostsFrom !== undefined) return undefined;
      return target.hosts.filter(({ roles }) => roles.includes("agent")).length;
  }
}
