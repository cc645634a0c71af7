import { schedulerHas } from "../../mesos/scheduler-wire";
import { recoversFrameworks, subscribedHasMasterInfo } from "../../mesos/wire";
import { isPid } from "../libprocess/pid";
import { masterInfoJson } from "../zk/master-info";
import type { FrameworkInfo, SchedulerCall } from "../wire/messages";
import { countCall, forgetCounters } from "./counting";
import { dropExecutors } from "./executors";
import { forgetOperations } from "./operation-status";
import { dropOffers, rescind } from "./offers";
import { frameworkRolesError, suppressedRolesError } from "./roles";
import { finishTask } from "./tasks";
import { newFrameworkId, rolesOf, type Framework, type MasterState, type Step } from "./model";

/** Seconds between heartbeats on an event stream. Source: DEFAULT_HEARTBEAT_INTERVAL in src/master/constants.hpp. */
export const HEARTBEAT_SECONDS = 15;

/** What a SUBSCRIBE says beside its FrameworkInfo. */
export interface SubscribeOptions {
  readonly suppressedRoles?: readonly string[];
  /** Take over from a scheduler that is still subscribed; from 0.28 on always. */
  readonly force?: boolean;
}

/** SUBSCRIBE: a new framework, one that comes back, or one that takes over its own older stream. */
export function subscribe(
  step: Step,
  connection: string,
  sent: FrameworkInfo,
  { suppressedRoles = [], force = true }: SubscribeOptions = {},
): void {
  const error =
    frameworkError(step.state, sent) ??
    suppressedRolesError(sent, suppressedRoles) ??
    returnError(step, sent, force);
  if (error !== undefined) {
    step.log(`Refusing subscription of framework '${sent.name}': ${error}`);
    step.effects.push({ kind: "event", connection, event: { type: "ERROR", error: { message: error } } });
    step.effects.push({ kind: "close", connection });
    return;
  }
  const framework = admit(step, sent);
  if (framework.connection !== undefined && framework.connection !== connection) failOver(step, framework);
  framework.connection = connection;
  countCall(step, framework, { type: "SUBSCRIBE" });
  if (isPid(connection)) framework.pid = connection;
  else delete framework.pid;
  framework.recovered = false;
  framework.suppressed = new Set(suppressedRoles);
  framework.filters = [];
  delete framework.failoverBy;
  framework.nextHeartbeatAt = step.now + HEARTBEAT_SECONDS * 1000;
  step.log(`Subscribed framework ${framework.id} (${sent.name})`);
  const { info, tag } = step.state.config;
  step.event(framework, {
    type: "SUBSCRIBED",
    subscribed: {
      framework_id: { value: framework.id },
      heartbeat_interval_seconds: HEARTBEAT_SECONDS,
      ...(subscribedHasMasterInfo(tag) ? { master_info: masterInfoJson(info, tag) } : {}),
    },
  });
  step.event(framework, { type: "HEARTBEAT" });
  for (const agent of step.state.agents.values()) {
    step.tell(agent, { kind: "update-framework", framework: framework.info });
  }
  step.allocateNow();
}

/** Why UPDATE_FRAMEWORK is refused. Source: Master::updateFramework in src/master/master.cpp. */
export function updateError(state: MasterState, call: UpdateFramework): string | undefined {
  const { framework_info: sent, suppressed_roles: suppressed } = call;
  const invalid = frameworkError(state, sent);
  if (invalid !== undefined) return `Supplied FrameworkInfo is not valid: ${invalid}`;
  const known = state.frameworks.get(sent.id?.value ?? "")?.info;
  const change = known === undefined ? undefined : changeError(known, sent);
  if (change !== undefined) return `FrameworkInfo update is not valid: ${change}`;
  const error = suppressedRolesError(sent, suppressed);
  return error === undefined ? undefined : `'UpdateFramework' call is not valid: ${error}`;
}

/** UPDATE_FRAMEWORK that was not refused. Offers to roles that it left are taken back. */
export function updateFramework(step: Step, framework: Framework, call: UpdateFramework): void {
  step.log(`Processing UPDATE_FRAMEWORK call for framework ${framework.id}`);
  framework.info = { ...call.framework_info, id: { value: framework.id } };
  framework.suppressed = new Set(call.suppressed_roles);
  const roles = rolesOf(framework);
  const left = [...step.state.offers.values()].filter(
    (offer) => offer.frameworkId === framework.id && !roles.includes(offer.role),
  );
  rescind(step, left);
  for (const agent of step.state.agents.values()) {
    step.tell(agent, { kind: "update-framework", framework: framework.info });
  }
  step.allocateNow();
}

type UpdateFramework = NonNullable<SchedulerCall["update_framework"]>;

/** Source: framework::validateUpdate in src/master/validation.cpp. */
function changeError(known: FrameworkInfo, sent: FrameworkInfo): string | undefined {
  if (known.principal !== sent.principal) return "Changing framework's principal is not allowed.";
  const changed = (field: string, from: unknown, to: unknown): string =>
    `Updating 'FrameworkInfo.${field}' is unsupported; attempted to update from '${String(from)}' to '${String(to)}'`;
  if (known.user !== sent.user) return changed("user", known.user, sent.user);
  const [from, to] = [known.checkpoint ?? false, sent.checkpoint ?? false];
  return from === to ? undefined : changed("checkpoint", from, to);
}

/** The stream of a framework is gone: it may come back within its failover timeout. */
export function disconnected(step: Step, connection: string): void {
  const framework = [...step.state.frameworks.values()].find((f) => f.connection === connection);
  if (framework === undefined) return;
  step.log(`Framework ${framework.id} disconnected`);
  delete framework.connection;
  dropOffers(step, framework);
  framework.failoverBy = step.now + (framework.info.failover_timeout ?? 0) * 1000;
}

/** TEARDOWN, or a failover timeout that passed: tasks are killed, the framework is kept among the completed ones. */
export function removeFramework(step: Step, framework: Framework): void {
  const { state, now } = step;
  step.log(`Removing framework ${framework.id}`);
  dropOffers(step, framework);
  for (const agent of state.agents.values()) {
    step.tell(agent, { kind: "shutdown-framework", frameworkId: framework.id });
    dropExecutors(agent, framework.id);
  }
  for (const task of [...framework.tasks.values()]) {
    finishTask(step, task, {
      task_id: task.info.task_id,
      state: "TASK_KILLED",
      message: `Framework ${framework.id} removed`,
      source: "SOURCE_MASTER",
      reason: "REASON_FRAMEWORK_REMOVED",
      agent_id: { value: task.agentId },
      timestamp: now / 1000,
    });
  }
  if (framework.connection !== undefined)
    step.effects.push({ kind: "close", connection: framework.connection });
  delete framework.connection;
  delete framework.failoverBy;
  framework.unregisteredAt = now;
  forgetOperations(step, framework.id);
  state.frameworks.delete(framework.id);
  state.completed.push(framework);
  if (state.completed.length <= state.config.maxCompletedFrameworks) return;
  const oldest = state.completed.shift();
  if (oldest !== undefined) forgetCounters(step, oldest);
}

/** A framework that only agents have told of so far. No failover timeout runs for it, as in the real master. */
export function recoverFramework(step: Step, info: FrameworkInfo): void {
  const id = info.id?.value;
  if (id === undefined || !recoversFrameworks(step.state.config.tag)) return;
  if (step.state.frameworks.has(id) || isCompleted(step.state, id)) return;
  step.log(`Recovered framework ${id} (${info.name}) from an agent`);
  const framework = newFramework(step, id, info);
  framework.recovered = true;
  step.state.frameworks.set(id, framework);
  adoptTasks(step, framework);
}

/** Tasks that agents reported before their framework was known become its own. */
function adoptTasks(step: Step, framework: Framework): void {
  for (const agent of step.state.agents.values()) {
    for (const task of agent.tasks.values()) {
      if (task.frameworkId === framework.id) framework.tasks.set(task.info.task_id.value, task);
    }
  }
}

function isCompleted(state: MasterState, id: string): boolean {
  return state.completed.some((framework) => framework.id === id);
}

/** Why a FrameworkInfo is refused. Source: Master::validateFramework in src/master/master.cpp. */
export function frameworkError(state: MasterState, sent: FrameworkInfo): string | undefined {
  const id = sent.id?.value ?? "";
  const { tag } = state.config;
  const invalid = frameworkRolesError(tag, sent) ?? idError(id);
  if (invalid !== undefined) return invalid;
  if (sent.user === "root" && !state.config.rootSubmissions) {
    return "User 'root' is not allowed to run frameworks without --root_submissions set";
  }
  if (id !== "" && isCompleted(state, id)) return "Framework has been removed";
  const timeout = sent.failover_timeout ?? 0;
  // In protobuf it may be no number at all.
  const valid = timeout >= 0 && timeout <= 2 ** 63 / 1e9;
  return valid ? undefined : `The framework failover_timeout (${timeout}) is invalid`;
}

/** Why a framework may not come back like this. Source: Master::_subscribe, framework::validateUpdate. */
function returnError(step: Step, sent: FrameworkInfo, force: boolean): string | undefined {
  const known = step.state.frameworks.get(sent.id?.value ?? "");
  if (known === undefined) return undefined;
  if (known.info.principal !== sent.principal && schedulerHas("fixedPrincipal", step.state.config.tag)) {
    return "Changing framework's principal is not allowed.";
  }
  return known.connection !== undefined && !force ? "Framework is already connected" : undefined;
}

/** Source: common::validation::validateID in src/common/validation.cpp. */
function idError(id: string): string | undefined {
  if (id.length > 255) return "ID must not be greater than 255 characters";
  if (id === "." || id === "..") return `'${id}' is disallowed`;
  // eslint-disable-next-line no-control-regex -- these very characters are refused
  return /[\u0000-\u001f\u007f/\\]/.test(id) ? `'${id}' contains invalid characters` : undefined;
}

/** The new FrameworkInfo, with what cannot be changed as it was. Source: framework::preserveImmutableFields. */
export function updatedInfo(known: FrameworkInfo, sent: FrameworkInfo): FrameworkInfo {
  return { ...sent, user: known.user, checkpoint: known.checkpoint ?? false };
}

function admit(step: Step, sent: FrameworkInfo): Framework {
  const given = sent.id?.value ?? "";
  const known = step.state.frameworks.get(given);
  if (known !== undefined) {
    known.info = { ...updatedInfo(known.info, sent), id: { value: given } };
    known.reregisteredAt = step.now;
    return known;
  }
  const framework = newFramework(step, given === "" ? newFrameworkId(step.state) : given, sent);
  if (given !== "") framework.reregisteredAt = step.now;
  step.state.frameworks.set(framework.id, framework);
  adoptTasks(step, framework);
  return framework;
}

function newFramework(step: Step, id: string, info: FrameworkInfo): Framework {
  return {
    id,
    info: { ...info, id: { value: id } },
    recovered: false,
    registeredAt: step.now,
    nextHeartbeatAt: step.now,
    suppressed: new Set(),
    filters: [],
    tasks: new Map(),
    completedTasks: [],
    unreachableTasks: [],
  };
}

function failOver(step: Step, framework: Framework): void {
  const old = framework.connection;
  if (old === undefined) return;
  step.event(framework, { type: "ERROR", error: { message: "Framework failed over" } });
  step.effects.push({ kind: "close", connection: old });
  dropOffers(step, framework);
}
