import type { KnownCluster } from "./inventory";
import { lifeOf, pidOf, type Life } from "./process-name";

/** What becomes of one cluster, and why. */
export interface Sentence {
  readonly remove: boolean;
  readonly why: string;
}

/**
 * Only what is proven to be ours and of no more use is garbage: expired, or left by a runner that is dead. What
 * somebody works on stays, and so does what a user made without a `ttl` or what a run was told to keep.
 * @param life whether a process lives; replaced in tests
 */
export function judgeGarbage(
  cluster: KnownCluster,
  now: Date,
  life: (process: string) => Life = lifeOf,
): Sentence {
  const { expires, owner, kept, worker, run, stack } = cluster;
  if (worker !== undefined) return { remove: false, why: `process ${worker.pid} works on it` };
  // Anybody may write one label; ours come together.
  if (run === "" && !stack)
    return { remove: false, why: "it carries no label of a run, so it may be somebody else's" };
  const lives = owner === undefined ? undefined : life(owner);
  if (lives === "lives" && !kept)
    return { remove: false, why: `its runner, process ${pidOf(owner ?? "")}, lives` };
  if (expires !== undefined && Date.parse(expires) <= now.getTime()) {
    return { remove: true, why: `it expired at ${expires}` };
  }
  if (kept)
    return { remove: false, why: expires === undefined ? "it is kept" : `it is kept until ${expires}` };
  if (lives === "dead") return { remove: true, why: `its runner, process ${pidOf(owner ?? "")}, is dead` };
  if (lives === "elsewhere") return { remove: false, why: "its runner is, or was, on another machine" };
  return { remove: false, why: expires === undefined ? "it has no end" : `it lives until ${expires}` };
}
