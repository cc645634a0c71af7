import { recoversFrameworks, subscribedHasMasterInfo } from "../../mesos/wire";
import { masterInfoJson } from "../zk/master-info";
import type { FrameworkInfo } from "../wire/messages";
import { countCall, forgetCounters } from "./counting";
import { dropExecutors } from "./executors";
import { dropOffers, rescind } from "./offers";
import { finishTask } from "./tasks";
import { newFrameworkId, type Framework, type Step } from "./model";

/** Seconds between heartbeats on an event stream. Source: DEFAULT_HEARTBEAT_INTERVAL in src/master/constants.hpp. */
export const HEARTBEAT_SECONDS = 15;

/** SUBSCRIBE: a new framework, one that comes back, or one that takes over its own older stream. */
export function subscribe(step: Step, connection: string, sent: FrameworkInfo): void {
  const error = refusal(step, sent);
  if (error !== undefined) {
    step.log(`Refusing subscription of framework '${sent.name}': ${error}`);
    step.effects.push({ kind: "event", connection, event: { type: "ERROR", error: { message: error } } });
    step.effects.push({ kind: "close", connection });
    return;
  }
  const framework = admit(step, sent);
  if (framework.connection !== undefined) failOver(step, framework);
  framework.connection = connection;
  countCall(step, framework, { type: "SUBSCRIBE" });
  framework.recovered = false;
  framework.suppressed = false;
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
  if (step.state.frameworks.has(id) || isCompleted(step, id)) return;
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

function isCompleted(step: Step, id: string): boolean {
  return step.state.completed.some((framework) => framework.id === id);
}

function refusal(step: Step, sent: FrameworkInfo): string | undefined {
  const id = sent.id?.value ?? "";
  if (sent.user === "root" && !step.state.config.rootSubmissions) {
    return "User 'root' is not allowed to run frameworks without --root_submissions set";
  }
  if (id !== "" && isCompleted(step, id)) return "Framework has been removed";
  const timeout = sent.failover_timeout ?? 0;
  return timeout < 0 || timeout > 2 ** 63 / 1e9
    ? `The framework failover_timeout (${timeout}) is invalid`
    : undefined;
}

function admit(step: Step, sent: FrameworkInfo): Framework {
  const given = sent.id?.value ?? "";
  const known = step.state.frameworks.get(given);
  if (known !== undefined) {
    known.info = { ...sent, id: { value: given } };
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
    suppressed: false,
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
  rescind(
    step,
    [...step.state.offers.values()].filter((offer) => offer.frameworkId === framework.id),
  );
}
