import { totalOf } from "./agent-resources";
import { hasMetric } from "../../mesos/metrics";
import { scalar, sum } from "../resources/resources";
import { frameworkMetrics } from "./framework-metrics";
import { ALLOCATIONS } from "./offers";
import { offersOn, registryOf, rolesOf, usedOn, type MasterState } from "./model";

/** What the metrics need beyond the state machine. */
export interface MasterVitals {
  readonly leads: boolean;
  readonly logRecovered: boolean;
  readonly ensembleSize: number;
  /** Clients of the operator API's SUBSCRIBE. */
  readonly subscribers: number;
  /** Timers of registrar and allocator. */
  readonly timers: Readonly<Record<string, number>>;
  /** `--publish_per_framework_metrics`. */
  readonly perFramework: boolean;
  readonly now: number;
}

/** Counters that stand at 0 before the first. */
const COUNTED = [
  ...["dropped_messages", "event_queue_dispatches", "event_queue_http_requests", "event_queue_messages"],
  ...["http_cache_hits", "recovery_slave_removals"],
  ...["invalid", "valid"].flatMap((kind) =>
    [
      ..."executor_to_framework_messages framework_to_executor_messages".split(" "),
      ..."operation_status_update_acknowledgements operation_status_updates".split(" "),
      ..."status_update_acknowledgements status_updates".split(" "),
    ].map((name) => `${kind}_${name}`),
  ),
  ...[
    ..."authenticate deactivate_framework decline_offers executor_to_framework exited_executor".split(" "),
    ..."framework_to_executor kill_task launch_tasks operation_status_update".split(" "),
    ..."operation_status_update_acknowledgement reconcile_operations reconcile_tasks".split(" "),
    ..."register_framework register_slave reregister_framework reregister_slave resource_request".split(" "),
    ..."revive_offers status_update status_update_acknowledgement suppress_offers".split(" "),
    ..."unregister_framework unregister_slave update_slave".split(" "),
  ].map((name) => `messages_${name}`),
  ...["slave_registrations", "slave_removals", "slave_reregistrations"],
  ...["registered", "unhealthy", "unregistered"].map((why) => `slave_removals/reason_${why}`),
  ...["shutdowns", "unreachable"].flatMap((kind) =>
    ["canceled", "completed", "scheduled"].map((stage) => `slave_${kind}_${stage}`),
  ),
  ...["dropped", "error", "failed", "finished", "gone", "gone_by_operator", "killed", "lost"].map(
    (state) => `tasks_${state}`,
  ),
].map((name) => `master/${name}`);

const OPERATIONS = [
  ..."create create_disk destroy destroy_disk grow_volume reserve shrink_volume unreserve".split(" "),
].map((kind) => `${kind}/`);

const OPERATION_STATES =
  "dropped error failed finished gone_by_operator pending recovering total unreachable";

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
    "master/operator_event_stream_subscribers": vitals.subscribers,
    "master/tasks_staging": inState("TASK_STAGING"),
    "master/tasks_starting": inState("TASK_STARTING"),
    "master/tasks_running": inState("TASK_RUNNING"),
    "master/tasks_killing": inState("TASK_KILLING"),
    "master/tasks_unreachable": frameworks.flatMap((framework) => framework.unreachableTasks).length,
    ...Object.fromEntries(COUNTED.map((key) => [key, 0])),
    ...operationMetrics(),
    ...Object.fromEntries([...state.counters].filter(([key]) => !key.startsWith("master/frameworks/"))),
    ...resourceMetrics(state),
    ...allocatorMetrics(state, vitals),
    "registrar/queued_operations": 0,
    ...(vitals.leads ? { "registrar/registry_size_bytes": JSON.stringify(registryOf(state)).length } : {}),
    "registrar/log/recovered": vitals.logRecovered ? 1 : 0,
    "registrar/log/ensemble_size": vitals.ensembleSize,
    ...vitals.timers,
    ...(vitals.perFramework ? frameworkMetrics(state) : {}),
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => hasMetric(state.config.tag, key)));
}

function operationMetrics(): Record<string, number> {
  return Object.fromEntries(
    ["", ...OPERATIONS].flatMap((kind) =>
      OPERATION_STATES.split(" ").map((name) => [`master/operations/${kind}${name}`, 0]),
    ),
  );
}

function resourceMetrics(state: MasterState): Record<string, number> {
  const agents = [...state.agents.values()].filter((agent) => agent.connected);
  const total = sum(agents.map(totalOf));
  const used = sum(agents.map((agent) => usedOn(agent)));
  return Object.fromEntries(
    ["cpus", "mem", "disk", "gpus"].flatMap((name): [string, number][] => {
      const [of, taken] = [scalar(total, name), scalar(used, name)];
      return [
        [`master/${name}_total`, of],
        [`master/${name}_used`, taken],
        [`master/${name}_percent`, of === 0 ? 0 : taken / of],
        ...["total", "used", "percent"].map((what): [string, number] => [
          `master/${name}_revocable_${what}`,
          0,
        ]),
      ];
    }),
  );
}

function allocatorMetrics(state: MasterState, { now }: MasterVitals): Record<string, number> {
  const agents = [...state.agents.values()];
  const total = sum(agents.map(totalOf));
  const offered = agents.flatMap((agent) => offersOn(state, agent.id).map(({ resources }) => resources));
  const taken = sum([...agents.map((agent) => usedOn(agent)), ...offered]);
  const filters = new Map<string, number>();
  for (const framework of state.frameworks.values()) {
    for (const role of rolesOf(framework)) {
      const active = framework.filters.filter(({ until }) => until > now).length;
      filters.set(role, (filters.get(role) ?? 0) + active);
    }
  }
  return {
    "allocator/event_queue_dispatches": 0,
    "allocator/mesos/event_queue_dispatches": 0,
    "allocator/mesos/allocation_runs": state.counters.get(ALLOCATIONS) ?? 0,
    ...Object.fromEntries(
      ["cpus", "mem", "disk"].flatMap((name) => [
        [`allocator/mesos/resources/${name}/total`, scalar(total, name)],
        [`allocator/mesos/resources/${name}/offered_or_allocated`, scalar(taken, name)],
      ]),
    ),
    ...Object.fromEntries(
      [...filters].map(([role, active]) => [`allocator/mesos/offer_filters/roles/${role}/active`, active]),
    ),
  };
}
