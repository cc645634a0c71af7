import type { Stack } from "@pulumi/pulumi/automation";
import { removeLeftovers } from "../leftovers";
import { PreconditionError } from "../precondition";
import { onEngines } from "./engines";
import { forgetHosts as forgetRecord, recordedHosts } from "./host-record";

/**
 * Removes what carries the cluster's label from this machine's engine and from its hosts'.
 * @returns what could not be removed, in words
 */
export async function removeEverywhere(cluster: string): Promise<string[]> {
  const { found, unreachable } = await onEngines(cluster, async ({ engine, host }) =>
    (await removeLeftovers(cluster, engine)).map((left) =>
      host === undefined ? left : `${left} on host ${host.key}`,
    ),
  );
  const left = [
    ...found.flat(),
    ...unreachable.map(
      ({ host: { key }, why }) =>
        `whatever is on host ${key} (${why}; run this again when it is back, or with --forget-host ${key} if it is gone for good)`,
    ),
  ];
  if (left.length === 0) forgetRecord(cluster);
  return left;
}

interface Deployment {
  readonly resources?: readonly StateResource[];
}

interface StateResource {
  readonly urn: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Drops from the stack's state, and from our record, all that is on these hosts: nothing will log in to them any more.
 * @throws PreconditionError where the cluster has no such host
 */
export async function forgetHosts(
  cluster: string,
  keys: readonly string[],
  stack: Stack | undefined,
): Promise<void> {
  const hosts = recordedHosts(cluster);
  const unknown = keys.filter((key) => hosts.every((host) => host.key !== key));
  if (unknown.length > 0) {
    const known = hosts.map(({ key }) => key).join(", ") || "none";
    throw new PreconditionError(`${cluster} has no host ${unknown.join(", ")}; its hosts are ${known}`);
  }
  if (stack !== undefined) {
    const addresses = hosts.filter(({ key }) => keys.includes(key)).map(({ ip }) => ip);
    const state = await stack.exportStack();
    const deployment = without(state.deployment as Deployment, ({ urn }) =>
      addresses.some((ip) => isOn(ip, urn)),
    );
    await stack.importStack({ ...state, deployment });
  }
  forgetRecord(cluster, keys);
}

/** Whatever is on a host has its address in its name: `master-1@10.0.0.11`, `h1@10.0.0.11-check`. */
function isOn(ip: string, urn: string): boolean {
  const [, rest] = (urn.split("::").at(-1) ?? "").split(`@${ip}`);
  return rest !== undefined && !/^[\d.]/.test(rest);
}

function without(deployment: Deployment, gone: (resource: StateResource) => boolean): Deployment {
  const { resources = [] } = deployment;
  const urns = new Set(resources.filter(gone).map(({ urn }) => urn));
  const stays = (urn: string): boolean => !urns.has(urn);
  return {
    ...deployment,
    resources: resources
      .filter(({ urn }) => stays(urn))
      .map((resource) => ({
        ...resource,
        ...(resource.dependencies === undefined ? {} : { dependencies: resource.dependencies.filter(stays) }),
        ...(resource.propertyDependencies === undefined
          ? {}
          : {
              propertyDependencies: Object.fromEntries(
                Object.entries(resource.propertyDependencies).map(([name, all]) => [name, all.filter(stays)]),
              ),
            }),
      })),
  };
}
