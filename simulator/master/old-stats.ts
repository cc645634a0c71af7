import { totalOf } from "./agent-resources";
import { scalar, sum } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import type { MasterVitals } from "./metrics";
import { usedOn, type MasterState } from "./model";
import { taskCounters } from "./views";

/** What `/stats.json` (up to 0.22) has beside the metrics. Source: Master::Http::stats in src/master/http.cpp at 0.22.2. */
export function oldStats(state: MasterState, { leads, now }: MasterVitals): JsonObject {
  const agents = [...state.agents.values()];
  const frameworks = [...state.frameworks.values()];
  const active = agents.filter((agent) => agent.connected).length;
  const total = sum(agents.map(totalOf));
  const used = sum(agents.map((agent) => usedOn(agent)));
  const resources = ["cpus", "mem", "disk"].flatMap((name): [string, number][] => {
    const [of, taken] = [scalar(total, name), scalar(used, name)];
    if (of === 0) return [];
    return [
      [`${name}_total`, of],
      [`${name}_used`, taken],
      [`${name}_percent`, taken / of],
    ];
  });
  return {
    uptime: (now - state.startedAt) / 1000,
    elected: leads ? 1 : 0,
    total_schedulers: frameworks.length,
    active_schedulers: frameworks.filter((framework) => framework.connection !== undefined).length,
    activated_slaves: active,
    deactivated_slaves: agents.length - active,
    outstanding_offers: state.offers.size,
    ...taskCounters(state),
    valid_status_updates: state.counters.get("master/valid_status_updates") ?? 0,
    invalid_status_updates: 0,
    active_tasks_gauge: frameworks.reduce((sofar, framework) => sofar + framework.tasks.size, 0),
    ...Object.fromEntries(resources),
  };
}
