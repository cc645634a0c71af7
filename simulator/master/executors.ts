import type { HeldExecutor } from "../protocol";
import { readResource } from "../resources/message";
import { scalar, sum, type Resources } from "../resources/resources";
import type { ExecutorInfo, SchedulerCall, TaskInfo } from "../wire/messages";
import { taskKey, type Agent, type Framework, type Step } from "./model";

/** Least that the executor of a task group may ask for. Source: MIN_CPUS, MIN_MEM in src/master/constants.hpp. */
const MIN_CPUS = 0.01;
const MIN_MEM = 32;

/** Binds tasks to an executor as the agent holds it: it is noted with its first task. */
export function bind(
  framework: Framework,
  agent: Agent,
  tasks: readonly TaskInfo[],
  sent: ExecutorInfo,
): readonly TaskInfo[] {
  const key = taskKey(framework.id, sent.executor_id.value);
  const info = agent.executors.get(key)?.info ?? { ...sent, framework_id: { value: framework.id } };
  agent.executors.set(key, { frameworkId: framework.id, info, resources: resourcesOf(info) });
  return tasks.map((task) => ({ ...task, executor: info }));
}

/** What an executor takes besides its tasks: nothing where it runs on the agent already. */
export function newResources(framework: Framework, agent: Agent, sent: ExecutorInfo): Resources {
  return agent.executors.has(taskKey(framework.id, sent.executor_id.value)) ? [] : resourcesOf(sent);
}

/** Why Mesos would not start this executor. Source: executor::validate in src/master/validation.cpp. */
export function executorProblem(framework: Framework, agent: Agent, sent: ExecutorInfo): string | undefined {
  const id = sent.executor_id.value;
  if (!/^[^/\\\0]+$/.test(id) || id === "." || id === "..") return `ExecutorID '${id}' is invalid`;
  const isDefault = sent.type === "DEFAULT";
  if (isDefault && sent.command !== undefined) {
    return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor";
  }
  if (!isDefault && sent.command === undefined) {
    return "'ExecutorInfo.command' must be set for 'CUSTOM' executor";
  }
  const of = sent.framework_id?.value ?? framework.id;
  if (of !== framework.id) {
    return `ExecutorInfo has an invalid FrameworkID (Actual: ${of} vs Expected: ${framework.id})`;
  }
  const known = agent.executors.get(taskKey(framework.id, id));
  return known === undefined || isSame(known.info, { ...sent, framework_id: { value: framework.id } })
    ? undefined
    : `ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID '${id}'`;
}

/** What else is asked of the executor of a task group. Source: group::validate in src/master/validation.cpp. */
export function groupExecutorProblem(sent: ExecutorInfo): string | undefined {
  const id = sent.executor_id.value;
  const has = (name: string): number | undefined =>
    sent.resources.some((one) => one.name === name) ? scalar(resourcesOf(sent), name) : undefined;
  if ((has("cpus") ?? 0) < MIN_CPUS) {
    return `Executor '${id}' uses less CPUs (${has("cpus") ?? "None"}) than the minimum required (${MIN_CPUS})`;
  }
  if ((has("mem") ?? 0) < MIN_MEM) {
    const asked = has("mem");
    const mem = asked === undefined ? "None" : `${asked}MB`;
    return `Executor '${id}' uses less memory (${mem}) than the minimum required (${MIN_MEM}MB)`;
  }
  return has("disk") === undefined ? `Executor '${id}' uses no disk` : undefined;
}

/** An agent came back: what it still runs holds its resources, what it lost does not. */
export function adoptExecutors(step: Step, agent: Agent, held: readonly HeldExecutor[]): void {
  agent.executors.clear();
  for (const { frameworkId, executor } of held) {
    if (step.state.completed.some(({ id }) => id === frameworkId)) continue;
    const key = taskKey(frameworkId, executor.executor_id.value);
    agent.executors.set(key, { frameworkId, info: executor, resources: resourcesOf(executor) });
  }
}

/** The framework is gone, and its executors with it. */
export function dropExecutors(agent: Agent, frameworkId: string): void {
  for (const [key, executor] of agent.executors) {
    if (executor.frameworkId === frameworkId) agent.executors.delete(key);
  }
}

/** An executor ended: its framework hears of it, and its resources are free. */
export function executorExited(
  step: Step,
  agent: Agent,
  exit: { readonly frameworkId: string; readonly executorId: string; readonly status: number },
): void {
  const { frameworkId, executorId, status } = exit;
  step.log(`Executor '${executorId}' of framework ${frameworkId} on agent ${agent.id} exited with ${status}`);
  agent.executors.delete(taskKey(frameworkId, executorId));
  const framework = step.state.frameworks.get(frameworkId);
  if (framework === undefined) return;
  step.event(framework, {
    type: "FAILURE",
    failure: { agent_id: { value: agent.id }, executor_id: { value: executorId }, status },
  });
  step.allocateNow();
}

/** What an executor sends to its scheduler, as it is. */
export function fromExecutor(
  step: Step,
  sent: {
    readonly agentId: string;
    readonly frameworkId: string;
    readonly executorId: string;
    readonly data: string;
  },
): void {
  const framework = step.state.frameworks.get(sent.frameworkId);
  if (framework === undefined) return;
  const { agentId, executorId, data } = sent;
  step.event(framework, {
    type: "MESSAGE",
    message: { agent_id: { value: agentId }, executor_id: { value: executorId }, data },
  });
}

/** MESSAGE: to the executor as it is, where its agent is connected. */
export function toExecutor(
  step: Step,
  framework: Framework,
  call: NonNullable<SchedulerCall["message"]>,
): void {
  const agent = step.state.agents.get(call.agent_id.value);
  const [frameworkId, executorId] = [framework.id, call.executor_id.value];
  if (agent === undefined) step.log(`Cannot send a message to executor '${executorId}': unknown agent`);
  else step.tell(agent, { kind: "scheduler-message", frameworkId, executorId, data: call.data });
}

/** SHUTDOWN: the agent ends the executor with its tasks. */
export function shutDownExecutor(
  step: Step,
  framework: Framework,
  call: NonNullable<SchedulerCall["shutdown"]>,
): void {
  const agent = step.state.agents.get(call.agent_id.value);
  const [frameworkId, executorId] = [framework.id, call.executor_id.value];
  if (agent === undefined) step.log(`Cannot shut down executor '${executorId}': unknown agent`);
  else step.tell(agent, { kind: "shutdown-executor", frameworkId, executorId });
}

function resourcesOf(executor: ExecutorInfo): Resources {
  return sum([executor.resources.map(readResource)]);
}

function isSame(a: ExecutorInfo, b: ExecutorInfo): boolean {
  const sorted = (info: ExecutorInfo): string => JSON.stringify(Object.entries(info).sort());
  return sorted(a) === sorted(b);
}
