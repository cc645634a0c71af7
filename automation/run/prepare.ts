import type { TestSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import type { Errand } from "../images/engine";
import { resolveImages } from "../images/resolve";
import { PreconditionError } from "../precondition";
import { clusterSecrets, testSecrets } from "../secrets";
import type { ChosenCell } from "./selection";
import { prepareTest } from "./test-program";

/** Images of a cell, or why they cannot be had, in words. */
export type Prepared = PlanInputs["images"] | string;

/** What all cells need. */
export interface Preparation {
  /** By the index of the cell. */
  readonly images: ReadonlyMap<number, Prepared>;
  /** Id of the image in which the test runs; undefined: it runs on this machine itself. */
  readonly testImage: string | undefined;
}

/**
 * What all cells need, before the clock of any of them: secrets, the test's program, images; refused cells need none,
 * and an interrupted run no more. A cell whose images cannot be had does not keep the others from running.
 * @throws PreconditionError where a secret of the matrix is not there, or the test's program, or its image
 */
export async function prepareCells(
  { run, test, cells }: { run: string; test: TestSpec; cells: readonly ChosenCell[] },
  errand: Errand,
): Promise<Preparation> {
  testSecrets(test);
  const images = new Map<number, Prepared>();
  if (cells.every(({ cell }) => cell.refused.length > 0)) return { images, testImage: undefined };
  const testImage = await prepareTest(test, run, errand);
  const stopped = (): boolean => errand.signal?.aborted === true;
  for (const { cell, index } of cells) {
    if (stopped()) break;
    if (cell.refused.length > 0) continue;
    clusterSecrets(cell.cluster);
    try {
      images.set(index, await resolveImages(cell.cluster, errand));
    } catch (error) {
      if (stopped()) break;
      if (!(error instanceof PreconditionError)) throw error;
      images.set(index, error.message);
    }
  }
  return { images, testImage };
}
