import { resourceMessage } from "../resources/message";
import type { JsonObject } from "./json";
import { anything, flag, message, number, optional, repeated, required, text, type Message } from "./shape";

const value = message({ value: required(text) });

const durationInfo = message({ nanoseconds: required(number) });

const killPolicy = message({ grace_period: optional(durationInfo) });

const commandShape = {
  value: optional(text),
  shell: optional(flag),
  arguments: repeated(text),
  environment: optional(
    message({
      variables: repeated(message({ name: required(text), value: optional(text), type: optional(text) })),
    }),
  ),
  uris: repeated(
    message({
      value: required(text),
      executable: optional(flag),
      extract: optional(flag),
      cache: optional(flag),
      output_file: optional(text),
    }),
  ),
  user: optional(text),
};

const httpCheck = message({
  port: required(number),
  path: optional(text),
  scheme: optional(text),
  statuses: repeated(number),
});

const tcpCheck = message({ port: required(number) });

const checkTimes = {
  type: optional(text),
  delay_seconds: optional(number),
  interval_seconds: optional(number),
  timeout_seconds: optional(number),
  http: optional(httpCheck),
  tcp: optional(tcpCheck),
};

const healthCheckShape = {
  ...checkTimes,
  consecutive_failures: optional(number),
  grace_period_seconds: optional(number),
  command: optional(message(commandShape)),
};

const checkShape = {
  ...checkTimes,
  command: optional(message({ command: required(message(commandShape)) })),
};

const executorShape = {
  type: optional(text),
  executor_id: required(value),
  framework_id: optional(value),
  command: optional(message(commandShape)),
  container: optional(anything),
  resources: repeated(resourceMessage),
  name: optional(text),
  source: optional(text),
  data: optional(text),
  shutdown_grace_period: optional(durationInfo),
  labels: optional(anything),
  discovery: optional(anything),
};

const taskShape = {
  name: required(text),
  task_id: required(value),
  agent_id: required(value),
  resources: repeated(resourceMessage),
  command: optional(message(commandShape)),
  executor: optional(message(executorShape)),
  container: optional(anything),
  kill_policy: optional(killPolicy),
  labels: optional(anything),
  discovery: optional(anything),
  health_check: optional(message(healthCheckShape)),
  check: optional(message(checkShape)),
  data: optional(text),
};

const frameworkShape = {
  user: required(text),
  name: required(text),
  id: optional(value),
  failover_timeout: optional(number),
  checkpoint: optional(flag),
  role: optional(text),
  roles: repeated(text),
  hostname: optional(text),
  principal: optional(text),
  webui_url: optional(text),
  capabilities: repeated(message({ type: optional(text) })),
  labels: optional(anything),
};

const filters = message({ refuse_seconds: optional(number) });

const reservation = message({ resources: repeated(resourceMessage) });

const volumes = message({ volumes: repeated(resourceMessage) });

const operation = message({
  type: optional(text),
  id: optional(value),
  reserve: optional(reservation),
  unreserve: optional(reservation),
  create: optional(volumes),
  destroy: optional(volumes),
  grow_volume: optional(message({ volume: required(resourceMessage), addition: required(resourceMessage) })),
  shrink_volume: optional(
    message({ volume: required(resourceMessage), subtract: required(message({ value: required(number) })) }),
  ),
  launch: optional(message({ task_infos: repeated(message(taskShape)) })),
  launch_group: optional(
    message({
      executor: required(message(executorShape)),
      task_group: required(message({ tasks: repeated(message(taskShape)) })),
    }),
  ),
});

const inverseOffers = message({ inverse_offer_ids: repeated(value), filters: optional(filters) });

const callShape = {
  framework_id: optional(value),
  type: optional(text),
  subscribe: optional(
    message({
      framework_info: required(message(frameworkShape)),
      force: optional(flag),
      suppressed_roles: repeated(text),
    }),
  ),
  accept: optional(
    message({ offer_ids: repeated(value), operations: repeated(operation), filters: optional(filters) }),
  ),
  decline: optional(message({ offer_ids: repeated(value), filters: optional(filters) })),
  revive: optional(message({ role: optional(text), roles: repeated(text) })),
  suppress: optional(message({ role: optional(text), roles: repeated(text) })),
  kill: optional(
    message({ task_id: required(value), agent_id: optional(value), kill_policy: optional(killPolicy) }),
  ),
  shutdown: optional(message({ executor_id: required(value), agent_id: required(value) })),
  acknowledge: optional(
    message({ agent_id: required(value), task_id: required(value), uuid: required(text) }),
  ),
  reconcile: optional(
    message({ tasks: repeated(message({ task_id: required(value), agent_id: optional(value) })) }),
  ),
  message: optional(
    message({ agent_id: required(value), executor_id: required(value), data: required(text) }),
  ),
  request: optional(message({ requests: repeated(anything) })),
  accept_inverse_offers: optional(inverseOffers),
  decline_inverse_offers: optional(inverseOffers),
  acknowledge_operation_status: optional(
    message({ agent_id: optional(value), uuid: required(text), operation_id: required(value) }),
  ),
  reconcile_operations: optional(
    message({
      operations: repeated(message({ operation_id: required(value), agent_id: optional(value) })),
    }),
  ),
  update_framework: optional(
    message({ framework_info: required(message(frameworkShape)), suppressed_roles: repeated(text) }),
  ),
};

export type CommandInfo = Message<typeof commandShape>;
export type TaskInfo = Message<typeof taskShape>;
export type ExecutorInfo = Message<typeof executorShape>;
export type HealthCheck = Message<typeof healthCheckShape>;
export type CheckInfo = Message<typeof checkShape>;
export type FrameworkInfo = Message<typeof frameworkShape>;
export type Operation = ReturnType<typeof operation>;

/** A call of `/api/v1/scheduler`, as far as its JSON could be read; which members must be there is checked by its type. */
export type SchedulerCall = Message<typeof callShape>;

/** Reads a scheduler call. Throws naming the member that does not fit. */
export const schedulerCall = message(callShape);

/** Reads the `type` of an operator call. */
export const operatorCall = message({ type: optional(text) });

/** Reads a FrameworkInfo. */
export const frameworkInfo = message(frameworkShape);

/** Every state of a task. */
export const taskStates = [
  "TASK_STAGING",
  "TASK_STARTING",
  "TASK_RUNNING",
  "TASK_KILLING",
  "TASK_FINISHED",
  "TASK_FAILED",
  "TASK_KILLED",
  "TASK_ERROR",
  "TASK_LOST",
  "TASK_DROPPED",
  "TASK_UNREACHABLE",
  "TASK_GONE",
  "TASK_UNKNOWN",
] as const;

export type TaskState = (typeof taskStates)[number];

/** A TaskStatus as events carry it. `uuid` is base64; a status without one needs no acknowledgement. */
export interface TaskStatus {
  readonly task_id: { readonly value: string };
  readonly state: TaskState;
  readonly message?: string;
  readonly source: "SOURCE_MASTER" | "SOURCE_SLAVE" | "SOURCE_AGENT" | "SOURCE_EXECUTOR";
  readonly reason?: string;
  readonly agent_id?: { readonly value: string };
  readonly executor_id?: { readonly value: string };
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly uuid?: string;
  readonly container_status?: ContainerStatus;
  /** What the health check says of the task; absent before it said anything. */
  readonly healthy?: boolean;
  /** What the task's `check` found last. */
  readonly check_status?: CheckStatus;
  /** What a custom executor attached, in base64. */
  readonly data?: string;
  readonly labels?: JsonObject;
  /** Since when its agent cannot be reached. */
  readonly unreachable_time?: { readonly nanoseconds: number };
}

/** CheckStatusInfo: the member of its type is empty before the first result. */
export interface CheckStatus {
  readonly type: "COMMAND" | "HTTP" | "TCP";
  readonly command?: { readonly exit_code?: number };
  readonly http?: { readonly status_code?: number };
  readonly tcp?: { readonly succeeded?: boolean };
}

export interface ContainerStatus {
  readonly container_id: { readonly value: string; readonly parent?: { readonly value: string } };
  readonly network_infos: readonly {
    readonly ip_addresses: readonly { readonly protocol: "IPv4"; readonly ip_address: string }[];
  }[];
  readonly executor_pid?: number;
}

/** What kind of check a message describes; health checks before 1.1 do not say. */
export function checkType(sent: {
  readonly type?: string;
  readonly http?: unknown;
  readonly tcp?: unknown;
}): CheckStatus["type"] {
  if (sent.type === "HTTP" || (sent.type === undefined && sent.http !== undefined)) return "HTTP";
  return sent.type === "TCP" || (sent.type === undefined && sent.tcp !== undefined) ? "TCP" : "COMMAND";
}

const TERMINAL: ReadonlySet<TaskState> = new Set<TaskState>([
  "TASK_FINISHED",
  "TASK_FAILED",
  "TASK_KILLED",
  "TASK_ERROR",
  "TASK_LOST",
  "TASK_DROPPED",
  "TASK_GONE",
]);

/** Whether no further state follows. */
export function isTerminal(state: TaskState): boolean {
  return TERMINAL.has(state);
}
