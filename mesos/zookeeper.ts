import { atLeast } from "./versions";
import type { Fact } from "./fact";

/** What differs between ZooKeeper releases, as far as a cluster's configuration shows it. */
export interface ZookeeperTraits {
  /** The servers stand in a file of their own, each with its client port (`;2181`). Source: ZOOKEEPER-107, 3.5.0 release notes. */
  readonly dynamicConfig: boolean;
  /** Whether ZooKeeper's own words cover a 3.4 client, which is the one in every Mesos. */
  readonly serves34: boolean;
}

interface Row {
  readonly minor: string;
  readonly traits: ZookeeperTraits;
  readonly source: string;
}

const rows: readonly Row[] = [
  line("3.4", { dynamicConfig: false, serves34: true }),
  line("3.5", { dynamicConfig: true, serves34: true }),
  line("3.6", { dynamicConfig: true, serves34: true }),
  line("3.7", { dynamicConfig: true, serves34: false }),
  line("3.8", { dynamicConfig: true, serves34: false }),
  line("3.9", { dynamicConfig: true, serves34: false }),
];

/** The release line that is used where the user names none: Debian 12 carries 3.8.0, the official image 3.8. */
export const defaultZookeeper = "3.8";

/** The release lines (`3.8`) that are known, oldest first. */
export function zookeeperLines(): string[] {
  return rows.map((row) => row.minor);
}

/** Traits of the release (`3.8` or `3.8.4`), or undefined for a line that is not known. */
export function zookeeperTraits(version: string): ZookeeperTraits | undefined {
  return zookeeperLine(version)?.traits;
}

/** The release line of a release, or undefined for one that is not known. */
export function zookeeperLine(version: string): Row | undefined {
  return rows.find((row) => version === row.minor || version.startsWith(`${row.minor}.`));
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
  return zookeeperTraits(version)?.serves34;
}

function line(minor: string, traits: ZookeeperTraits): Row {
  return { minor, traits, source: "https://zookeeper.apache.org/releases.html" };
}
