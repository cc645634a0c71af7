import { totalOf } from "./agent-resources";
import { withFieldsOf } from "../../mesos/json-fields";
import { atLeast } from "../../mesos/versions";
import { summariseResources } from "../resources/message";
import { sum, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import { hasGpus } from "./agent-view";
import { offeredTo, usedBy } from "./framework-view";
import { rolesOf, type Framework, type MasterState } from "./model";

/** Scalars by name, in their own unit. */
export type Quantities = Readonly<Record<string, number>>;

/** What a role has. */
export interface RoleHoldings {
  readonly frameworks: readonly Framework[];
  readonly allocated: Resources;
  readonly offered: Resources;
  readonly reserved: Resources;
}

/** Roles that anything is known of: frameworks, a weight, a reservation. Sorted. */
export function knownRoles(state: MasterState): string[] {
  return [
    ...new Set([
      ...[...state.frameworks.values()].flatMap(rolesOf),
      ...state.operator.weights.keys(),
      ...reservations(state).map(({ role }) => role),
    ]),
  ].sort();
}

/** What a role has; resources of a framework with several roles count for the role that they are allocated to. */
export function holdingsOf(state: MasterState, role: string): RoleHoldings {
  const frameworks = [...state.frameworks.values()].filter((framework) => rolesOf(framework).includes(role));
  const only = frameworks.filter((framework) => rolesOf(framework).length === 1);
  return {
    frameworks,
    allocated: sum(only.map((framework) => usedBy(state, framework))),
    offered: sum(only.map((framework) => offeredTo(state, framework))),
    reserved: reservations(state).filter((resource) => resource.role === role),
  };
}

/** Body of `/roles` and `/roles.json`. */
export function rolesView(state: MasterState): JsonObject {
  return { roles: knownRoles(state).map((role) => roleView(state, role)) };
}

function roleView(state: MasterState, role: string): JsonObject {
  const { tag } = state.config;
  const { frameworks, allocated, offered, reserved } = holdingsOf(state, role);
  const inQuantities = atLeast(tag, "1.9.0-rc1");
  const held = sum([allocated, offered]);
  return withFieldsOf("role", tag, {
    name: role,
    weight: state.operator.weights.get(role) ?? 1,
    ...quotaView(state, role, allocated),
    resources: inQuantities ? { ...quantitiesOf(held) } : summariseResources(held, hasGpus(tag)),
    allocated: { ...quantitiesOf(allocated) },
    offered: { ...quantitiesOf(offered) },
    reserved: { ...quantitiesOf(reserved) },
    frameworks: frameworks.map(({ id }) => id),
  });
}

/** There are no quotas; before 1.9 a role without one shows none. */
function quotaView(state: MasterState, role: string, allocated: Resources): JsonObject {
  if (!atLeast(state.config.tag, "1.9.0-rc1")) return {};
  const consumed = quantitiesOf(sum([allocated, holdingsOf(state, role).reserved]));
  return { quota: { role, guarantee: {}, limit: {}, consumed: { ...consumed } } };
}

/** Sums of the scalars, without those that are not there. */
export function quantitiesOf(resources: Resources): Quantities {
  const sums: Record<string, number> = {};
  for (const resource of resources) {
    if (resource.kind !== "scalar") continue;
    sums[resource.name] = Math.round((sums[resource.name] ?? 0) * 1000 + resource.thousandths) / 1000;
  }
  return sums;
}

function reservations(state: MasterState): Resources {
  return sum([...state.agents.values()].map((agent) => totalOf(agent).filter(({ role }) => role !== "*")));
}
