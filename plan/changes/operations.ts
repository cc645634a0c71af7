import type { ClusterPlan, ContainerPlan } from "../types";
import { changesInPlace, differences } from "./differences";
import { same } from "./same";
import type { Operation, ResourceOperation } from "./types";

/** What Pulumi will do to turn one plan's resources into the other's; what stays the same is left out. */
export function operationsBetween(before: ClusterPlan, after: ClusterPlan): ResourceOperation[] {
  const network = networkOperation(before, after);
  const volumes = keyed(before.volumes, after.volumes, (old, now) =>
    old.name === now.name &&
    old.host === now.host &&
    same(labelled(before, old.role), labelled(after, now.role))
      ? undefined
      : "replace",
  );
  const replacedVolumes = new Set(volumes.flatMap(([key, op]) => (op === "replace" ? [key] : [])));
  const containers = keyed(before.containers, after.containers, (old, now) => {
    // What it stands on is made anew, so it must be too.
    if (network !== undefined || now.mounts.some(({ volume }) => replacedVolumes.has(volume)))
      return "replace";
    return containerOperation(old, now);
  });
  const found: ResourceOperation[] = [
    ...(network === undefined ? [] : [{ kind: "network" as const, key: "network", operation: network }]),
    ...volumes.map(([key, operation]) => ({ kind: "volume" as const, key, operation })),
    ...containers.map(([key, operation]) => ({ kind: "container" as const, key, operation })),
  ];
  const readiness = readinessOperation(before, after, found);
  return readiness === undefined
    ? found
    : [...found, { kind: "readiness", key: "ready", operation: readiness }];
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
