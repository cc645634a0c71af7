/** Size of a cluster's network: sixteen blocks of 256 addresses. */
export const subnetBits = 20;

/** Groups of agents that fit: block 0 belongs to ZooKeeper and the masters. */
export const maxAgentGroups = 15;
/** Agents of one group that fit into its block. */
export const maxAgentsPerGroup = 250;

/**
 * Addresses of a cluster's containers. A container keeps its address whatever is added beside it, because its
 * address is its hostname for Mesos: an agent whose hostname changes is another agent.
 */
export class Addresses {
  readonly #base: number;

  /** @param subnet CIDR with 20 bits */
  constructor(readonly subnet: string) {
    const [address = "", bits] = subnet.split("/");
    if (Number(bits) !== subnetBits) throw new Error(`subnet ${subnet} must be a /${subnetBits}`);
    this.#base = toNumber(address);
  }

  gateway(): string {
    return toText(this.#base + 1);
  }

  /** @param n from 1 */
  zookeeper(n: number): string {
    return toText(this.#base + 10 + n);
  }

  /** @param n from 1 */
  master(n: number): string {
    return toText(this.#base + 20 + n);
  }

  /** @param group from 1 @param n from 1 */
  agent(group: number, n: number): string {
    return toText(this.#base + group * 256 + n);
  }
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
