import { readdirSync, readFileSync } from "node:fs";
import { scalar } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import type { AgentState, Executor } from "./model";
import { executorResources } from "./views";

/** Clock ticks a second in /proc: USER_HZ is 100 on every Linux that Node runs on. */
const TICKS = 100;

/** What /proc says of a process. */
interface ProcessUse {
  readonly session: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly pages: number;
}

/** Body of `/containers`: the executors that have not ended, with what their processes use. */
export function containersView(state: AgentState, now: number): JsonObject[] {
  const uses = processUses();
  return live(state).map((executor) => ({
    container_id: executor.containerId,
    ...named(executor),
    statistics: statistics(executor, uses, now),
    status: {
      container_id: { value: executor.containerId },
      ...(executor.pid === undefined ? {} : { executor_pid: executor.pid }),
    },
  }));
}

/** Body of `/monitor/statistics`. */
export function statisticsView(state: AgentState, now: number): JsonObject[] {
  const uses = processUses();
  return live(state).map((executor) => ({
    ...named(executor),
    statistics: statistics(executor, uses, now),
  }));
}

function live(state: AgentState): Executor[] {
  return [...state.executors.values()].filter(
    (executor) => executor.state !== "TERMINATED" && executor.pid !== undefined,
  );
}

function named({ id, info, frameworkId }: Executor): JsonObject {
  return {
    executor_id: id,
    executor_name: info.name ?? "",
    framework_id: frameworkId,
    source: info.source ?? "",
  };
}

/** As the posix isolators count: all processes of the executor's sessions. Source: src/slave/containerizer/mesos/isolators/posix.hpp. */
function statistics(executor: Executor, uses: readonly ProcessUse[], now: number): JsonObject {
  const pids = [executor.pid, ...[...executor.tasks.values()].map(({ pid }) => pid)];
  const own = uses.filter(({ session }) => pids.includes(session));
  const total = (of: (use: ProcessUse) => number): number => own.reduce((sum, use) => sum + of(use), 0);
  const resources = executorResources(executor);
  return {
    cpus_limit: scalar(resources, "cpus"),
    cpus_system_time_secs: total((use) => use.systemTicks) / TICKS,
    cpus_user_time_secs: total((use) => use.userTicks) / TICKS,
    mem_limit_bytes: scalar(resources, "mem") * 2 ** 20,
    mem_rss_bytes: total((use) => use.pages) * 4096,
    timestamp: now / 1000,
  };
}

function processUses(): ProcessUse[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseUse(readFileSync(`/proc/${pid}/stat`, "utf8"))];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

/** Fields by their numbers in proc(5); a name may hold blanks and brackets. */
function parseUse(stat: string): ProcessUse {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return { session: field(6), userTicks: field(14), systemTicks: field(15), pages: field(24) };
}
