import { withFieldsOf } from "../../mesos/json-fields";
import { atLeast } from "../../mesos/versions";
import { summariseAttributes } from "../resources/attributes";
import { summariseResources, writeResources } from "../resources/message";
import { sum, type Resources } from "../resources/resources";
import type { AgentInfo } from "../protocol";
import type { JsonObject } from "../wire/json";
import { totalOf } from "./agent-resources";
import { offersOn, usedOn, type Agent, type MasterState } from "./model";

/** One agent as `/state` and `/state-summary` show it. */
export function agentView(state: MasterState, agent: Agent): JsonObject {
  const { tag } = state.config;
  const { info } = agent;
  const gpus = hasGpus(tag);
  const total = totalOf(agent);
  return withFieldsOf("agent of a master", tag, {
    ...identity(agent.id, info),
    pid: `slave(1)@${info.ip}:${info.port}`,
    registered_time: agent.registeredAt / 1000,
    ...(agent.reregisteredAt === undefined ? {} : { reregistered_time: agent.reregisteredAt / 1000 }),
    resources: summariseResources(total, gpus),
    used_resources: summariseResources(usedOn(agent), gpus),
    offered_resources: summariseResources(offeredOn(state, agent), gpus),
    reserved_resources: byRole(total, (own) => summariseResources(own, gpus)),
    unreserved_resources: summariseResources(ofRole(total, "*"), gpus),
    active: agent.connected,
    deactivated: false,
    version: info.version,
    capabilities: info.capabilities,
  });
}

/** One agent as `/slaves` shows it: its resources in full beside the sums. */
export function agentInFull(state: MasterState, agent: Agent): JsonObject {
  const resources = totalOf(agent);
  return withFieldsOf("agent in full", state.config.tag, {
    ...agentView(state, agent),
    reserved_resources_full: byRole(resources, (own) => writeResources(own)),
    unreserved_resources_full: writeResources(ofRole(resources, "*")),
    used_resources_full: writeResources(usedOn(agent)),
    offered_resources_full: writeResources(offeredOn(state, agent)),
  });
}

/** Agents that the registry knows and that have not come back to this leader yet. */
export function recoveredView(state: MasterState, asked?: string): JsonObject[] {
  return [...state.recovered]
    .filter(([id]) => asked === undefined || id === asked)
    .map(([id, { info }]) => withFieldsOf("agent of a master", state.config.tag, identity(id, info)));
}

function identity(id: string, info: AgentInfo): JsonObject {
  const { hostname, port, attributes } = info;
  return { id, hostname, port, attributes: summariseAttributes(attributes) };
}

function offeredOn(state: MasterState, agent: Agent): Resources {
  return sum(offersOn(state, agent.id).map((offer) => offer.resources));
}

/** Reserved resources by the role that they are reserved to. */
function byRole<T>(resources: Resources, write: (own: Resources) => T): Record<string, T> {
  const roles = new Set(resources.map(({ role }) => role).filter((role) => role !== "*"));
  return Object.fromEntries([...roles].map((role) => [role, write(ofRole(resources, role))]));
}

function ofRole(resources: Resources, role: string): Resources {
  return resources.filter((resource) => resource.role === role);
}

/** Whether sums of resources hold gpus. Source: src/common/http.cpp at 1.0.0. */
export function hasGpus(tag: string): boolean {
  return atLeast(tag, "1.0.0-rc1");
}
