import type { ClusterPlan } from "../plan/types";
import { isPool, readRecord } from "./housekeeping/record";
import { labelledClusters } from "./leftovers";
import { PreconditionError } from "./precondition";
import { located } from "./remote/located";
import { findStack } from "./stack";

interface StateResource {
  readonly type: string;
  readonly outputs?: { readonly plan?: ClusterPlan };
}

/** The plan that a stack's state keeps since its cluster got ready; undefined where it keeps none. */
export function planIn(resources: readonly StateResource[]): ClusterPlan | undefined {
  return resources.find(({ type }) => type === "mesos:cluster:MesosCluster")?.outputs?.plan;
}

/**
 * The plan of the cluster: as it was written down when it was made from here, or as its stack's state keeps it.
 * @throws PreconditionError where there is none of that name */
export async function deployedPlan(name: string): Promise<ClusterPlan> {
  const record = readRecord(name);
  if (isPool(record)) {
    throw new PreconditionError(
      `${name} is a set of machines, not a cluster; see mesos-matrix ls for what is on it`,
    );
  }
  if (record?.plan !== undefined) return located(record.plan);
  const state = await (await findStack(name))?.exportStack();
  const { resources = [] } = (state?.deployment ?? {}) as { resources?: readonly StateResource[] };
  const plan = planIn(resources);
  if (plan !== undefined) return located(plan);
  const known = (await labelledClusters()).map((cluster) => cluster.name);
  if (known.includes(name)) {
    throw new PreconditionError(
      `${name} never got ready, so its stack says nothing of it; see mesos-matrix logs ${name}, remove it with mesos-matrix down ${name}`,
    );
  }
  throw new PreconditionError(
    `there is no cluster ${name} on this machine; there ${known.length === 1 ? "is" : "are"} ${known.join(", ") || "none"}`,
  );
}
