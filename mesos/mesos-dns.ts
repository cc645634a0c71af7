/** A tag of Mesos-DNS: what it reads and what it can be told. */
export interface MesosDnsRelease {
  readonly version: string;
  /** The path on a master from which it fetches the state; the old one is gone in Mesos 1.8, the new one came in 0.25. */
  readonly statePath: "/master/state.json" | "/master/state";
  readonly source: string;
}

const source = "mesosphere/mesos-dns records/generator.go, records/config.go";

/** The tags of mesosphere/mesos-dns. There are no 0.5.3 and 0.7.0, only their candidates. */
const releases: readonly MesosDnsRelease[] = [
  ...[
    ...["0.1.0", "0.1.1", "0.1.2", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.5.1", "0.5.2"],
    ...["0.5.3-rc1", "0.5.3-rc2", "0.6.0"],
  ].map((version): MesosDnsRelease => ({ version, statePath: "/master/state.json", source })),
  { version: "0.7.0-rc1", statePath: "/master/state", source },
  { version: "0.7.0-rc2", statePath: "/master/state", source },
];

/** What a key's value is; the answer to a wrong one is an exit, or silence. */
export type MesosDnsKeyType = "text" | "number" | "flag" | "list" | "mapping";

type Keys = Readonly<Record<string, MesosDnsKeyType>>;

/**
 * Keys of the JSON config by the first and, where it was renamed, the last release that reads them. Anything else is
 * silently ignored. Source: mesosphere/mesos-dns records/config.go at each tag.
 */
const keys: readonly { since: string; until?: string; types: Keys }[] = [
  {
    since: "0.1.0",
    types: {
      ...{ masters: "list", refreshSeconds: "number", ttl: "number", domain: "text", port: "number" },
      ...{ resolvers: "list", timeout: "number", listener: "text" },
    },
  },
  { since: "0.1.0", until: "0.1.1", types: { email: "text", mname: "text" } },
  { since: "0.1.1", types: { zk: "text" } },
  {
    since: "0.1.2",
    types: {
      ...{ SOARname: "text", SOAMname: "text", SOARefresh: "number", SOARetry: "number" },
      ...{ SOAExpire: "number", SOAMinttl: "number" },
      ...{ recurseon: "flag", httpport: "number", dnson: "flag", httpon: "flag", externalon: "flag" },
    },
  },
  { since: "0.2.0", types: { zkDetectionTimeout: "number", IPSources: "list", enforceRFC952: "flag" } },
  { since: "0.5.0", types: { stateTimeoutSeconds: "number" } },
  { since: "0.5.2", types: { enumerationOn: "flag" } },
  { since: "0.5.3-rc1", types: { httpListener: "text" } },
  {
    since: "0.6.0",
    types: {
      ...{ mesosHTTPSOn: "flag", CACertFile: "text" },
      ...{ mesosCredentials: "mapping", mesosAuthentication: "text", IAMConfigFile: "text" },
    },
  },
  {
    since: "0.7.0-rc1",
    types: {
      ...{ certFile: "text", keyFile: "text", zoneResolvers: "mapping" },
      ...{ srvRecordDefaultWeight: "number", setTruncateBit: "flag" },
    },
  },
];

/** Where a task's address comes from. Source: mesosphere/mesos-dns records/validation.go. */
export const mesosDnsIpSources = ["host", "mesos", "netinfo", "docker"] as const;

/**
 * Tags of mesosphere/mesos-dns on Docker Hub, by release, and where the program is in them. Source: tags used in
 * public files (sebastianseilund/docker-mesos-dns, Mobius5150/acs-mesos-dns and others).
 */
export const mesosDnsImages = {
  repository: "mesosphere/mesos-dns",
  tags: { "0.5.2": "0.5.2", "0.6.0": "v0.6.0" } as Readonly<Record<string, string>>,
  program: "/mesos-dns",
} as const;

/** The release that the set-up can build (toolchain/mesos-dns). */
export const mesosDnsBuilt = "0.6.0";

/** Every tag that is known, oldest first. */
export function mesosDnsReleases(): readonly MesosDnsRelease[] {
  return releases;
}

/** The tag, with or without its `v`, or undefined for one that is not known. */
export function mesosDnsRelease(version: string): MesosDnsRelease | undefined {
  return releases.find((release) => release.version === version.replace(/^v/, ""));
}

/** The config keys that a known release reads, sorted; it reads them in any case. Throws on an unknown release. */
export function mesosDnsKeys(version: string): string[] {
  return Object.keys(typesOf(version)).sort();
}

/** What the value of a key is, or undefined where that known release does not read it. */
export function mesosDnsKeyType(version: string, key: string): MesosDnsKeyType | undefined {
  return typesOf(version)[key];
}

function typesOf(version: string): Keys {
  const at = positionOf(version);
  const rows = keys.filter(
    ({ since, until }) => positionOf(since) <= at && (until === undefined || at <= positionOf(until)),
  );
  return Object.fromEntries(rows.flatMap(({ types }) => Object.entries(types)));
}

function positionOf(version: string): number {
  const position = releases.findIndex((release) => release.version === version.replace(/^v/, ""));
  if (position < 0) throw new Error(`${version} is no known tag of Mesos-DNS`);
  return position;
}
