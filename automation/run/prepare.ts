import type { TestSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import type { Errand } from "../images/engine";
import type { Answer } from "../images/look-up";
import { resolveImages, type Resolving } from "../images/resolve";
import { PreconditionError } from "../precondition";
import { clusterSecrets, testSecrets } from "../secrets";
import type { ChosenCell } from "./selection";
import { prepareTest } from "./test-program";

/** Cells whose images are looked for at once: more would only share the line to the registry. */
const atOnce = 3;

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
  errand: Errand & Pick<Resolving, "refresh">,
): Promise<Preparation> {
  testSecrets(test);
  const images = new Map<number, Prepared>();
  const wanted = cells.filter(({ cell }) => cell.refused.length === 0);
  if (wanted.length === 0) return { images, testImage: undefined };
  for (const { cell } of wanted) clusterSecrets(cell.cluster);
  const testImage = await prepareTest(test, run, errand);
  const resolving = { ...errand, known: new Map<string, Promise<Answer>>() };
  const stopped = (): boolean => errand.signal?.aborted === true;
  const prepare = async ({ cell, index }: ChosenCell): Promise<void> => {
    if (stopped()) return;
    try {
      images.set(index, await resolveImages(cell.cluster, resolving));
    } catch (error) {
      if (stopped()) return;
      if (!(error instanceof PreconditionError)) throw error;
      images.set(index, error.message);
    }
  };
  const queue = wanted.values();
  const drain = async (): Promise<void> => {
    for (const cell of queue) await prepare(cell);
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, drain));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return { images, testImage };
}
