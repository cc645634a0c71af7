import type { RunReport } from "../report/run-report";

/** Seconds that cells took before, by the name of their place. */
export type Timings = ReadonlyMap<string, number>;

/** How long the cells of an earlier run took, as far as they started. */
export function timingsOf({ cells }: RunReport): Timings {
  return new Map(
    cells.filter(({ started }) => started !== null).map(({ displayName, seconds }) => [displayName, seconds]),
  );
}

/**
 * Longest first, so that no long cell is left alone at the end. A cell of which nobody knows how long it takes
 * counts as the longest; what is equal keeps the order of the file.
 */
export function longestFirst<Item extends { readonly displayName: string }>(
  items: readonly Item[],
  timings: Timings,
): readonly Item[] {
  const seconds = ({ displayName }: Item): number => timings.get(displayName) ?? Number.POSITIVE_INFINITY;
  return items.toSorted((a, b) => (seconds(a) === seconds(b) ? 0 : seconds(b) - seconds(a)));
}
