import type { AgentInfo, AgentMessage } from "../protocol";
import type { Resources } from "../resources/resources";
import type {
  CheckStatus,
  ExecutorInfo,
  FrameworkInfo,
  TaskInfo,
  TaskState,
  TaskStatus,
} from "../wire/messages";
import type { MasterInfo } from "../zk/master-info";
import type { FatalError } from "../fatal";
import type { ExecutorEvent } from "./executor-events";

/** What of flags and environment the state machine goes by; times in ms. */
export interface AgentConfig {
  readonly tag: string;
  readonly info: AgentInfo;
  readonly registrationBackoffMs: number;
  readonly executorRegistrationMs: number;
  readonly executorReregistrationMs: number;
  readonly executorShutdownGraceMs: number;
  /** `--recover`: go on with executors of an earlier life, or end them and leave. */
  readonly recover: "reconnect" | "cleanup";
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

/** How an executor ends where nobody else says: told to its tasks. */
export interface Termination {
  readonly state: TaskState;
  readonly reason: string;
  readonly message: string;
}

/**
 * An executor on this agent. `command` and `default` are the agent's own: their tasks are processes that the agent starts and
 * watches itself. A `custom` one is a process of the framework's, which speaks over a link and runs tasks as it likes.
 */
export interface Executor {
  readonly key: string;
  readonly kind: "command" | "default" | "custom";
  readonly id: string;
  readonly frameworkId: string;
  readonly framework: FrameworkInfo;
  readonly info: ExecutorInfo;
  readonly containerId: string;
  /** REGISTERING until a custom one has subscribed (again, after a restart of the agent). */
  state: "REGISTERING" | "RUNNING" | "TERMINATING" | "TERMINATED";
  pid?: number;
  /** The link that a custom one speaks over, whatever its protocol. */
  link?: string;
  /** A custom one has to have subscribed by then. */
  registerBy?: number;
  /** When it is killed the hard way. */
  killBy?: number;
  termination?: Termination;
  /** Keys of tasks that a custom one was not sent yet, in the order and groups in which they were launched. */
  queued: readonly (readonly string[])[];
  /** Tasks that are not done with, by key. */
  readonly tasks: Map<string, Run>;
}

/** Where a check of a task stands. */
export interface CheckProgress {
  readonly startedAt: number;
  /** When it is due; undefined while it runs. */
  nextAt: number | undefined;
  failures: number;
  /** Nothing was reported yet. */
  fresh: boolean;
}

/** A task on this agent. */
export interface Run {
  readonly key: string;
  readonly framework: FrameworkInfo;
  readonly frameworkId: string;
  readonly executor: Executor;
  readonly task: TaskInfo;
  /** The executor's own container, or one nested in it for a task of a group. */
  readonly containerId: string;
  readonly startedAt: number;
  /** Keys of the tasks that were launched with it as a group, its own among them. */
  readonly group: readonly string[];
  state: TaskState;
  pid?: number;
  /** Set once it is to die: when it is killed the hard way. */
  killBy?: number;
  /** It is to die because its health check failed. */
  unhealthy?: boolean;
  health?: CheckProgress;
  check?: CheckProgress;
  readonly statuses: TaskStatus[];
  /** Updates that were not acknowledged yet, oldest first; the first one is sent until it is. */
  readonly pending: TaskStatus[];
  retryAt: number | undefined;
  retryMs: number;
}

/** What a check of a task came to: an exit code, a status code, whether it connected; or why it said nothing. */
export type CheckResult = CheckStatus | { readonly failure: string };

export interface AgentState {
  readonly config: AgentConfig;
  readonly startedAt: number;
  agentId: string | undefined;
  leader: MasterInfo | undefined;
  registered: boolean;
  registerAt: number | undefined;
  /** Executors of an earlier life may come back until then; the agent registers after that. */
  recoverBy: number | undefined;
  recoveredAt: number | undefined;
  backoffMs: number;
  /** The master has to have pinged by then. */
  pingBy: number | undefined;
  pingTimeoutMs: number;
  readonly frameworks: Map<string, FrameworkInfo>;
  readonly executors: Map<string, Executor>;
  readonly runs: Map<string, Run>;
  readonly completed: Run[];
  readonly counters: Map<string, number>;
  /** What operations made of its resources. */
  made: Resources;
}

/** What the state machine wants done. */
export type AgentEffect =
  | { readonly kind: "post"; readonly message: AgentMessage }
  | { readonly kind: "remember"; readonly agentId: string }
  /** Has what operations made of the agent's resources stored, and volumes made or removed. */
  | { readonly kind: "keep-made"; readonly resources: Resources }
  /** Starts the process of a task. */
  | { readonly kind: "launch"; readonly run: Run }
  /** Starts the process of a custom executor. */
  | { readonly kind: "launch-executor"; readonly executor: Executor }
  /** Signals the process of a task or executor, by its key. */
  | { readonly kind: "signal"; readonly key: string; readonly signal: "SIGTERM" | "SIGKILL" }
  | { readonly kind: "tell-executor"; readonly link: string; readonly event: ExecutorEvent }
  | { readonly kind: "close-executor"; readonly link: string }
  | { readonly kind: "check"; readonly run: Run; readonly which: "health" | "check" }
  /** Has what another life of the agent needs of an executor stored. */
  | { readonly kind: "checkpoint"; readonly executor: Executor }
  /** Has what was stored of an executor that is done with removed. */
  | { readonly kind: "discard"; readonly executor: Executor }
  /** `--recover=cleanup` has nothing left to clean up. */
  | { readonly kind: "leave" }
  | { readonly kind: "die"; readonly error: FatalError }
  | { readonly kind: "log"; readonly text: string };

/** An agent that is not registered; `agentId` from an earlier life. */
export function newAgentState(
  config: AgentConfig,
  agentId: string | undefined,
  now: number,
  made: Resources = [],
): AgentState {
  return {
    made,
    config,
    startedAt: now,
    agentId,
    leader: undefined,
    registered: false,
    registerAt: undefined,
    recoverBy: undefined,
    recoveredAt: now,
    backoffMs: config.registrationBackoffMs,
    pingBy: undefined,
    pingTimeoutMs: 75_000,
    frameworks: new Map(),
    executors: new Map(),
    runs: new Map(),
    completed: [],
    counters: new Map(),
  };
}

/** Key of a run: task ids are unique within a framework only. */
export function runKey(frameworkId: string, taskId: string): string {
  return `${frameworkId} ${taskId}`;
}

/** Key of an executor, no key of a run. */
export function executorKey(frameworkId: string, executorId: string): string {
  return `executor ${frameworkId} ${executorId}`;
}

/** Whether the framework wants its tasks to outlive the agent's process. */
export function isCheckpointed(executor: Executor): boolean {
  return executor.framework.checkpoint === true;
}

/** One step of the machine. */
export class AgentStep {
  readonly effects: AgentEffect[] = [];
  private readonly changed = new Set<Executor>();

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

  /** Tells a custom executor, where it is connected. */
  tell(executor: Executor, event: ExecutorEvent): void {
    if (executor.link !== undefined) this.effects.push({ kind: "tell-executor", link: executor.link, event });
  }

  count(key: string): void {
    this.state.counters.set(key, (this.state.counters.get(key) ?? 0) + 1);
  }

  /** What another life of the agent has to know of an executor changed. */
  change(executor: Executor): void {
    this.changed.add(executor);
  }

  /** All that is to be done: what is stored first, as an update that was sent must not be forgotten. */
  done(): readonly AgentEffect[] {
    const stored = [...this.changed]
      .filter(isCheckpointed)
      .filter((executor) => this.state.executors.get(executor.key) === executor)
      .map((executor) => ({ kind: "checkpoint", executor }) as const);
    return [...stored, ...this.effects];
  }
}
