import type { Evidence } from "../evidence";
import type { Cause } from "./cause";
import { clusterCauses } from "./cluster";
import { endCauses, startCauses } from "./start";
import { testCauses } from "./test";

/** All causes that are known. The first that fits counts, so what names a reason stands before what only sees an end. */
export const causes: readonly Cause[] = [...startCauses, ...clusterCauses, ...endCauses, ...testCauses];

/** The likely cause of a cell's failure. */
export interface LikelyCause {
  /** Id of a row of the table, or `unknown`. */
  readonly id: string;
  /** One sentence. */
  readonly text: string;
}

/** Judges by the table; what no row fits is `unknown`, never a guess. */
export function likelyCause(evidence: Evidence): LikelyCause {
  for (const { id, find } of causes) {
    const text = find(evidence);
    if (text !== undefined) return { id, text };
  }
  return {
    id: "unknown",
    text: `unknown: none of the ${causes.length} known causes fits; the story and the logs are what there is`,
  };
}
