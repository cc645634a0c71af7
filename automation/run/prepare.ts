import type { MatrixSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import type { Errand } from "../images/engine";
import { resolveImages } from "../images/resolve";
import { PreconditionError } from "../precondition";
import { clusterSecrets, testSecrets } from "../secrets";
import type { ChosenCell } from "./selection";

/** Images of a cell, or why they cannot be had, in words. */
export type Prepared = PlanInputs["images"] | string;

/**
 * What all cells need, before the clock of any of them: secrets and images; refused cells need none, and an
 * interrupted run no more. A cell whose images cannot be had does not keep the others from running.
 * @returns what was found, by the index of the cell
 * @throws PreconditionError where a secret of the matrix is not there
 */
export async function prepareCells(
  test: MatrixSpec["test"],
  cells: readonly ChosenCell[],
  errand: Errand,
): Promise<ReadonlyMap<number, Prepared>> {
  testSecrets(test);
  const prepared = new Map<number, Prepared>();
  const stopped = (): boolean => errand.signal?.aborted === true;
  for (const { cell, index } of cells) {
    if (stopped()) break;
    if (cell.refused.length > 0) continue;
    clusterSecrets(cell.cluster);
    try {
      prepared.set(index, await resolveImages(cell.cluster, errand));
    } catch (error) {
      if (stopped()) break;
      if (!(error instanceof PreconditionError)) throw error;
      prepared.set(index, error.message);
    }
  }
  return prepared;
}
