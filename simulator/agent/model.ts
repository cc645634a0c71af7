import type { AgentInfo, AgentMessage } from "../protocol";
import type { FrameworkInfo, TaskInfo, TaskState, TaskStatus } from "../wire/messages";
import type { MasterInfo } from "../zk/master-info";
import type { FatalError } from "../fatal";

/** What of flags and environment the state machine goes by; times in ms. */
export interface AgentConfig {
  readonly tag: string;
  readonly info: AgentInfo;
  readonly registrationBackoffMs: number;
  /** Whether `docker` is among its containerizers. */
  readonly runsDocker: boolean;
  /** Every task fails to launch, on purpose. */
  readonly failLaunches: boolean;
}

/** Chance and ids, so that a test can decide them. */
export interface Chance {
  /** From 0 up to 1. */
  random(): number;
  uuid(): string;
}

/** A task on this agent. */
export interface Run {
  readonly key: string;
  readonly framework: FrameworkInfo;
  readonly frameworkId: string;
  readonly task: TaskInfo;
  readonly containerId: string;
  readonly startedAt: number;
  state: TaskState;
  pid?: number;
  /** Set once it is to die: when it is killed the hard way. */
  killBy?: number;
  readonly statuses: TaskStatus[];
  /** Updates that were not acknowledged yet, oldest first; the first one is sent until it is. */
  readonly pending: TaskStatus[];
  retryAt: number | undefined;
  retryMs: number;
}

export interface AgentState {
  readonly config: AgentConfig;
  readonly startedAt: number;
  agentId: string | undefined;
  leader: MasterInfo | undefined;
  registered: boolean;
  registerAt: number | undefined;
  backoffMs: number;
  /** The master has to have pinged by then. */
  pingBy: number | undefined;
  pingTimeoutMs: number;
  readonly frameworks: Map<string, FrameworkInfo>;
  readonly runs: Map<string, Run>;
  readonly completed: Run[];
  readonly counters: Map<string, number>;
}

/** What the state machine wants done. */
export type AgentEffect =
  | { readonly kind: "post"; readonly message: AgentMessage }
  | { readonly kind: "remember"; readonly agentId: string }
  | { readonly kind: "launch"; readonly run: Run }
  | { readonly kind: "signal"; readonly key: string; readonly signal: "SIGTERM" | "SIGKILL" }
  | { readonly kind: "die"; readonly error: FatalError }
  | { readonly kind: "log"; readonly text: string };

/** An agent that is not registered; `agentId` from an earlier life. */
export function newAgentState(config: AgentConfig, agentId: string | undefined, now: number): AgentState {
  return {
    config,
    startedAt: now,
    agentId,
    leader: undefined,
    registered: false,
    registerAt: undefined,
    backoffMs: config.registrationBackoffMs,
    pingBy: undefined,
    pingTimeoutMs: 75_000,
    frameworks: new Map(),
    runs: new Map(),
    completed: [],
    counters: new Map(),
  };
}

/** One step of the machine. */
export class AgentStep {
  readonly effects: AgentEffect[] = [];

  constructor(
    readonly state: AgentState,
    readonly now: number,
    readonly chance: Chance,
  ) {}

  log(text: string): void {
    this.effects.push({ kind: "log", text });
  }

  post(message: AgentMessage): void {
    this.effects.push({ kind: "post", message });
  }

  count(key: string): void {
    this.state.counters.set(key, (this.state.counters.get(key) ?? 0) + 1);
  }
}
