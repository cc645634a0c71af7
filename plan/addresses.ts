/** Size of a cluster's network: sixteen blocks of 256 addresses, the first for ZooKeeper and the masters. */
export const subnetBits = 20;

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
    this.#base = ipNumber(address);
  }

  gateway(): string {
    return ipText(this.#base + 1);
  }

  /** Of a test that runs in a container. */
  test(): string {
    return ipText(this.#base + 2);
  }

  /** @param n from 1 */
  zookeeper(n: number): string {
    return ipText(this.#base + 10 + n);
  }

  /** @param n from 1 */
  master(n: number): string {
    return ipText(this.#base + 20 + n);
  }

  /** @param n from 1 */
  marathon(n: number): string {
    return ipText(this.#base + 30 + n);
  }

  mesosDns(): string {
    return ipText(this.#base + 41);
  }

  loadBalancer(): string {
    return ipText(this.#base + 51);
  }

  /** @param group from 1 @param n from 1 */
  agent(group: number, n: number): string {
    return ipText(this.#base + group * 256 + n);
  }
}

/** `10.192.16.0` as a number. */
export function ipNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The address that `ipNumber` made this number of. */
export function ipText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
