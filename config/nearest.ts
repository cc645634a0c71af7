/**
 * The candidate that `word` was most likely meant to be, or undefined when none is near. Case, `-`, `_` and spaces
 * do not count: `ready_timeout` is `readyTimeout`.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return nearestOf(word, candidates, 1)[0];
}

/** As many of the candidates as are near, the nearest first, each once. */
export function nearestOf(word: string, candidates: readonly string[], most: number): string[] {
  if (word.length > 64) return [];
  const wanted = fold(word);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: editDistance(wanted, fold(candidate)) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, "");
}
