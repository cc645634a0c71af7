import { launchesGroups, saysTotalResources } from "../../mesos/wire";
import { printResources, readResource } from "../resources/message";
import { add, contains, subtract, sum, type Resources } from "../resources/resources";
import type { Operation, SchedulerCall, TaskInfo } from "../wire/messages";
import { bind, executorProblem, groupExecutorProblem, newResources } from "./executors";
import { refuse } from "./offers";
import { applyOperation } from "./operations";
import { dropOperation, feedbackError, finishOperation } from "./operation-status";
import { sendMasterStatus } from "./tasks";
import { hasCapability, taskKey, type Agent, type Framework, type Offer, type Step } from "./model";

/**
 * ACCEPT: the offers are used up whatever happens. Tasks that fit go to the agent, others end in TASK_ERROR; launched on
 * offers that are no longer there they end in TASK_LOST (TASK_DROPPED for partition-aware frameworks).
 */
export function accept(step: Step, framework: Framework, call: NonNullable<SchedulerCall["accept"]>): void {
  const { state } = step;
  const ids = call.offer_ids.map(({ value }) => value).join(", ");
  step.log(`Processing ACCEPT call for offers: [ ${ids} ] for framework ${framework.id}`);
  const offers = call.offer_ids.map(({ value }) => ({ id: value, offer: state.offers.get(value) }));
  const error = offerError(framework, offers);
  for (const { offer } of offers) if (offer?.frameworkId === framework.id) state.offers.delete(offer.id);
  const tasks = call.operations.flatMap(tasksOf);
  if (error !== undefined) {
    dropTasks(step, framework, tasks, `Task launched with invalid offers: ${error}`, "REASON_INVALID_OFFERS");
    step.allocateNow();
    return;
  }
  const accepted = offers.flatMap(({ offer }) => (offer === undefined ? [] : [offer]));
  const agent = state.agents.get(accepted[0]?.agentId ?? "");
  if (agent?.connected !== true) {
    const gone = agent === undefined;
    const reason = gone ? "REASON_AGENT_REMOVED" : "REASON_AGENT_DISCONNECTED";
    dropTasks(step, framework, tasks, gone ? "Agent removed" : "Agent disconnected", reason);
    return;
  }
  const [first] = accepted;
  let left: Resources = sum(accepted.map((offer) => offer.resources));
  for (const operation of call.operations) {
    if (operation.id !== undefined && tasksOf(operation).length > 0) {
      refuseId(step, framework, operation);
    } else if (operation.type === "LAUNCH_GROUP" && operation.launch_group !== undefined) {
      left = subtract(left, launchGroup(step, framework, agent, operation.launch_group, left));
    } else if (operation.type === "LAUNCH") {
      for (const task of tasksOf(operation)) {
        left = subtract(left, launch(step, framework, agent, task, left));
      }
    } else if (first !== undefined) {
      left = operate(step, framework, agent, operation, left, first);
    }
  }
  if (first !== undefined) refuse(step, framework, first, left, call.filters?.refuse_seconds);
}

/** Carries out an operation that is no launch; answers what is left of the offers. */
function operate(
  step: Step,
  framework: Framework,
  agent: Agent,
  operation: Operation,
  offered: Resources,
  offer: Offer,
): Resources {
  const error = feedbackError(step, agent, operation);
  const result =
    error === undefined ? applyOperation(step, framework, agent, operation, offered, offer) : { error };
  if ("error" in result) {
    dropOperation(step, framework, operation, result.error);
    return offered;
  }
  finishOperation(step, framework, agent, operation);
  return result;
}

function refuseId(step: Step, framework: Framework, operation: Operation): void {
  const type = operation.type ?? "";
  const reason = type === "LAUNCH" ? "REASON_TASK_INVALID" : "REASON_TASK_GROUP_INVALID";
  const message = `The \`id\` field cannot be set on ${type} operations`;
  for (const { task_id, agent_id } of tasksOf(operation)) {
    const status = { taskId: task_id.value, agentId: agent_id.value, state: "TASK_ERROR", message } as const;
    sendMasterStatus(step, framework, { ...status, reason });
  }
}

/** Tasks that an operation launches, alone or as a group. */
function tasksOf(operation: Operation): readonly TaskInfo[] {
  if (operation.type === "LAUNCH") return operation.launch?.task_infos ?? [];
  return operation.type === "LAUNCH_GROUP" ? (operation.launch_group?.task_group.tasks ?? []) : [];
}

/** Starts one task within `offered`; answers what it takes, nothing where it is refused. */
function launch(
  step: Step,
  framework: Framework,
  agent: Agent,
  sent: TaskInfo,
  offered: Resources,
): Resources {
  const taskId = sent.task_id.value;
  const problem = taskError(step, framework, agent, sent, offered);
  if (typeof problem === "string") {
    const status = { taskId, agentId: sent.agent_id.value, state: "TASK_ERROR", message: problem } as const;
    sendMasterStatus(step, framework, { ...status, reason: "REASON_TASK_INVALID" });
    return [];
  }
  const { executor } = sent;
  for (const task of executor === undefined ? [sent] : bind(framework, agent, [sent], executor)) {
    place(step, framework, agent, task);
    step.tell(agent, { kind: "run", framework: framework.info, task });
  }
  return problem;
}

/** Starts all tasks of a group under one executor, or none of them. Source: Master::_accept in src/master/master.cpp. */
function launchGroup(
  step: Step,
  framework: Framework,
  agent: Agent,
  group: NonNullable<Operation["launch_group"]>,
  offered: Resources,
): Resources {
  const problem = groupError(step, framework, agent, group, offered);
  const { tasks } = group.task_group;
  if (typeof problem === "string") {
    for (const { task_id, agent_id } of tasks) {
      const status = { taskId: task_id.value, agentId: agent_id.value, state: "TASK_ERROR" } as const;
      sendMasterStatus(step, framework, { ...status, message: problem, reason: "REASON_TASK_GROUP_INVALID" });
    }
    return [];
  }
  const bound = bind(framework, agent, tasks, group.executor);
  for (const task of bound) place(step, framework, agent, task);
  step.tell(agent, { kind: "run-group", framework: framework.info, tasks: bound });
  return problem;
}

/** Notes a task that is on its way to its agent. */
function place(step: Step, framework: Framework, agent: Agent, info: TaskInfo): void {
  const taskId = info.task_id.value;
  const task = {
    info,
    frameworkId: framework.id,
    agentId: agent.id,
    resources: add(info.resources.map(readResource), []),
    state: "TASK_STAGING" as const,
    statuses: [],
  };
  framework.tasks.set(taskId, task);
  agent.tasks.set(taskKey(framework.id, taskId), task);
  step.log(`Launching task ${taskId} of framework ${framework.id} on agent ${agent.id}`);
}

/** The task's resources, or why Mesos would not launch it. Source: task::validate in src/master/validation.cpp. */
function taskError(
  step: Step,
  framework: Framework,
  agent: Agent,
  task: TaskInfo,
  offered: Resources,
): Resources | string {
  const problem = taskProblem(framework, agent, task);
  if (problem !== undefined) return problem;
  if ((task.command === undefined) === (task.executor === undefined)) {
    return "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present";
  }
  if (task.executor !== undefined) {
    const why = executorProblem(framework, agent, task.executor);
    if (why !== undefined) return why;
  }
  if (task.resources.length === 0) return "Task uses no resources";
  try {
    const extra = task.executor === undefined ? [] : newResources(framework, agent, task.executor);
    const wanted = add(task.resources.map(readResource), extra);
    if (contains(offered, wanted)) return wanted;
    const [total, available] = [printResources(wanted), printResources(offered)];
    return saysTotalResources(step.state.config.tag)
      ? `Total resources ${total} required by task and its executor is more than available ${available}`
      : `Task uses more resources ${total} than available ${available}`;
  } catch (error) {
    return `Task uses invalid resources: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What a group takes, or why Mesos would not launch it. Source: group::validate in src/master/validation.cpp. */
function groupError(
  step: Step,
  framework: Framework,
  agent: Agent,
  { executor, task_group: { tasks } }: NonNullable<Operation["launch_group"]>,
  offered: Resources,
): Resources | string {
  if (!launchesGroups(step.state.config.tag)) return "Task groups are not supported";
  for (const task of tasks) {
    const invalid = taskProblem(framework, agent, task);
    if (invalid !== undefined) return `Task '${task.task_id.value}' is invalid: ${invalid}`;
    if (task.container?.type === "DOCKER") {
      return `Task '${task.task_id.value}' is invalid: Docker ContainerInfo is not supported on the task`;
    }
  }
  if (executor.type === undefined) return "'ExecutorInfo.type' must be set";
  const why = executorProblem(framework, agent, executor) ?? groupExecutorProblem(executor);
  if (why !== undefined) return why;
  try {
    const own = tasks.map(({ resources }) => resources.map(readResource));
    const wanted = sum([...own, newResources(framework, agent, executor)]);
    if (contains(offered, wanted)) return wanted;
    return (
      `Total resources ${printResources(wanted)} required by task group and its executor are more than ` +
      `available ${printResources(offered)}`
    );
  } catch (error) {
    return `Executor uses invalid resources: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What is wrong with a task by itself. */
function taskProblem(framework: Framework, agent: Agent, task: TaskInfo): string | undefined {
  const id = task.task_id.value;
  if (!/^[^/\\\0]+$/.test(id) || id === "." || id === "..")
    return `TaskID '${id}' contains invalid characters`;
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`;
  if (task.agent_id.value !== agent.id) {
    return `Task uses invalid agent ${task.agent_id.value} while agent ${agent.id} is expected`;
  }
  return undefined;
}

function dropTasks(
  step: Step,
  framework: Framework,
  tasks: readonly TaskInfo[],
  message: string,
  reason: string,
): void {
  const state = hasCapability(framework, "PARTITION_AWARE") ? "TASK_DROPPED" : "TASK_LOST";
  for (const task of tasks) {
    const status = {
      taskId: task.task_id.value,
      agentId: task.agent_id.value,
      state,
      message,
      reason,
    } as const;
    sendMasterStatus(step, framework, status);
  }
}

/** Why these offers cannot be used together. Source: offer::validate in src/master/validation.cpp. */
function offerError(
  framework: Framework,
  offers: readonly { readonly id: string; readonly offer: Offer | undefined }[],
): string | undefined {
  const first = offers[0]?.offer;
  if (offers.length === 0) return "No offers specified";
  for (const [i, { id, offer }] of offers.entries()) {
    if (offers.findIndex((other) => other.id === id) !== i) return `Duplicate offer ${id} in offer list`;
    if (offer === undefined) return `Offer ${id} is no longer valid`;
    if (offer.frameworkId !== framework.id) {
      return `Offer ${id} has invalid framework ${offer.frameworkId} while framework ${framework.id} is expected`;
    }
    if (first !== undefined && offer.role !== first.role) {
      return (
        `Aggregated offers must be allocated to the same role. Offer ${id} uses role '${offer.role} but ` +
        `another is using role '${first.role}`
      );
    }
    if (first !== undefined && offer.agentId !== first.agentId) {
      return (
        `Aggregated offers must belong to one single agent. Offer ${id} uses agent ${offer.agentId} ` +
        `and agent ${first.agentId}`
      );
    }
  }
  return undefined;
}
