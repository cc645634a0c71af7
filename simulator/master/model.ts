import { idStyle } from "../../mesos/wire";
import type { AgentInfo, MasterMessage } from "../protocol";
import { totalOf } from "./agent-resources";
import { subtract, sum, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import {
  isTerminal,
  type ExecutorInfo,
  type FrameworkInfo,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from "../wire/messages";
import type { MasterInfo } from "../zk/master-info";
import { newOperatorState, type OperatorState } from "./operator-state";

/** What of the flags the state machine goes by; times in ms. */
export interface MasterConfig {
  readonly tag: string;
  readonly info: MasterInfo;
  readonly allocationIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxPingTimeouts: number;
  readonly reregisterTimeoutMs: number;
  /** Offers are rescinded after this; undefined: never. */
  readonly offerTimeoutMs: number | undefined;
  readonly maxCompletedFrameworks: number;
  readonly maxCompletedTasks: number;
  readonly rootSubmissions: boolean;
}

export interface Agent {
  readonly id: string;
  info: AgentInfo;
  /** The link to it is up. */
  connected: boolean;
  readonly registeredAt: number;
  reregisteredAt?: number;
  /** Tasks whose terminal update was not acknowledged yet, by framework and task id. */
  readonly tasks: Map<string, Task>;
  /** Executors that frameworks brought and task groups' default ones, by framework and executor id. */
  readonly executors: Map<string, Executor>;
  /** Reserved and created by operations; the agent keeps it. */
  made: Resources;
  missedPings: number;
  nextPingAt: number;
  /** Asked to be killed while the agent could not be told. */
  readonly killed: Set<string>;
}

export interface Task {
  readonly info: TaskInfo;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly resources: Resources;
  /** The newest state at the agent. */
  state: TaskState;
  /** The status last sent to the framework. */
  forwarded?: TaskStatus;
  readonly statuses: TaskStatus[];
}

/** An executor on an agent; it holds its resources from its first task until the agent says that it exited. */
export interface Executor {
  readonly frameworkId: string;
  readonly info: ExecutorInfo;
  readonly resources: Resources;
}

export interface Offer {
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly role: string;
  readonly resources: Resources;
  readonly madeAt: number;
}

/** An operation that was carried out, and whose framework has not said yet that it knows. Times in ms. */
export interface PendingOperation {
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
  /** In base64. */
  readonly uuid: string;
  retryMs: number;
  retryAt: number;
}

/** Offers of this agent to this role, within these resources, are held back until then. */
export interface Filter {
  readonly agentId: string;
  readonly role: string;
  readonly resources: Resources;
  readonly until: number;
}

export interface Framework {
  readonly id: string;
  info: FrameworkInfo;
  /** The event stream, while subscribed: its `Mesos-Stream-Id`. */
  connection?: string;
  /** Of a framework that came by a driver: the pid it is known by, connected or not. Its connection is then this pid. */
  pid?: string;
  /** Known only from agents since this master leads. */
  recovered: boolean;
  registeredAt: number;
  reregisteredAt?: number;
  unregisteredAt?: number;
  /** Removed unless it subscribes before. */
  failoverBy?: number;
  nextHeartbeatAt: number;
  /** Roles that get no offers for now. */
  suppressed: Set<string>;
  filters: Filter[];
  readonly tasks: Map<string, Task>;
  readonly completedTasks: Task[];
  readonly unreachableTasks: Task[];
}

/** Everything a master knows. Lives in memory only, but for what {@link Effect} `store` keeps. */
export interface MasterState {
  readonly config: MasterConfig;
  readonly startedAt: number;
  electedAt?: number;
  readonly agents: Map<string, Agent>;
  /** From the registry: agents that have not come back to this leader yet, and until when they may. */
  readonly recovered: Map<string, { readonly info: AgentInfo; readonly until: number }>;
  readonly unreachable: Map<string, { readonly info: AgentInfo; readonly at: number }>;
  readonly frameworks: Map<string, Framework>;
  readonly completed: Framework[];
  readonly offers: Map<string, Offer>;
  /** By uuid of the status. */
  readonly operations: Map<string, PendingOperation>;
  nextOperation: number;
  readonly counters: Map<string, number>;
  readonly operator: OperatorState;
  nextAgent: number;
  nextFramework: number;
  nextOffer: number;
  /** When offers are made next: the allocator runs at every interval, whether anybody wants offers or not. */
  allocateAt: number;
}

/** What the registry keeps, by agent id. */
export type Registry = Readonly<Record<string, AgentInfo>>;

/** What the state machine wants done. */
export type Effect =
  | { readonly kind: "event"; readonly connection: string; readonly event: JsonObject }
  | { readonly kind: "close"; readonly connection: string }
  | { readonly kind: "link-driver"; readonly pid: string }
  | { readonly kind: "link"; readonly agentId: string; readonly ip: string; readonly port: number }
  | { readonly kind: "unlink"; readonly agentId: string }
  | { readonly kind: "agent"; readonly agentId: string; readonly message: MasterMessage }
  | { readonly kind: "store"; readonly registry: Registry }
  | { readonly kind: "log"; readonly text: string };

/** A master that knows nothing yet. */
export function newMasterState(config: MasterConfig, now: number): MasterState {
  return {
    config,
    startedAt: now,
    agents: new Map(),
    recovered: new Map(),
    unreachable: new Map(),
    frameworks: new Map(),
    completed: [],
    offers: new Map(),
    operations: new Map(),
    nextOperation: 0,
    counters: new Map(),
    operator: newOperatorState(),
    nextAgent: 0,
    nextFramework: 0,
    nextOffer: 0,
    allocateAt: now + config.allocationIntervalMs,
  };
}

/** One step of the machine: the time it happens at, and what it wants done. */
export class Step {
  readonly effects: Effect[] = [];

  constructor(
    readonly state: MasterState,
    readonly now: number,
  ) {}

  log(text: string): void {
    this.effects.push({ kind: "log", text });
  }

  /** Sends an event where the framework is subscribed. */
  event(framework: Framework, event: JsonObject): void {
    if (framework.connection === undefined) return;
    this.effects.push({ kind: "event", connection: framework.connection, event });
    this.count(`${frameworkKey(framework)}events`);
    if (typeof event.type === "string")
      this.count(`${frameworkKey(framework)}events/${event.type.toLowerCase()}`);
  }

  /** Tells an agent, where it is connected. */
  tell(agent: Agent, message: MasterMessage): void {
    if (agent.connected) this.effects.push({ kind: "agent", agentId: agent.id, message });
  }

  /** Has the registry as it is now stored. */
  store(): void {
    this.effects.push({ kind: "store", registry: registryOf(this.state) });
  }

  count(key: string, more = 1): void {
    this.state.counters.set(key, (this.state.counters.get(key) ?? 0) + more);
  }

  /** Has offers made at once. */
  allocateNow(): void {
    this.state.allocateAt = this.now;
  }
}

/** Agents that the registry has to keep. */
export function registryOf(state: MasterState): Registry {
  const registered = [...state.agents.values()].map((agent) => [agent.id, agent.info] as const);
  const recovered = [...state.recovered].map(([id, { info }]) => [id, info] as const);
  return Object.fromEntries([...registered, ...recovered]);
}

/** Key of a task or executor among those of an agent: their ids are unique within a framework only. */
export function taskKey(frameworkId: string, taskId: string): string {
  return `${frameworkId} ${taskId}`;
}

/** Where the metrics of a framework begin: its name is percent-encoded. Source: getFrameworkMetricPrefix in src/master/metrics.cpp. */
export function frameworkKey({ id, info }: Pick<Framework, "id" | "info">): string {
  const name = encodeURIComponent(info.name).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `master/frameworks/${name}/${id}/`;
}

/** Resources of tasks that still hold them. */
export function usedResources(tasks: Iterable<Task>): Resources {
  return sum([...tasks].filter((task) => !isTerminal(task.state)).map((task) => task.resources));
}

/** What tasks and executors hold of an agent. */
export function usedOn(agent: Agent): Resources {
  const executors = [...agent.executors.values()].map(({ resources }) => resources);
  return sum([usedResources(agent.tasks.values()), ...executors]);
}

export function offersOn(state: MasterState, agentId: string): Offer[] {
  return [...state.offers.values()].filter((offer) => offer.agentId === agentId);
}

/** What an agent has left to offer. */
export function freeResources(state: MasterState, agent: Agent): Resources {
  const offered = sum(offersOn(state, agent.id).map((offer) => offer.resources));
  return subtract(subtract(totalOf(agent), usedOn(agent)), offered);
}

export function hasCapability(framework: Pick<Framework, "info">, name: string): boolean {
  return framework.info.capabilities.some((capability) => capability.type === name);
}

/** Roles a framework is offered resources for. */
export function rolesOf(framework: Framework): readonly string[] {
  if (hasCapability(framework, "MULTI_ROLE")) return framework.info.roles;
  return [framework.info.role ?? "*"];
}

export function newAgentId(state: MasterState): string {
  const id = `${state.config.info.id}${idStyle(state.config.tag).agentPrefix}${state.nextAgent}`;
  state.nextAgent += 1;
  return id;
}

export function newFrameworkId(state: MasterState): string {
  const id = `${state.config.info.id}-${String(state.nextFramework).padStart(4, "0")}`;
  state.nextFramework += 1;
  return id;
}

export function newOfferId(state: MasterState): string {
  const id = `${state.config.info.id}${idStyle(state.config.tag).offerPrefix}${state.nextOffer}`;
  state.nextOffer += 1;
  return id;
}
