import { mayUse } from "./roles";
import { scalar, subtract, type Resource, type Resources } from "../resources/resources";

/** An agent with something to give. */
export interface Giver {
  readonly agentId: string;
  readonly free: Resources;
}

/** A framework that wants offers. */
export interface Taker {
  readonly frameworkId: string;
  readonly roles: readonly string[];
  /** What it holds already, offers included. */
  readonly held: Resources;
  /** Whether it understands this resource. */
  understands(resource: Resource): boolean;
  /** Whether it takes this offer: no filter of its own holds it back. */
  accepts(agentId: string, role: string, resources: Resources): boolean;
}

export interface Grant {
  readonly frameworkId: string;
  readonly agentId: string;
  readonly role: string;
  readonly resources: Resources;
}

/** Less than this is not worth an offer. Source: MIN_CPUS, MIN_MEM in src/master/constants.hpp. */
const MIN_CPUS = 0.01;
const MIN_MEM = 32;

/**
 * Shares out what agents have free: each agent's whole rest to the framework with the smallest dominant share that takes
 * it, then the next, as the hierarchical DRF allocator does. Grants of one agent never add up to more than it has free.
 */
export function allocate(givers: readonly Giver[], takers: readonly Taker[], total: Resources): Grant[] {
  const shares = new Map(takers.map((taker) => [taker.frameworkId, dominantShare(taker.held, total)]));
  const grants: Grant[] = [];
  for (const { agentId, free } of givers) {
    let left = free;
    const byShare = [...takers].sort(
      (a, b) =>
        (shares.get(a.frameworkId) ?? 0) - (shares.get(b.frameworkId) ?? 0) ||
        a.frameworkId.localeCompare(b.frameworkId),
    );
    for (const taker of byShare) {
      for (const role of taker.roles) {
        const resources = left.filter(
          (resource) => mayUse(role, resource.role) && taker.understands(resource),
        );
        if (!isWorthwhile(resources) || !taker.accepts(agentId, role, resources)) continue;
        grants.push({ frameworkId: taker.frameworkId, agentId, role, resources });
        left = subtract(left, resources);
        const share = (shares.get(taker.frameworkId) ?? 0) + dominantShare(resources, total);
        shares.set(taker.frameworkId, share);
      }
    }
  }
  return grants;
}

/** The largest part of any scalar of the cluster that these resources are. */
export function dominantShare(held: Resources, total: Resources): number {
  const names = new Set(total.flatMap((resource) => (resource.kind === "scalar" ? [resource.name] : [])));
  return Math.max(0, ...[...names].map((name) => scalar(held, name) / scalar(total, name)));
}

function isWorthwhile(resources: Resources): boolean {
  return scalar(resources, "cpus") >= MIN_CPUS || scalar(resources, "mem") >= MIN_MEM;
}
