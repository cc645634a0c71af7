import type { ClusterSpec } from "../../config/spec";
import { changesBetween, emptyPlan } from "../../plan/changes/changes";
import { planCluster } from "../../plan/cluster";
import { unresolvedInputs } from "../../plan/unresolved";
import type { ClusterComparison } from "./against-deployed";

/**
 * Compares two configs. Nothing is asked of Docker, a registry or Pulumi, so what only they know is said to be
 * left out.
 * @param before undefined: there was none
 */
export function againstSpec(
  before: ClusterSpec | undefined,
  after: ClusterSpec,
): Omit<ClusterComparison, "against" | "doubts"> {
  const plan = planCluster(after, unresolvedInputs(after));
  const old =
    before === undefined
      ? emptyPlan(plan)
      : planCluster({ ...before, name: after.name }, unresolvedInputs(before));
  const renamed =
    before === undefined || before.name === after.name
      ? []
      : [
          `the cluster was named ${before.name}: what is deployed under that name stays, and ${after.name} is another cluster`,
        ];
  const { changes, steps } = changesBetween(old, plan);
  return {
    changes,
    steps,
    pulumi: undefined,
    remarks: [
      ...renamed,
      "two configs are compared: tags that moved, contents of files and secrets, and what is deployed are not looked at",
    ],
  };
}
