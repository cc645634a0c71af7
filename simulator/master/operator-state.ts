import type { JsonObject } from "../wire/json";

/** Scalars by name, in their own unit. */
export type Quantities = Readonly<Record<string, number>>;

/** What a role is promised, and what it may not exceed. */
export interface Quota {
  readonly guarantees: Quantities;
  readonly limits: Quantities;
}

/** A machine of the maintenance schedule. */
export interface MachineId {
  readonly hostname?: string;
  readonly ip?: string;
}

/** Machines that go down together. Times in nanoseconds, as in the call that set them. */
export interface MaintenanceWindow {
  readonly machine_ids: readonly MachineId[];
  readonly unavailability: {
    readonly start: { readonly nanoseconds: number };
    readonly duration?: { readonly nanoseconds: number };
  };
}

/** An agent that gives up its tasks. */
export interface Draining {
  state: "DRAINING" | "DRAINED";
  /** DrainConfig as it was sent. */
  readonly config: JsonObject;
  readonly startedAt: number;
}

/** What operators have set. */
export interface OperatorState {
  readonly quotas: Map<string, Quota>;
  readonly weights: Map<string, number>;
  windows: readonly MaintenanceWindow[];
  /** Machines in maintenance, by {@link machineKey}. */
  readonly down: Map<string, MachineId>;
  /** Agents that get no offers. */
  readonly deactivated: Set<string>;
  readonly draining: Map<string, Draining>;
  /** Agents that may never come back. */
  readonly gone: Set<string>;
}

/** Nothing was set yet. */
export function newOperatorState(): OperatorState {
  return {
    quotas: new Map(),
    weights: new Map(),
    windows: [],
    down: new Map(),
    deactivated: new Set(),
    draining: new Map(),
    gone: new Set(),
  };
}

/** One machine under one name: hostnames in small letters, as Mesos compares them. */
export function machineKey({ hostname, ip }: MachineId): string {
  return `${(hostname ?? "").toLowerCase()} ${ip ?? ""}`;
}
