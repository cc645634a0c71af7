import type { ClusterPlan } from "../types";
import type { Operation, ResourceKind, ResourceOperation } from "./types";
import { count, list } from "./wording";

/** The order in which Pulumi applies the operations: what is no longer planned goes last. */
export function stepsOf(after: ClusterPlan, operations: readonly ResourceOperation[]): string[] {
  const keys = (kind: ResourceKind, operation: Operation): string[] =>
    operations.flatMap((found) => (found.kind === kind && found.operation === operation ? [found.key] : []));
  const network = operations.find(({ kind }) => kind === "network")?.operation;
  const volumes = [...keys("volume", "create"), ...keys("volume", "replace")];
  const [replaced, created, updated] = (["replace", "create", "update"] as const).map((operation) =>
    keys("container", operation),
  );
  const deleted = keys("container", "delete");
  const ready = operations.find(({ kind }) => kind === "readiness");
  return [
    ...all(deleted, "stop what is no longer planned"),
    ...(network === undefined ? [] : [networkSteps[network]]),
    ...(volumes.length > 0 ? [`make ${count(volumes.length, "fresh volume")}: ${list(volumes)}`] : []),
    ...all(replaced, "remove, then make again, all at the same time"),
    ...all(created, "make, at the same time"),
    ...all(updated, "change in place"),
    ...(ready === undefined || ready.operation === "delete"
      ? []
      : [
          `prove readiness of ${count(after.readiness.nodes.length, "container")}, within ${after.readiness.timeoutSeconds} s`,
        ]),
    ...all(
      [...keys("app", "create"), ...keys("app", "update"), ...keys("app", "replace")].map(appName),
      "give to Marathon, and wait until healthy",
    ),
    ...all(keys("app", "delete").map(appName), "take from Marathon"),
    ...all(deleted, "remove for good"),
  ];
}

const networkSteps: Readonly<Record<Operation, string>> = {
  create: "make the network",
  replace: "remove every container and the network, and make the network again",
  update: "change the network in place",
  delete: "leave the network, which is removed at the end",
};

/** `app-shop-applied` -> `app-shop`. */
function appName(resource: string): string {
  return resource.replace(/-applied$/, "");
}

function all(keys: readonly string[] | undefined, what: string): string[] {
  return keys === undefined || keys.length === 0 ? [] : [`${what}: ${list(keys)}`];
}
