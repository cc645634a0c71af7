import { atLeast } from "../../mesos/versions";
import { writeAttributes } from "../resources/attributes";
import { writeResources } from "../resources/message";
import type { AgentInfo } from "../protocol";
import type { JsonObject } from "../wire/json";
import type { TaskStatus } from "../wire/messages";
import { totalOf } from "./agent-resources";
import { offeredTo, roleOf, usedBy } from "./framework-view";
import { offersOn, usedOn, type Agent, type Framework, type MasterState, type Task } from "./model";
import { sum } from "../resources/resources";

/** GET_AGENTS. Source: Master::ReadOnlyHandler::getAgents, protobuf_utils.cpp. */
export function agentsResponse(state: MasterState): JsonObject {
  return {
    agents: [...state.agents.values()].map((agent) => agentMessage(state, agent)),
    ...(atLeast(state.config.tag, "1.2.0-rc1")
      ? { recovered_agents: [...state.recovered].map(([id, { info }]) => agentInfo(id, info)) }
      : {}),
  };
}

/** GET_FRAMEWORKS. */
export function frameworksResponse(state: MasterState): JsonObject {
  return {
    frameworks: [...state.frameworks.values()].map((one) => frameworkMessage(state, one)),
    completed_frameworks: state.completed.map((one) => frameworkMessage(state, one)),
  };
}

/** GET_TASKS. */
export function tasksResponse(state: MasterState): JsonObject {
  const frameworks = [...state.frameworks.values(), ...state.completed];
  const messages = (tasks: Iterable<Task>): JsonObject[] =>
    [...tasks].map((task) => taskMessage(state, task));
  return {
    tasks: frameworks.flatMap((one) => messages(one.tasks.values())),
    unreachable_tasks: frameworks.flatMap((one) => messages(one.unreachableTasks)),
    completed_tasks: frameworks.flatMap((one) => messages(one.completedTasks)),
  };
}

/** GET_EXECUTORS: those that frameworks brought, and task groups' default ones. */
export function executorsResponse(state: MasterState): JsonObject {
  return {
    executors: [...state.agents.values()].flatMap((agent) =>
      [...agent.executors.values()].map(({ info }) => ({
        executor_info: { ...info },
        agent_id: { value: agent.id },
      })),
    ),
  };
}

function agentMessage(state: MasterState, agent: Agent): JsonObject {
  const { info } = agent;
  const offered = sum(offersOn(state, agent.id).map(({ resources }) => resources));
  const used = usedOn(agent);
  return {
    agent_info: agentInfo(agent.id, info),
    active: agent.connected,
    ...(atLeast(state.config.tag, "1.9.0-rc1") ? { deactivated: false } : {}),
    version: info.version,
    pid: `slave(1)@${info.ip}:${info.port}`,
    registered_time: timeInfo(agent.registeredAt),
    ...(agent.reregisteredAt === undefined ? {} : { reregistered_time: timeInfo(agent.reregisteredAt) }),
    total_resources: writeResources(totalOf(agent)),
    ...(used.length === 0 ? {} : { allocated_resources: writeResources(used) }),
    ...(offered.length === 0 ? {} : { offered_resources: writeResources(offered) }),
    capabilities: info.capabilities.map((type) => ({ type })),
  };
}

/** Resources of an AgentInfo name their role only where they are reserved. */
function agentInfo(id: string, info: AgentInfo): JsonObject {
  const resources = writeResources(info.resources).map(({ role, ...resource }) =>
    role === "*" ? resource : { ...resource, role },
  );
  return {
    hostname: info.hostname,
    port: info.port,
    resources,
    ...(info.attributes.length === 0 ? {} : { attributes: writeAttributes(info.attributes) }),
    id: { value: id },
    checkpoint: true,
  };
}

function frameworkMessage(state: MasterState, framework: Framework): JsonObject {
  const connected = framework.connection !== undefined;
  const registered = timeInfo(framework.registeredAt);
  const used = usedBy(state, framework);
  const offered = offeredTo(state, framework);
  const { info } = framework;
  const { roles, ...rest } = info;
  const capabilities = info.capabilities.map(({ type }) => ({ type }));
  return {
    framework_info: {
      ...(rest as JsonObject),
      ...(roles.length === 0 ? { role: info.role ?? "*" } : { roles }),
      failover_timeout: info.failover_timeout ?? 0,
      checkpoint: info.checkpoint ?? false,
      capabilities,
    },
    active: connected,
    connected,
    recovered: framework.recovered,
    registered_time: registered,
    reregistered_time:
      framework.reregisteredAt === undefined ? registered : timeInfo(framework.reregisteredAt),
    ...(framework.unregisteredAt === undefined
      ? {}
      : { unregistered_time: timeInfo(framework.unregisteredAt) }),
    ...(used.length === 0 ? {} : { allocated_resources: writeResources(used) }),
    ...(offered.length === 0 ? {} : { offered_resources: writeResources(offered) }),
    ...(atLeast(state.config.tag, "1.11.0-rc1") ? { offer_constraints: {} } : {}),
  };
}

function taskMessage(state: MasterState, task: Task): JsonObject {
  const { info, statuses } = task;
  const last = [...statuses].reverse().find(({ uuid }) => uuid !== undefined);
  const role = roleOf(state, task);
  return {
    name: info.name,
    task_id: info.task_id,
    framework_id: { value: task.frameworkId },
    ...(info.executor === undefined ? {} : { executor_id: info.executor.executor_id }),
    agent_id: { value: task.agentId },
    state: task.state,
    resources: info.resources.map((resource) => ({
      ...(resource as unknown as JsonObject),
      reservations: undefined,
      ...(resource.reservations.length === 0 ? {} : { reservations: resource.reservations }),
      allocation_info: { role },
    })),
    statuses: statuses.map(statusMessage),
    ...(last === undefined ? {} : { status_update_state: last.state, status_update_uuid: last.uuid }),
    ...(info.labels === undefined ? {} : { labels: info.labels }),
    ...(info.discovery === undefined ? {} : { discovery: info.discovery }),
    ...(info.container === undefined ? {} : { container: info.container }),
    ...(info.command?.user === undefined ? {} : { user: info.command.user }),
  };
}

function statusMessage(status: TaskStatus): JsonObject {
  const source = status.source === "SOURCE_SLAVE" ? "SOURCE_AGENT" : status.source;
  return { ...(status as unknown as JsonObject), source };
}

/** A moment as messages carry it. */
export function timeInfo(ms: number): JsonObject {
  return { nanoseconds: Math.round(ms * 1e6) };
}
