import { schedulerHas } from "../../mesos/scheduler-wire";
import type { JsonObject } from "../wire/json";
import { isTerminal, type SchedulerCall, type TaskState, type TaskStatus } from "../wire/messages";
import { countEnd } from "./counting";
import { hasCapability, taskKey, type Agent, type Framework, type Step, type Task } from "./model";

/** A status that the master itself speaks: it carries no uuid, so nobody acknowledges it. */
export interface MasterStatus {
  readonly taskId: string;
  readonly agentId?: string | undefined;
  readonly state: TaskState;
  readonly message: string;
  readonly reason: string;
  /** Of the task that it is about, where the master knows it. */
  readonly known?: Task | undefined;
  /** In ms since 1970. */
  readonly unreachableAt?: number | undefined;
}

/** An update that an agent forwards: noted, and passed on where the framework is subscribed. The agent retries the rest. */
export function forwardUpdate(
  step: Step,
  agent: Agent,
  frameworkId: string,
  status: TaskStatus,
  latest: TaskStatus,
): void {
  const taskId = status.task_id.value;
  step.log(
    `Status update ${status.state} for task ${taskId} of framework ${frameworkId} from agent ${agent.id}`,
  );
  const task = agent.tasks.get(taskKey(frameworkId, taskId));
  if (task !== undefined) {
    const wasTerminal = isTerminal(task.state);
    if (!task.statuses.some((known) => known.uuid === status.uuid)) task.statuses.push(status);
    task.forwarded = status;
    task.state = latest.state;
    if (!wasTerminal && isTerminal(latest.state)) {
      countEnd(step, frameworkId, latest);
      step.allocateNow();
    }
  }
  const framework = step.state.frameworks.get(frameworkId);
  if (framework !== undefined) sendStatus(step, framework, status);
}

/** ACKNOWLEDGE: told to the agent; after a terminal update the task is completed. */
export function acknowledge(
  step: Step,
  framework: Framework,
  call: NonNullable<SchedulerCall["acknowledge"]>,
): void {
  const agent = step.state.agents.get(call.agent_id.value);
  if (agent === undefined) {
    step.log(
      `Cannot acknowledge an update of task ${call.task_id.value}: agent ${call.agent_id.value} is not registered`,
    );
    return;
  }
  const task = agent.tasks.get(taskKey(framework.id, call.task_id.value));
  const last = task?.forwarded;
  if (task !== undefined && last?.uuid === call.uuid && isTerminal(last.state)) {
    moveToCompleted(step, task);
  }
  step.tell(agent, {
    kind: "acknowledge",
    frameworkId: framework.id,
    taskId: call.task_id.value,
    uuid: call.uuid,
  });
}

/** KILL: told to the agent, now or when it is back; an unknown task is answered as by RECONCILE. */
export function kill(step: Step, framework: Framework, call: NonNullable<SchedulerCall["kill"]>): void {
  const taskId = call.task_id.value;
  const task = framework.tasks.get(taskId);
  if (task === undefined) {
    reconcile(step, framework, { tasks: [call] });
    return;
  }
  const agent = step.state.agents.get(task.agentId);
  if (agent === undefined || (call.agent_id !== undefined && call.agent_id.value !== task.agentId)) return;
  agent.killed.add(taskKey(framework.id, taskId));
  const grace = call.kill_policy?.grace_period?.nanoseconds;
  step.tell(agent, {
    kind: "kill",
    frameworkId: framework.id,
    taskId,
    ...(grace === undefined ? {} : { graceMs: grace / 1e6 }),
  });
}

/** RECONCILE: the latest state of the named tasks, or of all. Source: Master::reconcile in src/master/master.cpp. */
export function reconcile(
  step: Step,
  framework: Framework,
  call: NonNullable<SchedulerCall["reconcile"]>,
): void {
  if (call.tasks.length === 0) {
    for (const task of framework.tasks.values()) sendLatest(step, framework, task);
    return;
  }
  for (const { task_id, agent_id } of call.tasks) {
    const task = framework.tasks.get(task_id.value);
    if (task !== undefined) sendLatest(step, framework, task);
    else reconcileUnknown(step, framework, task_id.value, agent_id?.value);
  }
}

/** Ends a task by the master's word: its resources are free, the framework's record of it is completed. */
export function finishTask(step: Step, task: Task, status: TaskStatus): void {
  if (!isTerminal(task.state)) countEnd(step, task.frameworkId, status);
  task.state = status.state;
  task.statuses.push(status);
  moveToCompleted(step, task);
}

/** Ends all tasks of an agent (of one framework) that is gone, and tells their frameworks. */
export function loseTasks(
  step: Step,
  agent: Agent,
  tasks: readonly Task[],
  why: Pick<MasterStatus, "message" | "reason"> & { readonly unreachable: boolean },
): void {
  const { tag } = step.state.config;
  for (const task of tasks) {
    const framework = step.state.frameworks.get(task.frameworkId);
    const aware = why.unreachable && framework !== undefined && hasCapability(framework, "PARTITION_AWARE");
    const status = masterStatus(step, {
      taskId: task.info.task_id.value,
      agentId: agent.id,
      state: aware ? "TASK_UNREACHABLE" : "TASK_LOST",
      message: why.message,
      reason: why.reason,
      unreachableAt: why.unreachable && schedulerHas("saysUnreachable", tag) ? step.now : undefined,
    });
    const ended = isTerminal(task.state);
    if (aware) {
      task.state = "TASK_UNREACHABLE";
      task.statuses.push(status);
      removeTask(step, task);
      framework.unreachableTasks.push(task);
    } else {
      finishTask(step, task, ended ? { ...status, state: task.state } : status);
    }
    if (framework !== undefined && !ended) sendStatus(step, framework, status);
  }
}

/** Sends a status that the master makes. */
export function sendMasterStatus(step: Step, framework: Framework, status: MasterStatus): void {
  const { state, taskId, message } = status;
  const made = masterStatus(step, status);
  countEnd(step, framework.id, made);
  step.log(`Sending status update ${state} for task ${taskId} of framework ${framework.id} '${message}'`);
  sendStatus(step, framework, made);
}

function sendStatus(step: Step, framework: Framework, status: TaskStatus): void {
  const source = status.source === "SOURCE_SLAVE" ? "SOURCE_AGENT" : status.source;
  step.event(framework, {
    type: "UPDATE",
    update: { status: { ...status, source } as unknown as JsonObject },
  });
}

function masterStatus(step: Step, status: MasterStatus): TaskStatus {
  const { taskId, agentId, state, message, reason, known, unreachableAt } = status;
  const last = known?.forwarded ?? known?.statuses.at(-1);
  return {
    task_id: { value: taskId },
    state,
    message,
    source: "SOURCE_MASTER",
    reason,
    ...(agentId === undefined ? {} : { agent_id: { value: agentId } }),
    ...(last?.executor_id === undefined ? {} : { executor_id: last.executor_id }),
    timestamp: step.now / 1000,
    ...(last?.healthy === undefined ? {} : { healthy: last.healthy }),
    ...(last?.check_status === undefined ? {} : { check_status: last.check_status }),
    ...(last?.container_status === undefined ? {} : { container_status: last.container_status }),
    ...(unreachableAt === undefined ? {} : { unreachable_time: { nanoseconds: unreachableAt * 1e6 } }),
  };
}

function sendLatest(step: Step, framework: Framework, task: Task): void {
  const status = masterStatus(step, {
    taskId: task.info.task_id.value,
    agentId: task.agentId,
    state: task.forwarded?.state ?? task.state,
    message: "Reconciliation: Latest task state",
    reason: "REASON_RECONCILIATION",
    known: task,
  });
  sendStatus(step, framework, status);
}

/** Tells a framework of a task that is on an agent again. Source: Master::__reregisterSlave in src/master/master.cpp. */
export function sendReturned(step: Step, task: Task, wasUnreachable: boolean): void {
  const framework = step.state.frameworks.get(task.frameworkId);
  if (framework === undefined || !schedulerHas("tellsReturnedTasks", step.state.config.tag)) return;
  const status = masterStatus(step, {
    taskId: task.info.task_id.value,
    agentId: task.agentId,
    state: task.state,
    message: wasUnreachable ? "Unreachable agent re-reregistered" : "Unknown agent reregistered",
    reason: "REASON_AGENT_REREGISTERED",
    known: task,
  });
  sendStatus(step, framework, status);
}

function reconcileUnknown(
  step: Step,
  framework: Framework,
  taskId: string,
  agentId: string | undefined,
): void {
  const { agents, recovered, unreachable } = step.state;
  const { tag } = step.state.config;
  const stillOut = agentId === undefined ? recovered.size > 0 : recovered.has(agentId);
  if (stillOut) return;
  const [state, message]: [TaskState, string] =
    agentId !== undefined && agents.has(agentId)
      ? [
          "TASK_GONE",
          `Reconciliation: Task is unknown to the ${schedulerHas("wordAgent", tag) ? "agent" : "slave"}`,
        ]
      : agentId !== undefined && unreachable.has(agentId) && schedulerHas("saysUnreachable", tag)
        ? ["TASK_UNREACHABLE", "Reconciliation: Task is unreachable"]
        : ["TASK_UNKNOWN", "Reconciliation: Task is unknown"];
  const aware = hasCapability(framework, "PARTITION_AWARE");
  sendStatus(
    step,
    framework,
    masterStatus(step, {
      taskId,
      agentId,
      state: aware ? state : "TASK_LOST",
      message,
      reason: "REASON_RECONCILIATION",
      unreachableAt: state === "TASK_UNREACHABLE" ? unreachable.get(agentId ?? "")?.at : undefined,
    }),
  );
}

function moveToCompleted(step: Step, task: Task): void {
  removeTask(step, task);
  const framework = step.state.frameworks.get(task.frameworkId);
  if (framework === undefined) return;
  framework.completedTasks.push(task);
  if (framework.completedTasks.length > step.state.config.maxCompletedTasks) framework.completedTasks.shift();
}

function removeTask(step: Step, task: Task): void {
  const key = taskKey(task.frameworkId, task.info.task_id.value);
  const agent = step.state.agents.get(task.agentId);
  agent?.tasks.delete(key);
  agent?.killed.delete(key);
  step.state.frameworks.get(task.frameworkId)?.tasks.delete(task.info.task_id.value);
}
