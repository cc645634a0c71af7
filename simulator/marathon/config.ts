import { hostname as ownHostname } from "node:os";
import { parseZkUrl, type ZkUrl } from "../zk/url";
import { MarathonExit, type MarathonFlags } from "./flags";

/** What a Marathon goes by; times in ms unless the name says otherwise. */
export interface MarathonConfig {
  readonly version: string;
  readonly master: string;
  readonly zk: ZkUrl;
  readonly zkSessionTimeoutMs: number;
  readonly hostname: string;
  readonly httpAddress: string;
  readonly httpPort: number;
  readonly frameworkName: string;
  readonly role: string | undefined;
  readonly user: string;
  readonly principal: string | undefined;
  readonly checkpoint: boolean;
  readonly failoverTimeoutSeconds: number;
  readonly webuiUrl: string | undefined;
  readonly firstServicePort: number;
  readonly lastServicePort: number;
  readonly declineSeconds: number;
  readonly minReviveMs: number;
  readonly killRetryMs: number;
  readonly reconciliationIntervalMs: number;
  readonly envPrefix: string;
  readonly acceptedRoles: readonly string[] | undefined;
  readonly flags: MarathonFlags;
}

/** Defaults. Source: the `default =` of each flag in mesosphere/marathon src/main/scala (MarathonConf, ZookeeperConf, HttpConf, ReviveOffersConfig). */
export function marathonConfig(version: string, flags: MarathonFlags): MarathonConfig {
  const number = (name: string, fallback: number): number => Number(flags.get(name) ?? fallback);
  const text = (name: string): string | undefined => flags.get(name);
  const hostname = text("hostname") ?? ownHostname();
  const httpPort = number("http_port", 8080);
  return {
    version,
    master: text("master") ?? "",
    zk: zkUrl(text("zk") ?? "zk://localhost:2181/marathon"),
    zkSessionTimeoutMs: number("zk_session_timeout", 10_000),
    hostname,
    httpAddress: text("http_address") ?? "0.0.0.0",
    httpPort,
    frameworkName: text("framework_name") ?? "marathon",
    role: text("mesos_role"),
    user: text("mesos_user") ?? "root",
    principal: text("mesos_authentication_principal"),
    checkpoint: text("checkpoint") !== "false",
    failoverTimeoutSeconds: number("failover_timeout", 604_800),
    webuiUrl: text("webui_url") ?? `http://${hostname}:${httpPort}`,
    firstServicePort: number("local_port_min", 10_000),
    lastServicePort: number("local_port_max", 20_000),
    declineSeconds: number("decline_offer_duration", 120_000) / 1000,
    minReviveMs: number("min_revive_offers_interval", 5_000),
    killRetryMs: number("kill_retry_timeout", 10_000),
    reconciliationIntervalMs: number("reconciliation_interval", 600_000),
    envPrefix: text("env_vars_prefix") ?? "",
    acceptedRoles: text("default_accepted_resource_roles")?.split(","),
    flags,
  };
}

function zkUrl(text: string): ZkUrl {
  try {
    return parseZkUrl(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MarathonExit(`requirement failed: --zk: ${why}`, 1);
  }
}
