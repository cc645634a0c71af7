import { hasMetric } from "../../mesos/metrics";
import { scalar, sum } from "../resources/resources";
import { registryOf, usedOn, type MasterState } from "./model";

/** What the metrics need beyond the state machine. */
export interface MasterVitals {
  readonly leads: boolean;
  readonly logRecovered: boolean;
  readonly ensembleSize: number;
  readonly now: number;
}

const COUNTED = [
  "master/recovery_slave_removals",
  "master/slave_registrations",
  "master/slave_removals",
  "master/slave_reregistrations",
  "master/tasks_error",
  "master/tasks_failed",
  "master/tasks_finished",
  "master/tasks_killed",
  "master/tasks_lost",
];

/** The master's part of `/metrics/snapshot`, with the keys that its version has. */
export function masterMetrics(state: MasterState, vitals: MasterVitals): Record<string, number> {
  const agents = [...state.agents.values()];
  const connected = agents.filter((agent) => agent.connected).length;
  const frameworks = [...state.frameworks.values()];
  const subscribed = frameworks.filter((framework) => framework.connection !== undefined).length;
  const tasks = agents.flatMap((agent) => [...agent.tasks.values()]);
  const inState = (name: string): number => tasks.filter((task) => task.state === name).length;
  const all: Record<string, number> = {
    "master/elected": vitals.leads ? 1 : 0,
    "master/uptime_secs": (vitals.now - state.startedAt) / 1000,
    "master/slaves_active": connected,
    "master/slaves_inactive": agents.length - connected,
    "master/slaves_connected": connected,
    "master/slaves_disconnected": agents.length - connected,
    "master/slaves_unreachable": state.unreachable.size,
    "master/frameworks_active": subscribed,
    "master/frameworks_inactive": frameworks.length - subscribed,
    "master/frameworks_connected": subscribed,
    "master/frameworks_disconnected": frameworks.length - subscribed,
    "master/outstanding_offers": state.offers.size,
    "master/tasks_staging": inState("TASK_STAGING"),
    "master/tasks_starting": inState("TASK_STARTING"),
    "master/tasks_running": inState("TASK_RUNNING"),
    "master/tasks_killing": inState("TASK_KILLING"),
    "master/tasks_unreachable": frameworks.flatMap((framework) => framework.unreachableTasks).length,
    ...Object.fromEntries(COUNTED.map((key) => [key, state.counters.get(key) ?? 0])),
    ...resourceMetrics(state),
    "registrar/queued_operations": 0,
    ...(vitals.leads ? { "registrar/registry_size_bytes": JSON.stringify(registryOf(state)).length } : {}),
    "registrar/log/recovered": vitals.logRecovered ? 1 : 0,
    "registrar/log/ensemble_size": vitals.ensembleSize,
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => hasMetric(state.config.tag, key)));
}

function resourceMetrics(state: MasterState): Record<string, number> {
  const agents = [...state.agents.values()].filter((agent) => agent.connected);
  const total = sum(agents.map((agent) => agent.info.resources));
  const used = sum(agents.map((agent) => usedOn(agent)));
  return Object.fromEntries(
    ["cpus", "mem", "disk", "gpus"].flatMap((name) => {
      const [of, taken] = [scalar(total, name), scalar(used, name)];
      return [
        [`master/${name}_total`, of],
        [`master/${name}_used`, taken],
        [`master/${name}_percent`, of === 0 ? 0 : taken / of],
      ];
    }),
  );
}
