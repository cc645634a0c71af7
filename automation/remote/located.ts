import type { ClusterPlan, HostPlan } from "../../plan/types";
import { recordedHosts } from "./host-record";

/**
 * The plan with its hosts as they can be reached: where a stack makes the machines, their addresses are known only when
 * they are there, and not in the plan.
 */
export function located(plan: ClusterPlan): ClusterPlan {
  const unknown = (host: HostPlan): boolean => host.kind === "ssh" && host.login.address === "";
  if (!plan.hosts.some(unknown)) return plan;
  const known = new Map(recordedHosts(plan.cluster).map(({ key, login }) => [key, login]));
  const place = (host: HostPlan): HostPlan => {
    const login = known.get(host.key);
    return host.kind === "local" || login === undefined || !unknown(host) ? host : { ...host, login };
  };
  const { readiness } = plan;
  return {
    ...plan,
    hosts: plan.hosts.map(place),
    readiness: { ...readiness, hosts: readiness.hosts.map(place) },
  };
}
