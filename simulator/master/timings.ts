/** As many of the newest values of a timer count. Source: process::TIME_SERIES_CAPACITY in 3rdparty/libprocess. */
const CAPACITY = 1_000;

const PERCENTILES = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p95", 0.95],
  ["p99", 0.99],
  ["p999", 0.999],
  ["p9999", 0.9999],
] as const;

/** How long things took, in the form of the timers of `/metrics/snapshot`; all in ms. */
export class Timings {
  private readonly values = new Map<string, number[]>();

  record(key: string, ms: number): void {
    const kept = this.values.get(key) ?? [];
    kept.push(ms);
    if (kept.length > CAPACITY) kept.shift();
    this.values.set(key, kept);
  }

  /** Runs `work`, noting its time once it is done, and passes on its result. */
  async measure<T>(key: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await work();
    this.record(key, performance.now() - from);
    return result;
  }

  /** Each timer's last value, and its statistics once there are two. */
  metrics(): Record<string, number> {
    return Object.fromEntries([...this.values].flatMap(([key, values]) => statistics(key, values)));
  }
}

function statistics(key: string, values: readonly number[]): [string, number][] {
  const last: [string, number][] = values.length === 0 ? [] : [[key, values.at(-1) ?? 0]];
  if (values.length < 2) return last;
  const sorted = [...values].sort((a, b) => a - b);
  return [
    ...last,
    [`${key}/count`, sorted.length],
    [`${key}/max`, sorted.at(-1) ?? 0],
    [`${key}/min`, sorted[0] ?? 0],
    ...PERCENTILES.map(([name, share]): [string, number] => [`${key}/${name}`, percentile(sorted, share)]),
  ];
}

/** Between the two nearest values, as libprocess interpolates. */
function percentile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.min(Math.floor(place) + 1, sorted.length - 1)] ?? below;
  return below + (place - Math.floor(place)) * (above - below);
}
