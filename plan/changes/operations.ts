import { hostSuffix, logicalName } from "../logical-names";
import { retirementPlan } from "../retirement";
import { taskRemoval, taskRemovalKey } from "../task-removal";
import type { ClusterPlan, ContainerPlan, RetirementPlan, TaskRemovalPlan } from "../types";
import { appOperation, appResource } from "./apps";
import { changesInPlace, differences } from "./differences";
import { same } from "./same";
import type { Operation, ResourceOperation } from "./types";

/** What Pulumi will do to turn one plan's resources into the other's; what stays the same is left out. */
export function operationsBetween(before: ClusterPlan, after: ClusterPlan): ResourceOperation[] {
  const network = networkOperation(before, after);
  const volumes = keyed(named(before, before.volumes), named(after, after.volumes), (old, now) =>
    old.name === now.name &&
    old.host === now.host &&
    same(labelled(before, old.role), labelled(after, now.role))
      ? undefined
      : "replace",
  );
  const replacedVolumes = new Set(volumes.flatMap(([key, op]) => (op === "replace" ? [key] : [])));
  const containers = keyed(named(before, before.containers), named(after, after.containers), (old, now) => {
    // What it stands on is made anew, so it must be too.
    if (
      network !== undefined ||
      now.mounts.some((mount) => replacedVolumes.has(volumeName(after, mount.volume)))
    )
      return "replace";
    return containerOperation(old, now);
  });
  const found: ResourceOperation[] = [
    ...(network === undefined ? [] : [{ kind: "network" as const, key: "network", operation: network }]),
    ...volumes.map(([key, operation]) => ({ kind: "volume" as const, key, operation })),
    ...containers.map(([key, operation]) => ({ kind: "container" as const, key, operation })),
  ];
  found.push(...retirements(before, after), ...taskRemovals(before, after));
  const readiness = readinessOperation(before, after, found);
  return [
    ...found,
    ...(readiness === undefined ? [] : [{ kind: "readiness" as const, key: "ready", operation: readiness }]),
    ...keyed(before.apps, after.apps, (old, now) => appOperation(before, after, old, now)).map(
      ([key, operation]) => ({ kind: "app" as const, key: appResource({ key }), operation }),
    ),
  ];
}

/** The same things under the names of their resources. */
function named<T extends { readonly key: string; readonly host: string }>(
  plan: ClusterPlan,
  things: readonly T[],
): (T & Keyed)[] {
  return things.map((thing) => ({ ...thing, key: logicalName(plan, thing) }));
}

/** Name of the resource of the volume that the plan calls `key`. */
export function volumeName(plan: ClusterPlan, key: string): string {
  const volume = plan.volumes.find((one) => one.key === key);
  if (volume === undefined) throw new Error(`the plan mounts volume ${key} but has none of that key`);
  return logicalName(plan, volume);
}

function containerOperation(old: ContainerPlan, now: ContainerPlan): Operation | undefined {
  const found = differences(old, now);
  if (found.length === 0) return undefined;
  return found.every(changesInPlace) ? "update" : "replace";
}

function networkOperation(before: ClusterPlan, after: ClusterPlan): Operation | undefined {
  if (before.network === undefined) return after.network === undefined ? undefined : "create";
  if (after.network === undefined) return "delete";
  return same(before.network, after.network) && same(before.labels, after.labels) ? undefined : "replace";
}

/** A host's retirement works again when other containers are planned there. */
function retirements(before: ClusterPlan, after: ClusterPlan): ResourceOperation[] {
  const plans = ({ hosts, ...plan }: ClusterPlan): (RetirementPlan & { readonly key: string })[] =>
    plan.containers.length === 0
      ? []
      : hosts.map((host) => ({ key: `retired${hostSuffix(host)}`, ...retirementPlan(plan, host) }));
  return keyed(plans(before), plans(after), (old, now) => {
    if (!same(old.containers, now.containers)) return "replace";
    return same(old, now) ? undefined : "update";
  }).map(([key, operation]) => ({ kind: "retirement", key, operation }));
}

/** On another volume an agent is another one, and the tasks of the old one go. */
function taskRemovals(before: ClusterPlan, after: ClusterPlan): ResourceOperation[] {
  const plans = (plan: ClusterPlan): (TaskRemovalPlan & Keyed)[] =>
    plan.containers.flatMap((container) => {
      const removal = taskRemoval(plan, container);
      const key = `${taskRemovalKey(container)}${removal === undefined ? "" : hostSuffix(removal.host)}`;
      return removal === undefined ? [] : [{ ...removal, key }];
    });
  return keyed(plans(before), plans(after), (old, now) => {
    if (old.volume !== now.volume) return "replace";
    return same(old, now) ? undefined : "update";
  }).map(([key, operation]) => ({ kind: "tasks", key, operation }));
}

/** It is proven again when a container is another, and whenever something else is to be proven. */
function readinessOperation(
  before: ClusterPlan,
  after: ClusterPlan,
  found: readonly ResourceOperation[],
): Operation | undefined {
  const containers = found.filter(({ kind, operation }) => kind === "container" && operation !== "update");
  if (containers.length > 0) return "replace";
  return same(before.readiness, after.readiness) ? undefined : "update";
}

interface Keyed {
  readonly key: string;
}

function keyed<T extends Keyed>(
  before: readonly T[],
  after: readonly T[],
  change: (old: T, now: T) => Operation | undefined,
): [key: string, operation: Operation][] {
  const olds = new Map(before.map((thing) => [thing.key, thing]));
  const keys = new Set(after.map(({ key }) => key));
  return [
    ...after.flatMap((now): [string, Operation][] => {
      const old = olds.get(now.key);
      const operation = old === undefined ? "create" : change(old, now);
      return operation === undefined ? [] : [[now.key, operation]];
    }),
    ...before.flatMap(({ key }): [string, Operation][] => (keys.has(key) ? [] : [[key, "delete"]])),
  ];
}

function labelled({ labels }: ClusterPlan, role: string): Readonly<Record<string, string>> {
  return { ...labels, "mesos-matrix.role": role };
}
