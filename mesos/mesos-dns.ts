/** A tag of Mesos-DNS: what it reads and what it can be told. */
export interface MesosDnsRelease {
  readonly version: string;
  /** The path on a master from which it fetches the state; the old one is gone in Mesos 1.8, the new one came in 0.25. */
  readonly statePath: "/master/state.json" | "/master/state";
  readonly source: string;
}

const source = "mesosphere/mesos-dns records/generator.go, records/config.go";

/** The tags of mesosphere/mesos-dns. There is no 0.7.0, only its candidates. */
const releases: readonly MesosDnsRelease[] = [
  ...["0.1.0", "0.1.1", "0.1.2", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.5.1", "0.5.2", "0.6.0"].map(
    (version): MesosDnsRelease => ({ version, statePath: "/master/state.json", source }),
  ),
  { version: "0.7.0-rc1", statePath: "/master/state", source },
  { version: "0.7.0-rc2", statePath: "/master/state", source },
];

/**
 * Keys of the JSON config by the first and, where it was renamed, the last release that reads them. Anything else is
 * silently ignored. Source: mesosphere/mesos-dns records/config.go at each tag.
 */
const keys: readonly { since: string; until?: string; names: readonly string[] }[] = [
  {
    since: "0.1.0",
    names: ["masters", "refreshSeconds", "ttl", "domain", "port", "resolvers", "timeout", "listener"],
  },
  { since: "0.1.0", until: "0.1.1", names: ["email", "mname"] },
  { since: "0.1.1", names: ["zk"] },
  {
    since: "0.1.2",
    names: [
      ...["SOARname", "SOAMname", "SOARefresh", "SOARetry", "SOAExpire", "SOAMinttl"],
      ...["recurseon", "httpport", "dnson", "httpon", "externalon"],
    ],
  },
  { since: "0.2.0", names: ["zkDetectionTimeout", "IPSources", "enforceRFC952"] },
  { since: "0.5.0", names: ["stateTimeoutSeconds"] },
  {
    since: "0.6.0",
    names: [
      ...["httpListener", "enumerationOn", "mesosHTTPSOn", "CACertFile"],
      ...["mesosCredentials", "mesosAuthentication", "IAMConfigFile"],
    ],
  },
  {
    since: "0.7.0-rc1",
    names: ["certFile", "keyFile", "zoneResolvers", "srvRecordDefaultWeight", "setTruncateBit"],
  },
];

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
  const at = positionOf(version);
  return keys
    .filter(({ since, until }) => positionOf(since) <= at && (until === undefined || at <= positionOf(until)))
    .flatMap(({ names }) => names)
    .sort();
}

function positionOf(version: string): number {
  const position = releases.findIndex((release) => release.version === version.replace(/^v/, ""));
  if (position < 0) throw new Error(`${version} is no known tag of Mesos-DNS`);
  return position;
}
