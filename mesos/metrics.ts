import { inRange } from "./versions";

/** A key of `/metrics/snapshot`, and the versions that have it. */
export interface MetricRow {
  /** The key, or with `/` or `_` at its end the beginning of a family of them. */
  readonly key: string;
  readonly range: readonly [first: string, last: string];
  /** What it is good for. */
  readonly use: string;
  readonly source: string;
}

const OLDEST = "0.20.0-rc1";
const inMaster = "apache/mesos src/master/metrics.cpp, docs/monitoring.md";
const inAgent = "apache/mesos src/slave/metrics.cpp, docs/monitoring.md";
const inRegistrar = "apache/mesos src/master/registrar.cpp, docs/monitoring.md";
const inLog = "apache/mesos src/log/metrics.cpp, src/master/registrar.cpp";
const inAllocator = "apache/mesos src/master/allocator/mesos/metrics.cpp";
const inContainerizer = "apache/mesos src/slave/containerizer/mesos/containerizer.cpp, docs/monitoring.md";

/** The names say slaves to this day: no version has an `agents` variant. */
const rows: readonly MetricRow[] = [
  row("master/elected", OLDEST, "1 on the leading master", inMaster),
  row("master/uptime_secs", OLDEST, "seconds since the master started", inMaster),
  row("master/slaves_active", OLDEST, "agents that get offers", inMaster),
  row("master/slaves_inactive", OLDEST, "agents that are registered and get no offers", inMaster),
  row("master/slaves_connected", "0.21.0-rc1", "agents with a connection", inMaster),
  row("master/slaves_disconnected", "0.21.0-rc1", "agents without one", inMaster),
  row("master/slaves_unreachable", "1.2.0-rc1", "agents that stopped to answer", inMaster),
  row("master/slave_removals/", "0.23.0-rc1", "agents that were removed, by reason", inMaster),
  row("master/slave_shutdowns_canceled", "0.22.0-rc1", "removals of agents taken back", inMaster),
  row("master/slave_shutdowns_completed", "0.23.0-rc1", "removals of agents done", inMaster),
  row("master/slave_shutdowns_scheduled", "0.22.0-rc1", "removals of agents begun", inMaster),
  row("master/slave_unreachable_", "1.1.0-rc1", "agents marked unreachable, by stage", inMaster),
  row("master/recovery_slave_removals", OLDEST, "agents that did not come back after failover", inMaster),
  row("master/frameworks_active", OLDEST, "frameworks that get offers", inMaster),
  row("master/frameworks_connected", "0.21.0-rc1", "frameworks with a connection", inMaster),
  row("master/frameworks_disconnected", "0.21.0-rc1", "frameworks without one", inMaster),
  row("master/frameworks/", "1.7.0-rc1", "calls, events, offers and tasks of each framework", inMaster),
  row("master/tasks_error", "0.22.0-rc1", "tasks that were invalid", inMaster),
  row("master/tasks_killing", "0.28.0-rc1", "tasks that are being killed", inMaster),
  row("master/tasks_unreachable", "1.1.0-rc1", "tasks of unreachable agents", inMaster),
  row("master/tasks_dropped", "1.1.0-rc1", "tasks that were not launched", inMaster),
  row("master/tasks_gone", "1.1.0-rc1", "tasks that are gone", inMaster),
  row("master/tasks_gone_by_operator", "1.1.0-rc1", "tasks of agents marked gone", inMaster),
  row("master/task_", "0.22.0-rc1", "tasks that ended, by source and reason", inMaster),
  row("master/gpus_", "1.0.0-rc1", "GPUs of all agents", inMaster),
  ...["cpus", "mem", "disk"].map((name) =>
    row(`master/${name}_revocable_`, "0.23.0-rc1", "oversubscribed resources of all agents", inMaster),
  ),
  row("master/messages_decline_offers", "0.21.0-rc1", "offers declined", inMaster),
  row("master/messages_update_slave", "0.23.0-rc1", "updates from agents", inMaster),
  row("master/messages_executor_to_framework", "0.24.0-rc1", "messages of executors", inMaster),
  row("master/messages_suppress_offers", "0.25.0-rc1", "calls to suppress offers", inMaster),
  row("master/messages_operation_status_update", "1.8.0-rc1", "states of operations", inMaster),
  ...[
    "messages_operation_status_update_acknowledgement",
    "messages_reconcile_operations",
    "invalid_operation_status_update_acknowledgements",
    "valid_operation_status_update_acknowledgements",
  ].map((name) => row(`master/${name}`, "1.6.0-rc1", "calls about operations", inMaster)),
  ...["invalid", "valid"].flatMap((kind) => [
    row(`master/${kind}_executor_to_framework_messages`, "0.24.0-rc1", "messages of executors", inMaster),
    row(`master/${kind}_operation_status_updates`, "1.8.0-rc1", "states of operations", inMaster),
  ]),
  row("master/operations/", "1.8.0-rc1", "operations by kind and state", inMaster),
  row("master/http_cache_hits", "1.8.0-rc1", "answers given from a cache", inMaster),
  row("master/operator_event_stream_subscribers", "1.8.0-rc1", "clients of SUBSCRIBE", inMaster),
  row("allocator/event_queue_dispatches", "0.23.0-rc1", "events that wait for the allocator", inAllocator),
  row("allocator/mesos/", "1.0.0-rc1", "what the allocator does and has given away", inAllocator),
  row("allocator/mesos/allocation_run_latency_", "1.4.0-rc1", "delay of an allocation", inAllocator),
  row("registrar/queued_operations", OLDEST, "writes that wait for the registry", inRegistrar),
  row("registrar/registry_size_bytes", OLDEST, "size of the registry", inRegistrar),
  row("registrar/log/recovered", "1.0.0-rc1", "1 when the replica has caught up", inLog),
  row("registrar/log/ensemble_size", "1.4.0-rc1", "masters in the replicated log", inLog),
  row("slave/registered", OLDEST, "1 when the agent is registered with the leader", inAgent),
  row("slave/uptime_secs", OLDEST, "seconds since the agent started", inAgent),
  row("slave/frameworks_active", OLDEST, "frameworks with tasks on the agent", inAgent),
  row("slave/recovery_errors", OLDEST, "errors while the agent recovered", inAgent),
  row("slave/recovery_time_secs", "1.6.0-rc1", "how long that took", inAgent),
  row("slave/tasks_killing", "0.28.0-rc1", "tasks that are being killed", inAgent),
  row("slave/tasks_gone", "1.2.0-rc1", "tasks that are gone", inAgent),
  row("slave/gpus_", "1.0.0-rc1", "GPUs of the agent", inAgent),
  ...["cpus", "mem", "disk"].map((name) =>
    row(`slave/${name}_revocable_`, "0.23.0-rc1", "oversubscribed resources of the agent", inAgent),
  ),
  row("slave/container_launch_errors", "0.23.0-rc1", "containers that could not be made", inAgent),
  row("slave/executor_directory_max_allowed_age_secs", "0.23.0-rc1", "age at which sandboxes go", inAgent),
  row("slave/executors_preempted", "0.24.0-rc1", "executors that gave way", inAgent),
  row("gc/", "1.5.0-rc1", "sandboxes that were removed", "apache/mesos src/slave/gc.cpp"),
  row("containerizer/mesos/container_destroy_errors", "0.23.0-rc1", "containers that stay", inContainerizer),
  row("containerizer/mesos/provisioner/", "0.25.0-rc1", "errors of the provisioner", inContainerizer),
  row("containerizer/fetcher/", "1.4.0-rc1", "cache of the fetcher", inContainerizer),
  row("containerizer/fetcher/task_fetches_succeeded", "1.4.0-rc2", "tasks fetched for", inContainerizer),
  row("resource_provider_manager/subscribed", "1.6.0-rc1", "resource providers", inAgent),
  row("resource_provider_manager/events/", "1.8.0-rc1", "what they did", inAgent),
];

/** The keys that are known. */
export function metrics(): readonly MetricRow[] {
  return rows;
}

/** Whether `/metrics/snapshot` at `version` holds `key`; a key that no row names is taken as old as 0.20. */
export function hasMetric(version: string, key: string): boolean {
  const exact = rows.find((one) => one.key === key);
  const families = rows.filter((one) => /[/_]$/.test(one.key) && key.startsWith(one.key));
  const [known = exact] = [exact, ...families.sort((a, b) => b.key.length - a.key.length)].filter(Boolean);
  return known === undefined || inRange(version, known.range);
}

function row(key: string, since: string, use: string, source: string): MetricRow {
  return { key, range: [since, "master"], use, source };
}
