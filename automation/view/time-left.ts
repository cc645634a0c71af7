/**
 * Seconds until the last cell is done, by what those took that are done; undefined while none is.
 * @param cells.times seconds of the cells that ran @param cells.running seconds since each running cell started
 */
export function secondsLeft(cells: {
  readonly times: readonly number[];
  readonly running: readonly number[];
  readonly waiting: number;
  readonly slots: number;
}): number | undefined {
  const { times, running, waiting, slots } = cells;
  if (times.length === 0) return undefined;
  const usual = times.reduce((sum, seconds) => sum + seconds, 0) / times.length;
  const rest = running.map((seconds) => Math.max(0, usual - seconds));
  const work = rest.reduce((sum, seconds) => sum + seconds, 0) + waiting * usual;
  // No cell is done sooner than it takes, however many run at once.
  return Math.max(work / slots, ...rest, waiting > 0 ? usual : 0);
}

/** `about 40 s left`, `about 3 min left`. */
export function aboutLeft(seconds: number): string {
  return seconds < 90
    ? `about ${Math.max(1, Math.round(seconds / 10)) * 10} s left`
    : `about ${Math.round(seconds / 60)} min left`;
}
