import type { ClusterSpec, FlagValue, MarathonSpec } from "../config/spec";
import { marathonFileIsSecret, marathonFlagType, marathonFlagWords } from "../mesos/marathon-flags";
import { containerEnvironment } from "./environment";
import { imageOf } from "./inputs";
import { nodeKey, type Place } from "./places";
import { common, type Planned, published, type ServiceSurroundings } from "./planned";
import type { UploadPlan } from "./types";

/** A file that a flag of Marathon names. */
export interface MarathonFile {
  /** How the plan calls its content. */
  readonly name: string;
  readonly flag: string;
  readonly source: Exclude<FlagValue, string>;
  readonly secret: boolean;
}

/** Failover in seconds, as for Mesos; offers that were declined are asked for again at once. */
const fast: readonly (readonly [string, string])[] = [
  ["zk_session_timeout", "2000"],
  ["min_revive_offers_interval", "500"],
];

/** All at once: those that do not lead stand by. They keep nothing of their own: their state is in ZooKeeper. */
export function planMarathons(
  spec: ClusterSpec,
  marathon: MarathonSpec,
  { places, images, labels, zookeeper }: ServiceSurroundings,
): Planned[] {
  const image = imageOf(images, "marathon");
  const zk = { mesos: zookeeper, marathon: zookeeper.replace(/\/mesos$/, "/marathon") };
  const { env } = containerEnvironment(marathon.env, "marathon");
  return Array.from({ length: marathon.count }, (_, i) => {
    const place = places.marathon(i + 1);
    return {
      volume: undefined,
      version: marathon.version,
      container: {
        ...common(spec, nodeKey.marathon(i + 1), "marathon", image, place, labels),
        // Of a real image the entrypoint starts Java with JAVA_OPTS; where it lies differs between releases.
        entrypoint: marathon.image.kind === "simulator" ? ["marathon"] : [],
        argv: marathonArgv(spec, marathon, place, zk),
        env: { ...image.env, ...marathonEnvironment(place), ...env },
        publish: published(place),
        mounts: [],
        uploads: marathonUploads(marathon),
      },
    };
  });
}

/**
 * argv of a Marathon: only flags that its release accepts, the user's before our defaults. Never by environment: what
 * MARATHON_X means differs between releases.
 */
function marathonArgv(
  spec: ClusterSpec,
  marathon: MarathonSpec,
  { address, network, ports }: Place,
  zk: { readonly mesos: string; readonly marathon: string },
): string[] {
  const { version } = marathon;
  const ours: readonly (readonly [string, string])[] = [
    ["master", zk.mesos],
    ["zk", zk.marathon],
    // The address is the name: it resolves for everybody who can reach the cluster.
    ["hostname", address],
    ["http_port", String(ports[0])],
    // On its host's network it listens at that one address, not at every address of the host.
    ...(network === "host" ? ([["http_address", address]] as const) : []),
    // Images before 1.7 run as root, later ones as nobody, and tasks run as that user unless this says who.
    ["mesos_user", "root"],
    ...(spec.timings === "fast" ? fast : []),
  ];
  const theirs = userFlags(marathon);
  const all = [...ours.filter(([name]) => theirs.every(([own]) => own !== name)), ...theirs];
  return all.flatMap(([name, value]) =>
    marathonFlagType(version, name) === undefined ? [] : marathonFlagWords(version, name, value),
  );
}

/** libmesos binds and advertises this address; on a network that it shares, at a port that is known. */
function marathonEnvironment({ address, network, ports }: Place): Record<string, string> {
  return {
    LIBPROCESS_IP: address,
    ...(network === "host" ? { LIBPROCESS_PORT: String(ports[1] ?? 0) } : {}),
  };
}

/** Every file that Marathon's flags name. */
export function marathonFiles(marathon: MarathonSpec | undefined): MarathonFile[] {
  return Object.entries(marathon?.flags ?? {}).flatMap(([flag, source]): MarathonFile[] =>
    typeof source === "string"
      ? []
      : [
          {
            name: `marathon.flags.${flag}`,
            flag,
            source,
            secret: "secret" in source || marathonFileIsSecret(flag),
          },
        ],
  );
}

/** The files in the container. */
function marathonUploads(marathon: MarathonSpec): UploadPlan[] {
  return marathonFiles(marathon).map(({ name, flag, secret }): UploadPlan =>
    secret ? { path: filePath(flag), secret: name } : { path: filePath(flag), file: name },
  );
}

function userFlags({ flags }: MarathonSpec): [string, string][] {
  return Object.entries(flags).map(([name, value]) => [
    name,
    typeof value === "string" ? value : filePath(name),
  ]);
}

function filePath(flag: string): string {
  return `/etc/mesos-matrix/marathon/${flag}`;
}
