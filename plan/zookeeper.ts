import type { ClusterSpec } from "../config/spec";
import { defaultZookeeper, zookeeperTraits } from "../mesos/zookeeper";
import type { Place } from "./places";
import type { UploadPlan } from "./types";

/** ZooKeeper's tick in milliseconds; its shortest session is two ticks. */
const tick = { default: 2000, fast: 500 };

/**
 * The servers start all at once from one static list. The short limits on election messages keep a server that
 * was first from waiting for the others longer than they take (zookeeperAdmin: cnxTimeout, maxNotificationInterval).
 */
export const zookeeperJvmFlags =
  "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 " +
  "-Dzookeeper.cnxTimeout=1000 -Dzookeeper.fastleader.maxNotificationInterval=1000";

/** Configuration files of one server of an ensemble: where all servers are, and where this one is. */
export function zookeeperFiles(spec: ClusterSpec, all: readonly Place[], self: Place): UploadPlan[] {
  const version = spec.zookeeper.version ?? defaultZookeeper;
  const dynamic = zookeeperTraits(version)?.dynamicConfig ?? true;
  const common = [
    `tickTime=${tick[spec.timings]}`,
    "initLimit=10",
    "syncLimit=5",
    "dataDir=/data",
    // Every scheduler and test on this machine comes from one address; the default allows it 60 connections.
    "maxClientCnxns=0",
    "admin.enableServer=false",
    "4lw.commands.whitelist=srvr,ruok,mntr",
  ];
  // On its host's network a server listens at that one address, not at every address of the host.
  const bound = self.network === "host" ? [`clientPortAddress=${self.address}`] : [];
  const client = [`clientPort=${self.ports[0]}`, ...bound];
  if (all.length === 1) return [file("/conf/zoo.cfg", [...common, ...client])];
  const servers = all.map(
    ({ address, ports: [, peers, elections] }, i) =>
      `server.${i + 1}=${address}:${peers ?? 0}:${elections ?? 0}`,
  );
  if (!dynamic) return [file("/conf/zoo.cfg", [...common, ...client, ...servers])];
  return [
    file("/conf/zoo.cfg", [
      ...common,
      "standaloneEnabled=false",
      "reconfigEnabled=true",
      "dynamicConfigFile=/conf/zoo.cfg.dynamic",
    ]),
    file(
      "/conf/zoo.cfg.dynamic",
      servers.map((server, i) => `${server}:participant;${clientAddress(all[i] ?? self)}`),
    ),
  ];
}

function clientAddress({ network, address, ports }: Place): string {
  return `${network === "host" ? address : "0.0.0.0"}:${ports[0]}`;
}

function file(path: string, lines: readonly string[]): UploadPlan {
  return { path, content: `${lines.join("\n")}\n` };
}
