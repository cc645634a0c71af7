import type { ClusterSpec, TestSpec } from "../../config/spec";

const day = 24 * 3600;

/** ISO time so many seconds after another. */
export function after(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

/** When a cluster of the user's may be removed: by its `ttl`, or never. */
export function clusterExpiry({ ttl }: Pick<ClusterSpec, "ttl">, now: Date): string | undefined {
  return ttl === undefined ? undefined : after(now, ttl);
}

/**
 * When a cell's cluster may be removed, whatever became of its runner: by its `ttl`, else after a day, or after twice
 * what readiness and test may take where that is longer. A machine that other runners share gets clean in any case.
 */
export function cellExpiry(
  { ttl, readyTimeout }: Pick<ClusterSpec, "ttl" | "readyTimeout">,
  { timeout }: Pick<TestSpec, "timeout">,
  now: Date,
): string {
  return after(now, ttl ?? Math.max(day, 2 * (readyTimeout + timeout)));
}
