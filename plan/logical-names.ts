import type { ClusterPlan, HostPlan } from "./types";

/**
 * What the names of a host's resources end with, empty for this machine. A provider that changes its host moves
 * nothing: what is on another host must have another name.
 */
export function hostSuffix(host: HostPlan): string {
  return host.kind === "local" ? "" : `@${host.ip}`;
}

/** Name of the resource of a container or volume: `agent-1`, or `agent-1@10.0.0.7` on a host that ssh reaches. */
export function logicalName(
  { hosts }: Pick<ClusterPlan, "hosts">,
  { key, host }: { readonly key: string; readonly host: string },
): string {
  const found = hosts.find((one) => one.key === host);
  if (found === undefined) throw new Error(`${key} is on host ${host}, which the plan does not have`);
  return `${key}${hostSuffix(found)}`;
}
