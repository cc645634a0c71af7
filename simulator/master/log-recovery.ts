/** What decides whether the replicated log can be used. */
export interface LogSituation {
  /** Replicas that are there, this master's own included. */
  readonly replicas: number;
  readonly quorum: number;
  /** The log was used before. */
  readonly initialised: boolean;
  /** `--log_auto_initialize`. */
  readonly autoInitialize: boolean;
}

/**
 * Whether a replica has recovered: a quorum of a log that was used before is enough, but an empty one is initialised only
 * when all `2 * quorum - 1` replicas are there. Source: src/log/recover.cpp, docs/replicated-log-internals.md.
 */
export function isRecovered({ replicas, quorum, initialised, autoInitialize }: LogSituation): boolean {
  return initialised ? replicas >= quorum : autoInitialize && replicas >= 2 * quorum - 1;
}
