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
