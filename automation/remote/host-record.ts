import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { ClusterPlan, SshHostPlan } from "../../plan/types";
import { stateDir } from "../layout";

/** A host of a cluster, as it is kept here. */
export interface RecordedHost extends SshHostPlan {
  /** Made by the cluster's own stack, and gone with it. */
  readonly made?: true;
}

/** Where clusters on other machines are: what ls, logs, gc and down look at, also when a cluster never got ready. */
function folder(): string {
  return path.join(stateDir(), "hosts");
}

function fileOf(cluster: string): string {
  return path.join(folder(), `${cluster}.json`);
}

/** Keeps the hosts of a cluster until it is removed. A host that it had before stays: something may be left there. */
export function recordHosts({ cluster, hosts }: Pick<ClusterPlan, "cluster" | "hosts">): void {
  keep(
    cluster,
    hosts.filter((host): host is SshHostPlan => host.kind === "ssh"),
  );
}

/** Keeps a machine that the cluster's own stack made, once it is known where it is. */
export function recordMadeHost(cluster: string, host: SshHostPlan): void {
  keep(cluster, [{ ...host, made: true }]);
}

function keep(cluster: string, hosts: readonly RecordedHost[]): void {
  if (hosts.length === 0) return;
  const earlier = recordedHosts(cluster).filter(({ ip }) => hosts.every((host) => host.ip !== ip));
  mkdirSync(folder(), { recursive: true });
  writeFileSync(fileOf(cluster), JSON.stringify([...hosts, ...earlier]));
}

/** The hosts of a cluster; none for one on this machine. */
export function recordedHosts(cluster: string): RecordedHost[] {
  try {
    return JSON.parse(readFileSync(fileOf(cluster), "utf8")) as RecordedHost[];
  } catch {
    return [];
  }
}

/** Forgets one host of a cluster by its key or address, or all. */
export function forgetHosts(cluster: string, keys?: readonly string[]): void {
  const left = keys === undefined ? [] : recordedHosts(cluster).filter((host) => !keys.includes(host.key));
  if (left.length === 0) rmSync(fileOf(cluster), { force: true });
  else writeFileSync(fileOf(cluster), JSON.stringify(left));
}
