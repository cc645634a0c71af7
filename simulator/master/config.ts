import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { MesosVersion } from "../../mesos/versions";
import { idStyle } from "../../mesos/wire";
import type { OwnAddress } from "../address";
import { FatalError } from "../fatal";
import type { Flags } from "../flags/flags";
import type { MasterInfo } from "../zk/master-info";
import { parseZkUrl, type ZkUrl } from "../zk/url";
import type { MasterConfig } from "./model";

/** Where and how a master takes part in a cluster. */
export interface ClusterFlags {
  /** Undefined for a master that is its own leader. */
  readonly url: ZkUrl | undefined;
  /** It keeps a replica of the registry's log. */
  readonly withLog: boolean;
  readonly quorum: number;
  readonly sessionTimeoutMs: number;
  /** As long as the registry may take to be read, and that as the user wrote it. */
  readonly fetchTimeoutMs: number;
  readonly fetchTimeout: string;
  readonly autoInitialize: boolean;
}

/** Reads the cluster's flags. Throws {@link FatalError} where Mesos refuses them. Source: src/master/main.cpp. */
export function clusterFlags(flags: Flags): ClusterFlags {
  const zk = flags.text("zk");
  const registry = flags.text("registry") ?? "replicated_log";
  const withLog = registry === "replicated_log" || registry === "log_storage";
  if (!withLog && registry !== "in_memory") {
    throw new FatalError(`'${registry}' is not a supported option for registry persistence`);
  }
  if (flags.boolean(false, "registry_strict")) throw new FatalError("--registry_strict is not supported");
  if (withLog) {
    const workDir = flags.text("work_dir");
    if (workDir === undefined) throw new FatalError("--work_dir needed for replicated log based registry");
    mkdirSync(workDir, { recursive: true });
    if (zk !== undefined && flags.text("quorum") === undefined) {
      throw new FatalError("Need to specify --quorum for replicated log based registry when using ZooKeeper");
    }
  }
  return {
    url: zk === undefined ? undefined : parsedUrl(zk),
    withLog: withLog && zk !== undefined,
    quorum: flags.integer(1, "quorum"),
    sessionTimeoutMs: flags.duration(10_000, "zk_session_timeout"),
    fetchTimeoutMs: flags.duration(60_000, "registry_fetch_timeout"),
    fetchTimeout: flags.text("registry_fetch_timeout") ?? "1mins",
    autoInitialize: flags.boolean(true, "log_auto_initialize"),
  };
}

/** What the state machine goes by. */
export function machineConfig(version: MesosVersion, flags: Flags, info: MasterInfo): MasterConfig {
  return {
    tag: version.tag,
    info,
    allocationIntervalMs: flags.duration(1_000, "allocation_interval"),
    pingTimeoutMs: flags.duration(15_000, "agent_ping_timeout", "slave_ping_timeout"),
    maxPingTimeouts: flags.integer(5, "max_agent_ping_timeouts", "max_slave_ping_timeouts"),
    reregisterTimeoutMs: flags.duration(600_000, "agent_reregister_timeout", "slave_reregister_timeout"),
    offerTimeoutMs: flags.isGiven("offer_timeout") ? flags.duration(0, "offer_timeout") : undefined,
    maxCompletedFrameworks: flags.integer(50, "max_completed_frameworks"),
    maxCompletedTasks: flags.integer(1_000, "max_completed_tasks_per_framework"),
    rootSubmissions: flags.boolean(true, "root_submissions"),
  };
}

/** The master itself, under a new id in its version's style. */
export function ownMasterInfo(version: MesosVersion, address: OwnAddress): MasterInfo {
  const { ip, advertisedPort: port, hostname } = address;
  return { id: newMasterId(version.tag, ip, port), ip, port, hostname, version: version.reports };
}

function newMasterId(tag: string, ip: string, port: number): string {
  if (idStyle(tag).master === "uuid") return randomUUID();
  const [day = "", time = ""] = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  const packed = ip.split(".").reduceRight((n, part) => n * 256 + Number(part), 0);
  return `${day}-${time}-${packed}-${port}-${process.pid}`;
}

function parsedUrl(text: string): ZkUrl {
  try {
    return parseZkUrl(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FatalError(`Error parsing ZooKeeper URL: ${why}`, { cause });
  }
}
