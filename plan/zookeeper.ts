import type { ClusterSpec } from "../config/spec";
import { defaultZookeeper, zookeeperTraits } from "../mesos/zookeeper";
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

/** Configuration files of every server of an ensemble at these addresses. */
export function zookeeperFiles(spec: ClusterSpec, addresses: readonly string[]): UploadPlan[] {
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
  if (addresses.length === 1) return [file("/conf/zoo.cfg", [...common, "clientPort=2181"])];
  const servers = addresses.map((address, i) => `server.${i + 1}=${address}:2888:3888`);
  if (!dynamic) return [file("/conf/zoo.cfg", [...common, "clientPort=2181", ...servers])];
  return [
    file("/conf/zoo.cfg", [
      ...common,
      "standaloneEnabled=false",
      "reconfigEnabled=true",
      "dynamicConfigFile=/conf/zoo.cfg.dynamic",
    ]),
    file(
      "/conf/zoo.cfg.dynamic",
      servers.map((server) => `${server}:participant;0.0.0.0:2181`),
    ),
  ];
}

function file(path: string, lines: readonly string[]): UploadPlan {
  return { path, content: `${lines.join("\n")}\n` };
}
