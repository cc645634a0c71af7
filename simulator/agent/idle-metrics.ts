import type { AgentState } from "./model";

/** Age at which sandboxes go while the disk is empty: `--gc_delay` less the headroom. Source: src/slave/slave.cpp. */
const MAX_AGE_SECS = 7 * 24 * 3600 * 0.9;

/** Default of `--fetcher_cache_size`. */
const CACHE_BYTES = 2 * 2 ** 30;

/** Parts of a real agent that a simulated one does not have: their metrics stand still. */
const IDLE = [
  "containerizer/fetcher/cache_size_used_bytes",
  "containerizer/mesos/container_destroy_errors",
  "containerizer/mesos/provisioner/bind/remove_rootfs_errors",
  "containerizer/mesos/provisioner/remove_container_errors",
  "gc/path_removals_failed",
  "gc/path_removals_pending",
  "gc/path_removals_succeeded",
  "resource_provider_manager/events/disconnect",
  "resource_provider_manager/events/subscribe",
  "resource_provider_manager/subscribed",
  "slave/executors_preempted",
  ...["cpus", "disk", "gpus", "mem"].flatMap((name) =>
    ["percent", "total", "used"].map((what) => `slave/${name}_revocable_${what}`),
  ),
];

/** Counters of the state machine, at 0 before the first. */
const COUNTED = [
  "containerizer/fetcher/task_fetches_failed",
  "containerizer/fetcher/task_fetches_succeeded",
  ...[
    ..."container_launch_errors executors_terminated".split(" "),
    ..."invalid_framework_messages invalid_status_updates tasks_gone".split(" "),
    ..."valid_framework_messages valid_status_updates".split(" "),
  ].map((name) => `slave/${name}`),
];

/** Metrics of an agent that are counted or stand still; those that are measured go over them. */
export function idleMetrics({ counters }: Pick<AgentState, "counters">): Record<string, number> {
  return {
    ...Object.fromEntries(IDLE.map((key) => [key, 0])),
    ...Object.fromEntries(COUNTED.map((key) => [key, counters.get(key) ?? 0])),
    "containerizer/fetcher/cache_size_total_bytes": CACHE_BYTES,
    "slave/executor_directory_max_allowed_age_secs": MAX_AGE_SECS,
  };
}
