import { inRange } from "./versions";

/** A key of `/metrics/snapshot`, and the versions that have it. */
export interface MetricRow {
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

/** The names say slaves to this day: no version has an `agents` variant. */
const rows: readonly MetricRow[] = [
  row("master/elected", OLDEST, "1 on the leading master", inMaster),
  row("master/uptime_secs", OLDEST, "seconds since the master started", inMaster),
  row("master/slaves_active", OLDEST, "agents that get offers", inMaster),
  row("master/slaves_inactive", OLDEST, "agents that are registered and get no offers", inMaster),
  row("master/slaves_connected", "0.21.0-rc1", "agents with a connection", inMaster),
  row("master/slaves_disconnected", "0.21.0-rc1", "agents without one", inMaster),
  row("master/slaves_unreachable", "1.2.0-rc1", "agents that stopped to answer", inMaster),
  row("master/recovery_slave_removals", OLDEST, "agents that did not come back after failover", inMaster),
  row("master/frameworks_active", OLDEST, "frameworks that get offers", inMaster),
  row("master/frameworks_connected", "0.21.0-rc1", "frameworks with a connection", inMaster),
  row("master/frameworks_disconnected", "0.21.0-rc1", "frameworks without one", inMaster),
  row("master/tasks_killing", "0.28.0-rc1", "tasks that are being killed", inMaster),
  row("master/tasks_unreachable", "1.1.0-rc1", "tasks of unreachable agents", inMaster),
  row("master/gpus_total", "1.0.0-rc1", "GPUs of all agents", inMaster),
  row("master/gpus_used", "1.0.0-rc1", "GPUs in use", inMaster),
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
  row("slave/gpus_total", "1.0.0-rc1", "GPUs of the agent", inAgent),
  row("slave/gpus_used", "1.0.0-rc1", "GPUs in use", inAgent),
];

/** The keys that are known. */
export function metrics(): readonly MetricRow[] {
  return rows;
}

/** Whether `/metrics/snapshot` at `version` holds `key`; a key that no row names is taken as old as 0.20. */
export function hasMetric(version: string, key: string): boolean {
  const known = rows.find((one) => one.key === key);
  return known === undefined || inRange(version, known.range);
}

function row(key: string, since: string, use: string, source: string): MetricRow {
  return { key, range: [since, "master"], use, source };
}
