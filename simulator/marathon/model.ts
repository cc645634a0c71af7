import type { JsonObject } from "../wire/json";
import type { TaskState } from "../wire/messages";
import type { MarathonConfig } from "./config";
import type { AppDefinition } from "./definition";

/** Chance and ids, so that a test can decide them. */
export interface Chance {
  uuid(): string;
}

/** What the checker found of one health check of a task; times in ms since 1970. */
export interface Health {
  readonly alive: boolean;
  readonly consecutiveFailures: number;
  readonly firstSuccess: number | undefined;
  readonly lastSuccess: number | undefined;
  readonly lastFailure: number | undefined;
  readonly lastFailureCause: string | undefined;
}

export interface Task {
  readonly id: string;
  readonly appId: string;
  readonly host: string;
  readonly agentId: string;
  readonly attributes: JsonObject;
  /** Host ports, in the order of the app's. */
  readonly ports: readonly number[];
  /** Of the definition that it was started from. */
  readonly version: string;
  readonly configVersion: string;
  readonly stagedAt: number;
  state: TaskState;
  startedAt: number | undefined;
  ips: readonly string[];
  /** By the index of the app's health check; lost when another Marathon leads. */
  health: (Health | undefined)[];
  /** When the next KILL goes out, while it is being killed. */
  killAt: number | undefined;
}

/** Pause before the next launch of an app whose tasks fail; times in ms. */
export interface LaunchDelay {
  readonly until: number;
  readonly ms: number;
}

export interface App {
  definition: AppDefinition;
  /** Oldest first; the last is the definition. */
  versions: AppDefinition[];
  delay: LaunchDelay | undefined;
  lastFailure: JsonObject | undefined;
}

/** A change of apps that is on its way. */
export interface Deployment {
  readonly id: string;
  readonly version: string;
  readonly affectedApps: readonly string[];
  readonly actions: readonly { readonly action: string; readonly app: string }[];
}

export interface MarathonState {
  readonly config: MarathonConfig;
  frameworkId: string | undefined;
  /** Subscribed at the leading master. */
  registered: boolean;
  readonly apps: Map<string, App>;
  /** Groups that were made as such; apps imply theirs. */
  readonly groups: Set<string>;
  readonly tasks: Map<string, Task>;
  readonly deployments: Map<string, Deployment>;
  /** The masters keep offers back until they are asked again. */
  declined: boolean;
  revivedAt: number;
  reconcileAt: number | undefined;
}

/** What the machine wants done, in this order. */
export type Effect =
  | { readonly kind: "call"; readonly call: JsonObject }
  /** Keeps `value` under `key` for the next leader; undefined forgets it. */
  | { readonly kind: "save"; readonly key: string; readonly value: JsonObject | undefined }
  | { readonly kind: "publish"; readonly event: JsonObject & { readonly eventType: string } }
  | { readonly kind: "log"; readonly text: string }
  /** The framework is gone for good. */
  | { readonly kind: "removed"; readonly why: string };

/** A Marathon that has just been elected and knows nothing yet. */
export function newMarathonState(config: MarathonConfig): MarathonState {
  return {
    config,
    frameworkId: undefined,
    registered: false,
    apps: new Map(),
    groups: new Set(),
    tasks: new Map(),
    deployments: new Map(),
    declined: false,
    revivedAt: 0,
    reconcileAt: undefined,
  };
}

/** One step of the machine. */
export class Step {
  readonly effects: Effect[] = [];

  constructor(
    readonly state: MarathonState,
    readonly now: number,
    readonly chance: Chance,
  ) {}

  /** The time of this step as the API writes it. */
  get timestamp(): string {
    return new Date(this.now).toISOString();
  }

  log(text: string): void {
    this.effects.push({ kind: "log", text });
  }

  /** Calls the master, which has to know the framework already. */
  call(call: JsonObject): void {
    const { frameworkId, registered } = this.state;
    if (!registered || frameworkId === undefined) return;
    this.effects.push({ kind: "call", call: { framework_id: { value: frameworkId }, ...call } });
  }

  publish(eventType: string, event: JsonObject): void {
    this.effects.push({
      kind: "publish",
      event: { ...event, eventType, timestamp: this.timestamp },
    });
  }

  saveApp(id: string): void {
    const app = this.state.apps.get(id);
    const value = app === undefined ? undefined : { versions: app.versions as unknown as JsonObject[] };
    this.effects.push({ kind: "save", key: `app:${id}`, value: value as JsonObject | undefined });
  }

  saveTask(task: Task): void {
    const kept = this.state.tasks.has(task.id) ? (task as unknown as JsonObject) : undefined;
    this.effects.push({ kind: "save", key: `task:${task.id}`, value: kept });
  }

  saveDeployment(id: string): void {
    const deployment = this.state.deployments.get(id) as unknown as JsonObject | undefined;
    this.effects.push({ kind: "save", key: `deployment:${id}`, value: deployment });
  }
}

/** The tasks of an app that are not at their end, oldest first. */
export function tasksOf(state: MarathonState, appId: string): Task[] {
  return [...state.tasks.values()]
    .filter((task) => task.appId === appId)
    .sort((a, b) => a.stagedAt - b.stagedAt || (a.id < b.id ? -1 : 1));
}

/** Whether a task runs and passes every health check of its app, as far as there are any. */
export function isHealthy(task: Task, app: AppDefinition | undefined): boolean {
  if (task.state !== "TASK_RUNNING") return false;
  return (app?.healthChecks ?? []).every((_, i) => task.health[i]?.alive === true);
}
