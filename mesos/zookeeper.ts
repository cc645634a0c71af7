import { atLeast } from "./versions";
import type { Fact } from "./fact";

/** What differs between ZooKeeper releases, as far as a cluster's configuration shows it. */
export interface ZookeeperTraits {
  /** The servers stand in a file of their own, each with its client port (`;2181`). Source: ZOOKEEPER-107, 3.5.0 release notes. */
  readonly dynamicConfig: boolean;
}

const rows: readonly { readonly minor: string; readonly traits: ZookeeperTraits }[] = [
  { minor: "3.4", traits: { dynamicConfig: false } },
  { minor: "3.5", traits: { dynamicConfig: true } },
  { minor: "3.6", traits: { dynamicConfig: true } },
  { minor: "3.7", traits: { dynamicConfig: true } },
  { minor: "3.8", traits: { dynamicConfig: true } },
  { minor: "3.9", traits: { dynamicConfig: true } },
];

/** The release line that is used where the user names none: Debian 12 carries 3.8.0, the official image 3.8. */
export const defaultZookeeper = "3.8";

/** The release lines (`3.8`) that are known, oldest first. */
export function zookeeperLines(): string[] {
  return rows.map((row) => row.minor);
}

/** Traits of the release (`3.8` or `3.8.4`), or undefined for a line that is not known. */
export function zookeeperTraits(version: string): ZookeeperTraits | undefined {
  return rows.find((row) => version === row.minor || version.startsWith(`${row.minor}.`))?.traits;
}

/** What the ZooKeeper project promises of clients and servers of different releases. */
export const zookeeperPromise: Fact = {
  fact: "Mesos carries the ZooKeeper 3.4 C client; ZooKeeper promises one minor release in either direction, and its release notes name 3.4 clients for servers up to 3.6 only",
  source: "https://cwiki.apache.org/confluence/display/ZOOKEEPER/ReleaseManagement",
};

/** The ZooKeeper C client in masters, agents and libmesos. Source: apache/mesos 3rdparty at 0.28.3 and 1.0.0. */
export function bundledZookeeperClient(mesosVersion: string): string {
  return atLeast(mesosVersion, "1.0.0-rc1") ? "3.4.8" : "3.4.5";
}

/** Whether ZooKeeper's own words cover a 3.4 client at a server of this known line; undefined for an unknown one. */
export function serves34Clients(version: string): boolean | undefined {
  if (zookeeperTraits(version) === undefined) return undefined;
  return Number(version.split(".")[1]) <= 6;
}
