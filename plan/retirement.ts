import type { ClusterPlan, HostPlan, RetirementPlan } from "./types";

/** Which containers of a plan's cluster may run on a host. */
export function retirementPlan(
  { cluster, containers }: Pick<ClusterPlan, "cluster" | "containers">,
  host: HostPlan,
): RetirementPlan {
  const own = containers.filter((container) => container.host === host.key);
  return { cluster, host, containers: own.map(({ name }) => name) };
}
