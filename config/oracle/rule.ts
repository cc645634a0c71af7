import type { Fact } from "../../mesos/fact";
import type { Path } from "../fault";
import type { ClusterSpec } from "../spec";

/**
 * What a rule says of a combination: `refuse` is known not to work, `warn` works badly or not as written, of
 * `unknown` nobody has said that it works.
 */
export type Verdict = "refuse" | "warn" | "unknown";

/** A rule as `explain` tells it. The id is stable: users write it under `allow`. */
export interface RuleInfo extends Fact {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
}

/** One place where a rule speaks. */
export interface Hit {
  /** In the spec. */
  readonly path: Path;
  /** Which part of `key: value` is meant; the value, where nothing is said. */
  readonly at?: "key" | "value";
  /** What is combined here, in a sentence without its end. */
  readonly why: string;
  /** The nearest combination that works. */
  readonly cure: string;
}

/** A rule over a whole cluster. */
export interface ClusterRule extends RuleInfo {
  check(spec: ClusterSpec, host: HostFacts): readonly Hit[];
}

/** What is known of the machine on which the cluster will run; nothing is assumed where nothing is said. */
export interface HostFacts {
  /** The cgroup version of the Docker engine's machine. */
  readonly cgroup?: "v1" | "v2" | undefined;
  /** Version of the Docker engine, `28.2.1`. */
  readonly engine?: string | undefined;
  readonly cpus?: number | undefined;
  /** Megabytes. */
  readonly memory?: number | undefined;
}
