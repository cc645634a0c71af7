import { logicalName } from "../logical-names";
import type { ClusterPlan, ContainerPlan, Role } from "../types";
import { volumeName } from "./operations";
import type { Operation, ResourceOperation } from "./types";

/** The containers of one place of the config, before and after, and what becomes of each. */
export interface Owner {
  /** As the file says it: `masters`, `agents[0]`. */
  readonly name: string;
  readonly role: Role;
  readonly before: readonly ContainerPlan[];
  readonly after: readonly ContainerPlan[];
  readonly created: readonly string[];
  readonly replaced: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  /** Names of agents and masters whose volume is another: they start on nothing. */
  readonly emptied: readonly string[];
  /** Version asked for before and after, where one is. */
  readonly versions: { readonly before: string | undefined; readonly after: string | undefined };
}

/** Keys of the config by role, where there is one place for all of a role. */
const places: Readonly<Record<Exclude<Role, "agent">, string>> = {
  zookeeper: "zookeeper",
  master: "masters",
  marathon: "marathon",
  "mesos-dns": "mesosDns",
  "load-balancer": "loadBalancer",
};

/** In the order of the plan. */
export function ownersOf(
  before: ClusterPlan,
  after: ClusterPlan,
  operations: readonly ResourceOperation[],
): Owner[] {
  const all = [...after.containers, ...before.containers];
  const names = [...new Set(all.map(ownerName))];
  return names.map((name) => ownerOf(name, before, after, operations));
}

function ownerOf(
  name: string,
  before: ClusterPlan,
  after: ClusterPlan,
  operations: readonly ResourceOperation[],
): Owner {
  const own = (plan: ClusterPlan): ContainerPlan[] =>
    plan.containers
      .filter((container) => ownerName(container) === name)
      .map((container) => ({ ...container, key: logicalName(plan, container) }));
  const containers = { before: own(before), after: own(after) };
  const [any] = [...containers.after, ...containers.before];
  if (any === undefined) throw new Error(`${name} has no container in either plan`);
  const keys = new Set([...containers.after, ...containers.before].map(({ key }) => key));
  const by = (operation: Operation): string[] =>
    operations.flatMap((found) =>
      found.kind === "container" && found.operation === operation && keys.has(found.key) ? [found.key] : [],
    );
  const renewed = new Set(
    operations.flatMap(({ kind, key, operation }) =>
      kind === "volume" && operation === "replace" ? [key] : [],
    ),
  );
  const replaced = by("replace");
  return {
    name,
    role: any.role,
    ...containers,
    created: by("create"),
    replaced,
    updated: by("update"),
    deleted: by("delete"),
    emptied: containers.after
      .filter(
        ({ key, mounts }) =>
          replaced.includes(key) && mounts.some((mount) => renewed.has(volumeName(after, mount.volume))),
      )
      .map(({ key }) => key),
    versions: { before: versionOf(before, containers.before), after: versionOf(after, containers.after) },
  };
}

/** Agents of group 1 are agent-1, agent-2, ...; those of a later group agent-2-1, agent-2-2, ... */
function ownerName({ key, role }: ContainerPlan): string {
  if (role !== "agent") return places[role];
  const group = /^agent-(\d+)-\d+/.exec(key)?.[1];
  return `agents[${group === undefined ? 0 : Number(group) - 1}]`;
}

function versionOf(plan: ClusterPlan, [container]: readonly ContainerPlan[]): string | undefined {
  return plan.readiness.nodes.find((node) => node.container === container?.name)?.version;
}
