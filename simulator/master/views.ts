import { masterCapabilities } from "../../mesos/capabilities";
import { atLeast, findVersion } from "../../mesos/versions";
import { buildInfo } from "../identity";
import { summariseAttributes } from "../resources/attributes";
import { readResource, summariseResources, writeResources } from "../resources/message";
import { sum, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import { masterPid, type MasterInfo } from "../zk/master-info";
import {
  offersOn,
  usedOn,
  usedResources,
  type Agent,
  type Framework,
  type MasterState,
  type Task,
} from "./model";

/** What `/state` says beyond the state machine's knowledge. */
export interface Surroundings {
  readonly leader: MasterInfo | undefined;
  readonly flags: Readonly<Record<string, string>>;
  readonly cluster: string | undefined;
  readonly logDir: string | undefined;
}

/** Body of `/state` and `/state.json`. Field names as recorded from a real master. */
export function stateView(state: MasterState, around: Surroundings): JsonObject {
  const { config } = state;
  const { tag, info } = config;
  const version = findVersion(tag);
  const agents = [...state.agents.values()];
  const active = agents.filter((agent) => agent.connected).length;
  return {
    ...(version === undefined ? {} : buildInfo(version)),
    start_time: state.startedAt / 1000,
    ...(state.electedAt === undefined ? {} : { elected_time: state.electedAt / 1000 }),
    id: info.id,
    pid: masterPid(info),
    hostname: info.hostname,
    ...(atLeast(tag, "1.5.0-rc1") ? { capabilities: masterCapabilities(tag) } : {}),
    activated_slaves: active,
    deactivated_slaves: agents.length - active,
    ...(atLeast(tag, "1.2.0-rc1") ? { unreachable_slaves: state.unreachable.size } : {}),
    ...leaderView(around.leader, tag),
    ...(around.cluster === undefined ? {} : { cluster: around.cluster }),
    ...(around.logDir === undefined ? {} : { log_dir: around.logDir }),
    flags: around.flags,
    slaves: agents.map((agent) => agentView(state, agent)),
    ...(atLeast(tag, "1.2.0-rc1") ? { recovered_slaves: recoveredView(state) } : {}),
    ...frameworksView(state),
    orphan_tasks: orphans(state).map((task) => taskView(task, tag)),
  };
}

/** Body of `/slaves`: agents with their resources in full. */
export function slavesView(state: MasterState): JsonObject {
  const full = atLeast(state.config.tag, "0.28.0-rc1");
  return {
    slaves: [...state.agents.values()].map((agent) => ({
      ...agentView(state, agent),
      ...(full ? fullResources(state, agent) : {}),
    })),
    ...(atLeast(state.config.tag, "1.2.0-rc1") ? { recovered_slaves: recoveredView(state) } : {}),
  };
}

/** Body of `/frameworks`. */
export function frameworksView(state: MasterState): JsonObject {
  return {
    frameworks: [...state.frameworks.values()].map((framework) => frameworkView(state, framework)),
    completed_frameworks: state.completed.map((framework) => frameworkView(state, framework)),
    unregistered_frameworks: unregistered(state),
  };
}

/** Body of `/tasks`: newest first, `limit` of them. */
export function tasksView(state: MasterState, limit: number): JsonObject {
  const frameworks = [...state.frameworks.values(), ...state.completed];
  const tasks = frameworks.flatMap((f) => [...f.tasks.values(), ...f.unreachableTasks, ...f.completedTasks]);
  return { tasks: tasks.slice(0, limit).map((task) => taskView(task, state.config.tag)) };
}

/** Body of `/state-summary`. */
export function summaryView(state: MasterState, around: Surroundings): JsonObject {
  return {
    hostname: state.config.info.hostname,
    ...(around.cluster === undefined ? {} : { cluster: around.cluster }),
    slaves: [...state.agents.values()].map((agent) => ({
      ...agentView(state, agent),
      ...countStates([...agent.tasks.values()]),
      framework_ids: [...new Set([...agent.tasks.values()].map((task) => task.frameworkId))],
    })),
    frameworks: [...state.frameworks.values()].map((framework) => {
      const own = [...framework.tasks.values(), ...framework.completedTasks];
      const summary = Object.entries(frameworkView(state, framework)).filter(([name]) => !LISTS.has(name));
      return {
        ...Object.fromEntries(summary),
        ...countStates(own),
        slave_ids: [...new Set(own.map((task) => task.agentId))],
      };
    }),
  };
}

/** Members of a framework that its summary leaves out. */
const LISTS = new Set(["tasks", "completed_tasks", "unreachable_tasks", "offers", "executors"]);

/** Body of `/roles`. */
export function rolesView(state: MasterState): JsonObject {
  const names = new Set([...state.frameworks.values()].map((framework) => framework.info.role ?? "*"));
  return {
    roles: [...names].map((name) => {
      const own = [...state.frameworks.values()].filter((framework) => (framework.info.role ?? "*") === name);
      const used = sum(own.map((framework) => usedResources(framework.tasks.values())));
      return { name, weight: 1, frameworks: own.map((f) => f.id), resources: summariseResources(used, true) };
    }),
  };
}

/** One agent as `/state` and `/slaves` show it. */
export function agentView(state: MasterState, agent: Agent): JsonObject {
  const { tag } = state.config;
  const gpus = hasGpus(tag);
  const { info } = agent;
  const reserved = Object.fromEntries(
    [...new Set(info.resources.map((r) => r.role))]
      .filter((role) => role !== "*")
      .map((role) => [role, summariseResources(ofRole(info.resources, role), gpus)]),
  );
  return {
    id: agent.id,
    hostname: info.hostname,
    port: info.port,
    attributes: summariseAttributes(info.attributes),
    pid: `slave(1)@${info.ip}:${info.port}`,
    registered_time: agent.registeredAt / 1000,
    ...(agent.reregisteredAt === undefined ? {} : { reregistered_time: agent.reregisteredAt / 1000 }),
    resources: summariseResources(info.resources, gpus),
    used_resources: summariseResources(usedOn(agent), gpus),
    offered_resources: summariseResources(sum(offersOn(state, agent.id).map((o) => o.resources)), gpus),
    reserved_resources: reserved,
    unreserved_resources: summariseResources(ofRole(info.resources, "*"), gpus),
    active: agent.connected,
    ...(atLeast(tag, "1.9.0-rc1") ? { deactivated: false } : {}),
    version: info.version,
    ...(atLeast(tag, "1.2.0-rc1") ? { capabilities: info.capabilities } : {}),
  };
}

/** One task as `/state` and `/tasks` show it. */
export function taskView(task: Task, tag: string): JsonObject {
  const { info } = task;
  const role = info.resources[0] === undefined ? "*" : readResource(info.resources[0]).role;
  return {
    id: info.task_id.value,
    name: info.name,
    framework_id: task.frameworkId,
    executor_id: "",
    slave_id: task.agentId,
    state: task.state,
    resources: summariseResources(task.resources, hasGpus(tag)),
    ...(atLeast(tag, "1.2.0-rc1") ? { role } : {}),
    statuses: task.statuses.map(({ state, timestamp, container_status }) => ({
      state,
      timestamp,
      ...(container_status === undefined
        ? {}
        : { container_status: container_status as unknown as JsonObject }),
    })),
    ...(info.labels === undefined ? {} : { labels: info.labels.labels }),
    ...(info.discovery === undefined ? {} : { discovery: info.discovery }),
    ...(info.container === undefined ? {} : { container: info.container }),
  };
}

function frameworkView(state: MasterState, framework: Framework): JsonObject {
  const { tag } = state.config;
  const gpus = hasGpus(tag);
  const { info } = framework;
  const offers = [...state.offers.values()].filter((offer) => offer.frameworkId === framework.id);
  const offered = sum(offers.map((offer) => offer.resources));
  const used = usedResources(framework.tasks.values());
  return {
    id: framework.id,
    name: info.name,
    ...(info.principal === undefined ? {} : { principal: info.principal }),
    used_resources: summariseResources(used, gpus),
    offered_resources: summariseResources(offered, gpus),
    capabilities: info.capabilities.flatMap(({ type }) => (type === undefined ? [] : [type])),
    hostname: info.hostname ?? "",
    webui_url: info.webui_url ?? "",
    active: framework.connection !== undefined,
    ...(atLeast(tag, "1.2.0-rc1")
      ? { connected: framework.connection !== undefined, recovered: framework.recovered }
      : {}),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: framework.registeredAt / 1000,
    ...(framework.reregisteredAt === undefined ? {} : { reregistered_time: framework.reregisteredAt / 1000 }),
    unregistered_time: (framework.unregisteredAt ?? 0) / 1000,
    resources: summariseResources(sum([used, offered]), gpus),
    role: info.role ?? "*",
    tasks: [...framework.tasks.values()].map((task) => taskView(task, tag)),
    ...(atLeast(tag, "1.1.0-rc1")
      ? { unreachable_tasks: framework.unreachableTasks.map((task) => taskView(task, tag)) }
      : {}),
    completed_tasks: framework.completedTasks.map((task) => taskView(task, tag)),
    offers: offers.map((offer) => ({
      id: offer.id,
      framework_id: offer.frameworkId,
      slave_id: offer.agentId,
      resources: summariseResources(offer.resources, gpus),
    })),
    executors: [],
  };
}

function fullResources(state: MasterState, agent: Agent): JsonObject {
  const { resources } = agent.info;
  const roles = [...new Set(resources.map((r) => r.role))].filter((role) => role !== "*");
  return {
    reserved_resources_full: Object.fromEntries(
      roles.map((role) => [role, writeResources(ofRole(resources, role))]),
    ),
    unreserved_resources_full: writeResources(ofRole(resources, "*")),
    used_resources_full: writeResources(usedOn(agent)),
    offered_resources_full: writeResources(sum(offersOn(state, agent.id).map((o) => o.resources))),
  };
}

function leaderView(leader: MasterInfo | undefined, tag: string): JsonObject {
  if (leader === undefined) return {};
  const { id, port, hostname } = leader;
  const info = { id, pid: masterPid(leader), port, hostname };
  return { leader: masterPid(leader), ...(atLeast(tag, "1.2.0-rc1") ? { leader_info: info } : {}) };
}

function recoveredView(state: MasterState): JsonObject[] {
  return [...state.recovered].map(([id, { info }]) => ({
    id,
    hostname: info.hostname,
    port: info.port,
    attributes: summariseAttributes(info.attributes),
    resources: summariseResources(info.resources, hasGpus(state.config.tag)),
  }));
}

function orphans(state: MasterState): Task[] {
  return [...state.agents.values()]
    .flatMap((agent) => [...agent.tasks.values()])
    .filter((task) => !state.frameworks.has(task.frameworkId));
}

function unregistered(state: MasterState): string[] {
  return [...new Set(orphans(state).map((task) => task.frameworkId))];
}

function countStates(tasks: readonly Task[]): JsonObject {
  const names = "STAGING STARTING RUNNING KILLING FINISHED KILLED FAILED LOST ERROR UNREACHABLE".split(" ");
  return Object.fromEntries(
    names.map((name) => [`TASK_${name}`, tasks.filter((task) => task.state === `TASK_${name}`).length]),
  );
}

function ofRole(resources: Resources, role: string): Resources {
  return resources.filter((resource) => resource.role === role);
}

function hasGpus(tag: string): boolean {
  return atLeast(tag, "1.0.0-rc1");
}
