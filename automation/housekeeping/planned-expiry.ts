import type { ClusterSpec } from "../../config/spec";
import { labelledClusters } from "../leftovers";
import { clusterExpiry } from "./expiry";

/**
 * When a stack's cluster may be removed: what was decided when it was made, for a program runs at every `up` and no
 * container is to be replaced for a new time stamp.
 */
export async function plannedExpiry(spec: Pick<ClusterSpec, "name" | "ttl">): Promise<string | undefined> {
  if (spec.ttl === undefined) return undefined;
  const existing = (await labelledClusters()).find(({ name }) => name === spec.name);
  return existing === undefined ? clusterExpiry(spec, new Date()) : existing.plannedExpiry;
}
