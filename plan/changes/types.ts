import type { DangerId } from "../../mesos/dangers";

/** What a change of a cluster's plan means, in the words of Mesos. Plain values: same plans, same changes. */
export interface PlanChanges {
  /** In the order of the plan: what everything stands on first. */
  readonly changes: readonly Change[];
  /** What happens when the change is applied, in order, a sentence each. */
  readonly steps: readonly string[];
  /** What Pulumi is expected to do to each resource that does not stay the same. */
  readonly operations: readonly ResourceOperation[];
}

/** Everything that changes at one place of the cluster. */
export interface Change {
  /** `masters`, `agents[0]`, `network`: as a user finds it in the file, where it stands there. */
  readonly subject: string;
  readonly reasons: readonly Reason[];
  /** Containers by what happens to them. */
  readonly touched: readonly ResourceOperation[];
  /** Empty: nothing that runs notices it. */
  readonly consequences: readonly Consequence[];
  readonly dangers: readonly DangerId[];
}

/** What is written otherwise than before, and under which key. */
export interface Reason {
  /** `Mesos 1.7.1 -> 1.8.0-rc3`. May hold a user's words. */
  readonly what: string;
  /** `masters.version`. */
  readonly key: string;
}

export interface Consequence {
  readonly about: "tasks" | "quorum" | "endpoints" | "data" | "frameworks" | "order";
  readonly text: string;
}

/** What a change does to a running cluster. */
export interface Effect {
  readonly consequences: readonly Consequence[];
  readonly dangers: readonly DangerId[];
}

export type Operation = "create" | "replace" | "update" | "delete";

/** `retirement` stops what is no longer planned, `readiness` proves the cluster ready, `tasks` go with their agent. */
export type ResourceKind = "container" | "volume" | "network" | "retirement" | "readiness" | "tasks" | "app";

/** A resource by its kind and its name in Pulumi, and what becomes of it. */
export interface ResourceOperation {
  readonly kind: ResourceKind;
  readonly key: string;
  readonly operation: Operation;
}
