import type { ClusterSpec } from "../../config/spec";
import { type Danger, dangers } from "../../mesos/dangers";
import { changesBetween } from "../../plan/changes/changes";
import { planCluster } from "../../plan/cluster";
import type { PlanInputs } from "../../plan/inputs";
import { findStack } from "../stack";
import { deployedOf } from "./deployed";

/**
 * Dangers of applying a spec to its running cluster that the spec does not confirm. Of a cluster whose stack keeps no
 * plan nothing is known, and nothing is said.
 */
export async function unconfirmedDangers(spec: ClusterSpec, inputs: PlanInputs): Promise<Danger[]> {
  const stack = await findStack(spec.name);
  if (stack === undefined) return [];
  const { plan } = deployedOf(await stack.exportStack());
  if (plan === undefined) return [];
  const { changes } = changesBetween(plan, planCluster(spec, inputs));
  const found = new Set(changes.flatMap((change) => change.dangers));
  return dangers().filter(({ id }) => found.has(id) && !spec.confirm.includes(id));
}

/** What to say when they keep a change from being applied. */
export function refusal(name: string, found: readonly Danger[]): string {
  return [
    `this change of ${name} is dangerous, and nothing was changed:`,
    ...found.map(({ id, title, fact }) => `  ! ${title} (${id}): ${fact}`),
    `see it with mesos-matrix preview; to apply it, give --yes, or write confirm: [${found.map(({ id }) => id).join(", ")}]`,
  ].join("\n");
}
