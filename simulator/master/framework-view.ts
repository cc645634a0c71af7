import { withFieldsOf } from "../../mesos/json-fields";
import { summariseResources } from "../resources/message";
import { sum, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import type { ContainerStatus, ExecutorInfo, TaskStatus } from "../wire/messages";
import { hasGpus } from "./agent-view";
import { hasCapability, rolesOf, usedResources, type Framework, type MasterState, type Task } from "./model";

/** One framework as `/state-summary` shows it: without its lists. */
export function frameworkSummary(state: MasterState, framework: Framework): JsonObject {
  const { tag } = state.config;
  const { info } = framework;
  const connected = framework.connection !== undefined;
  return withFieldsOf("framework", tag, {
    id: framework.id,
    name: info.name,
    ...(framework.pid === undefined ? {} : { pid: framework.pid }),
    used_resources: summariseResources(usedBy(state, framework), hasGpus(tag)),
    offered_resources: summariseResources(offeredTo(state, framework), hasGpus(tag)),
    capabilities: info.capabilities.flatMap(({ type }) => (type === undefined ? [] : [type])),
    hostname: info.hostname ?? "",
    webui_url: info.webui_url ?? "",
    active: connected,
    connected,
    recovered: framework.recovered,
  });
}

/** One framework as `/state` and `/frameworks` show it. */
export function frameworkView(state: MasterState, framework: Framework): JsonObject {
  const { tag } = state.config;
  const { info } = framework;
  const tasks = (some: Iterable<Task>): JsonObject[] => [...some].map((task) => taskView(state, task));
  const held = sum([usedBy(state, framework), offeredTo(state, framework)]);
  return withFieldsOf("framework", tag, {
    ...frameworkSummary(state, framework),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: framework.registeredAt / 1000,
    unregistered_time: (framework.unregisteredAt ?? 0) / 1000,
    ...(info.principal === undefined ? {} : { principal: info.principal }),
    resources: summariseResources(held, hasGpus(tag)),
    ...(framework.reregisteredAt === undefined ? {} : { reregistered_time: framework.reregisteredAt / 1000 }),
    ...(hasCapability(framework, "MULTI_ROLE") ? { roles: rolesOf(framework) } : { role: info.role ?? "*" }),
    tasks: tasks(framework.tasks.values()),
    unreachable_tasks: tasks(framework.unreachableTasks),
    completed_tasks: tasks(framework.completedTasks),
    offers: offersView(state, framework),
    executors: executorsView(state, framework),
    ...(info.labels === undefined ? {} : { labels: labelList(info.labels) }),
    offer_constraints: {},
  });
}

/** One task as `/state` and `/tasks` show it. */
export function taskView(state: MasterState, task: Task): JsonObject {
  const { tag } = state.config;
  const { info } = task;
  return withFieldsOf("task", tag, {
    id: info.task_id.value,
    name: info.name,
    framework_id: task.frameworkId,
    executor_id: info.executor?.executor_id.value ?? "",
    slave_id: task.agentId,
    state: task.state,
    resources: summariseResources(task.resources, hasGpus(tag)),
    role: roleOf(state, task),
    statuses: task.statuses.map((status) => statusView(tag, status)),
    ...(info.command?.user === undefined ? {} : { user: info.command.user }),
    ...(info.labels === undefined ? {} : { labels: labelList(info.labels) }),
    ...(info.discovery === undefined ? {} : { discovery: info.discovery }),
    ...(info.container === undefined ? {} : { container: info.container }),
    ...(info.health_check === undefined ? {} : { health_check: { ...info.health_check } }),
  });
}

/** One status as tasks of `/state` list it. */
export function statusView(tag: string, status: TaskStatus): JsonObject {
  const { state, timestamp, labels, container_status, healthy } = status;
  return withFieldsOf("task status", tag, {
    state,
    timestamp,
    ...(labels === undefined ? {} : { labels: labelList(labels) }),
    ...(container_status === undefined ? {} : { container_status: containerView(container_status) }),
    ...(healthy === undefined ? {} : { healthy }),
  });
}

/** The pid is told to frameworks, not here. Source: json(ContainerStatus) in src/common/http.cpp. */
function containerView({ container_id, network_infos }: ContainerStatus): JsonObject {
  return { container_id, network_infos };
}

/** The role that a task's resources are allocated to. */
export function roleOf(state: MasterState, { info, frameworkId }: Task): string {
  const told = info.resources[0]?.allocation_info?.role;
  const framework =
    state.frameworks.get(frameworkId) ?? state.completed.find((one) => one.id === frameworkId);
  return typeof told === "string" ? told : (framework?.info.role ?? "*");
}

/** Tasks and executors of a framework hold these. */
export function usedBy(state: MasterState, framework: Framework): Resources {
  const executors = executorsOf(state, framework).map(({ resources }) => resources);
  return sum([usedResources(framework.tasks.values()), ...executors]);
}

/** What lies in the framework's offers. */
export function offeredTo(state: MasterState, { id }: Framework): Resources {
  return sum(
    [...state.offers.values()].filter(({ frameworkId }) => frameworkId === id).map((o) => o.resources),
  );
}

function offersView(state: MasterState, { id }: Framework): JsonObject[] {
  const { tag } = state.config;
  const own = [...state.offers.values()].filter((offer) => offer.frameworkId === id);
  return own.map((offer) =>
    withFieldsOf("offer", tag, {
      id: offer.id,
      framework_id: offer.frameworkId,
      allocation_info: { role: offer.role },
      slave_id: offer.agentId,
      resources: summariseResources(offer.resources, hasGpus(tag)),
    }),
  );
}

function executorsOf(
  state: MasterState,
  { id }: Framework,
): { readonly info: ExecutorInfo; readonly resources: Resources; readonly agentId: string }[] {
  return [...state.agents.values()].flatMap((agent) =>
    [...agent.executors.values()]
      .filter(({ frameworkId }) => frameworkId === id)
      .map(({ info, resources }) => ({ info, resources, agentId: agent.id })),
  );
}

function executorsView(state: MasterState, framework: Framework): JsonObject[] {
  const { tag } = state.config;
  return executorsOf(state, framework).map(({ info, resources, agentId }) =>
    withFieldsOf("executor", tag, {
      executor_id: info.executor_id.value,
      name: info.name ?? "",
      framework_id: framework.id,
      command: commandView(info.command),
      resources: summariseResources(resources, hasGpus(tag)),
      ...(resources.length === 0 ? {} : { role: framework.info.role ?? "*" }),
      ...(info.labels === undefined ? {} : { labels: labelList(info.labels) }),
      ...(info.type === undefined ? {} : { type: info.type }),
      slave_id: agentId,
    }),
  );
}

/** A command as endpoints show it: `argv` and `uris` are always there. Source: src/common/http.cpp. */
export function commandView(command: ExecutorInfo["command"]): JsonObject {
  return {
    ...(command?.shell === undefined ? {} : { shell: command.shell }),
    ...(command?.value === undefined ? {} : { value: command.value }),
    argv: command?.arguments ?? [],
    ...(command?.environment === undefined ? {} : { environment: { ...command.environment } }),
    uris: (command?.uris ?? []).map(({ value, executable }) => ({ value, executable: executable ?? false })),
  };
}

/** `Labels` as endpoints show them: the list alone. */
export function labelList(labels: JsonObject): JsonObject["labels"] {
  return labels.labels ?? [];
}
