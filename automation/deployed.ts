import type { ClusterPlan } from "../plan/types";
import { labelledClusters } from "./leftovers";
import { PreconditionError } from "./precondition";
import { findStack } from "./stack";

/** The plan of the cluster as its stack exported it. @throws PreconditionError where there is none of that name */
export async function deployedPlan(name: string): Promise<ClusterPlan> {
  const stack = await findStack(name);
  const plan = (await stack?.outputs())?.["plan"]?.value as ClusterPlan | undefined;
  if (plan !== undefined) return plan;
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
