import { masterCapabilities } from "../../mesos/capabilities";
import { withFieldsOf } from "../../mesos/json-fields";
import { findVersion } from "../../mesos/versions";
import { buildInfo } from "../identity";
import type { JsonObject } from "../wire/json";
import { masterPid, type MasterInfo } from "../zk/master-info";
import { agentInFull, agentView, recoveredView } from "./agent-view";
import { frameworkSummary, frameworkView, taskView } from "./framework-view";
import type { Framework, MasterState, Task } from "./model";

/** What `/state` says beyond the state machine's knowledge. */
export interface Surroundings {
  readonly leader: MasterInfo | undefined;
  readonly flags: Readonly<Record<string, string>>;
  readonly cluster: string | undefined;
  readonly logDir: string | undefined;
  /** What the files API shows as its log. */
  readonly logFile: string | undefined;
}

/** Which tasks `/tasks` shows. */
export interface TaskQuery {
  readonly limit: number;
  readonly offset: number;
  readonly order: "asc" | "desc";
}

/** Body of `/state` and `/state.json`. Field names as recorded from a real master. */
export function stateView(state: MasterState, around: Surroundings): JsonObject {
  const { tag, info } = state.config;
  const version = findVersion(tag);
  const agents = [...state.agents.values()];
  const active = agents.filter((agent) => agent.connected).length;
  return withFieldsOf("master state", tag, {
    ...(version === undefined ? {} : buildInfo(version)),
    start_time: state.startedAt / 1000,
    ...(state.electedAt === undefined ? {} : { elected_time: state.electedAt / 1000 }),
    id: info.id,
    pid: masterPid(info),
    hostname: info.hostname,
    capabilities: masterCapabilities(tag),
    activated_slaves: active,
    deactivated_slaves: agents.length - active,
    unreachable_slaves: state.unreachable.size,
    ...leaderView(around.leader),
    ...(around.cluster === undefined ? {} : { cluster: around.cluster }),
    ...(around.logDir === undefined ? {} : { log_dir: around.logDir }),
    flags: around.flags,
    ...taskCounters(state),
    slaves: agents.map((agent) => agentView(state, agent)),
    recovered_slaves: recoveredView(state),
    ...frameworksView(state),
    orphan_tasks: orphans(state).map((task) => taskView(state, task)),
  });
}

/** Body of `/slaves`: agents with their resources in full; of one agent where an id is given. */
export function slavesView(state: MasterState, id?: string): JsonObject {
  const asked = [...state.agents.values()].filter((agent) => id === undefined || agent.id === id);
  return withFieldsOf("agent in full", state.config.tag, {
    slaves: asked.map((agent) => agentInFull(state, agent)),
    recovered_slaves: recoveredView(state, id),
  });
}

/** Body of `/frameworks`; of one framework where an id is given. */
export function frameworksView(state: MasterState, id?: string): JsonObject {
  const asked = ({ id: own }: Framework): boolean => id === undefined || own === id;
  return {
    frameworks: [...state.frameworks.values()].filter(asked).map((one) => frameworkView(state, one)),
    completed_frameworks: state.completed.filter(asked).map((one) => frameworkView(state, one)),
    unregistered_frameworks: unregistered(state),
  };
}

/** Body of `/tasks`: by the time of their first status, newest first where nothing else is asked. */
export function tasksView(state: MasterState, { limit, offset, order }: TaskQuery): JsonObject {
  const frameworks = [...state.frameworks.values(), ...state.completed];
  const tasks = frameworks.flatMap((f) => [...f.tasks.values(), ...f.unreachableTasks, ...f.completedTasks]);
  const first = (task: Task): number => task.statuses[0]?.timestamp ?? 0;
  const sorted = tasks.sort((a, b) => (order === "asc" ? first(a) - first(b) : first(b) - first(a)));
  return { tasks: sorted.slice(offset, offset + limit).map((task) => taskView(state, task)) };
}

/** Body of `/state-summary`. */
export function summaryView(state: MasterState, around: Surroundings): JsonObject {
  const frameworks = [...state.frameworks.values()];
  const all = frameworks.flatMap(tasksOf);
  return {
    hostname: state.config.info.hostname,
    ...(around.cluster === undefined ? {} : { cluster: around.cluster }),
    slaves: [...state.agents.values()].map((agent) => {
      const own = all.filter((task) => task.agentId === agent.id);
      return {
        ...agentView(state, agent),
        ...countStates(state, own),
        framework_ids: [...new Set(own.map((task) => task.frameworkId))],
      };
    }),
    frameworks: frameworks.map((framework) => ({
      ...frameworkSummary(state, framework),
      ...countStates(state, tasksOf(framework)),
      slave_ids: [...new Set(tasksOf(framework).map((task) => task.agentId))],
    })),
  };
}

function tasksOf(framework: Framework): Task[] {
  return [...framework.tasks.values(), ...framework.unreachableTasks, ...framework.completedTasks];
}

function leaderView(leader: MasterInfo | undefined): JsonObject {
  if (leader === undefined) return {};
  const { id, port, hostname } = leader;
  return { leader: masterPid(leader), leader_info: { id, pid: masterPid(leader), port, hostname } };
}

/** What a master before 0.23 counted in `/state.json` itself. */
export function taskCounters({ counters, agents }: MasterState): JsonObject {
  const tasks = [...agents.values()].flatMap((agent) => [...agent.tasks.values()]);
  const ended = (name: string): number => counters.get(`master/tasks_${name}`) ?? 0;
  return {
    staged_tasks: tasks.filter((task) => task.state === "TASK_STAGING").length,
    started_tasks: tasks.filter((task) => task.state === "TASK_STARTING").length,
    ...Object.fromEntries(["finished", "killed", "failed", "lost"].map((n) => [`${n}_tasks`, ended(n)])),
  };
}

function orphans(state: MasterState): Task[] {
  return [...state.agents.values()]
    .flatMap((agent) => [...agent.tasks.values()])
    .filter((task) => !state.frameworks.has(task.frameworkId));
}

function unregistered(state: MasterState): string[] {
  return [...new Set(orphans(state).map((task) => task.frameworkId))];
}

function countStates(state: MasterState, tasks: readonly Task[]): JsonObject {
  const names = "STAGING STARTING RUNNING KILLING FINISHED KILLED FAILED LOST ERROR UNREACHABLE".split(" ");
  const counts = names.map((name): [string, number] => [
    `TASK_${name}`,
    tasks.filter((task) => task.state === `TASK_${name}`).length,
  ]);
  return withFieldsOf("summary", state.config.tag, Object.fromEntries(counts));
}
