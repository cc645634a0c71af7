import { isObject } from "../wire/json";
import type { ExecutorInfo, FrameworkInfo, TaskInfo } from "../wire/messages";
import { executorKey, runKey, type AgentStep, type Executor, type Run } from "./model";
import { report, retire } from "./updates";

/** A task, or the tasks of a group: under the executor they name, which is started where it does not run yet. */
export function launch(step: AgentStep, framework: FrameworkInfo, tasks: readonly TaskInfo[]): void {
  const { state } = step;
  const [first] = tasks;
  if (first === undefined) return;
  const frameworkId = framework.id?.value ?? "";
  state.frameworks.set(frameworkId, framework);
  const key = executorKey(frameworkId, (first.executor?.executor_id ?? first.task_id).value);
  const known = state.executors.get(key);
  const executor = known ?? newExecutor(step, framework, first);
  state.executors.set(key, executor);
  const group = tasks.map(({ task_id }) => runKey(frameworkId, task_id.value));
  const runs = tasks.map((task) => addRun(step, executor, task, group));
  step.change(executor);
  const why = state.config.failLaunches
    ? "SIMULATED_FAULT=task-launch is set"
    : runs.map(({ task }) => unsupported(frameworkId, task, state.config.runsDocker)).find(Boolean);
  if (why !== undefined) failExecutor(step, executor, why, runs);
  else if (executor.state === "TERMINATING" || executor.state === "TERMINATED")
    dropRuns(step, executor, runs);
  else if (executor.kind !== "custom") for (const run of runs) step.effects.push({ kind: "launch", run });
  else if (executor.state === "RUNNING") sendTasks(step, executor, group);
  else {
    executor.queued = [...executor.queued, group];
    if (known === undefined) step.effects.push({ kind: "launch-executor", executor });
  }
}

/** Sends a custom executor tasks that it does not know yet. */
export function sendTasks(step: AgentStep, executor: Executor, keys: readonly string[]): void {
  const tasks = keys.flatMap((key) => executor.tasks.get(key) ?? []).map(({ task }) => task);
  const [first] = tasks;
  if (first === undefined) return;
  if (keys.length === 1) step.tell(executor, { type: "LAUNCH", launch: { task: first } });
  else step.tell(executor, { type: "LAUNCH_GROUP", launch_group: { task_group: { tasks } } });
}

/** An executor, or a task that is an executor of its own, could not be started. */
export function failExecutor(
  step: AgentStep,
  executor: Executor,
  why: string,
  runs: readonly Run[] = [...executor.tasks.values()],
): void {
  for (const run of runs) {
    report(step, run, "TASK_FAILED", {
      message: `Failed to launch container: ${why}`,
      reason: "REASON_CONTAINER_LAUNCH_FAILED",
      source: "SOURCE_SLAVE",
    });
  }
  retire(step, executor, -1);
}

function dropRuns(step: AgentStep, executor: Executor, runs: readonly Run[]): void {
  const aware = executor.framework.capabilities.some(({ type }) => type === "PARTITION_AWARE");
  for (const run of runs) {
    report(step, run, aware ? "TASK_DROPPED" : "TASK_LOST", {
      message: `Executor ${executor.state.toLowerCase()}`,
      reason: "REASON_EXECUTOR_TERMINATED",
      source: "SOURCE_SLAVE",
    });
  }
}

function newExecutor(step: AgentStep, framework: FrameworkInfo, task: TaskInfo): Executor {
  const { config } = step.state;
  const frameworkId = framework.id?.value ?? "";
  const info = task.executor ?? commandExecutor(framework, task);
  const kind = task.executor === undefined ? "command" : info.type === "DEFAULT" ? "default" : "custom";
  const id = info.executor_id.value;
  return {
    key: executorKey(frameworkId, id),
    kind,
    id,
    frameworkId,
    framework,
    info,
    containerId: step.chance.uuid(),
    state: kind === "custom" ? "REGISTERING" : "RUNNING",
    ...(kind === "custom" ? { registerBy: step.now + config.executorRegistrationMs } : {}),
    queued: [],
    tasks: new Map(),
  };
}

/** The executor that Mesos makes for a task with a command. Source: Slave::getExecutorInfo in src/slave/slave.cpp. */
function commandExecutor(framework: FrameworkInfo, task: TaskInfo): ExecutorInfo {
  const id = task.task_id.value;
  const { value, shell = true, arguments: words = [] } = task.command ?? {};
  const said = shell ? value : value === undefined ? undefined : [value, ...words].join(", ");
  const short = said !== undefined && said.length > 15 ? `${said.slice(0, 12)}...` : said;
  const command = shell
    ? short === undefined
      ? "NO COMMAND"
      : `sh -c '${short}'`
    : short === undefined
      ? "NO EXECUTABLE"
      : `[${short}]`;
  return {
    executor_id: { value: id },
    ...(framework.id === undefined ? {} : { framework_id: framework.id }),
    name: `Command Executor (Task: ${id}) (Command: ${command})`,
    source: id,
    resources: [],
    ...(task.container === undefined ? {} : { container: task.container }),
    ...(task.labels === undefined ? {} : { labels: task.labels }),
    ...(task.discovery === undefined ? {} : { discovery: task.discovery }),
  };
}

function addRun(step: AgentStep, executor: Executor, task: TaskInfo, group: readonly string[]): Run {
  const { framework, frameworkId } = executor;
  const run: Run = {
    key: runKey(frameworkId, task.task_id.value),
    framework,
    frameworkId,
    executor,
    task,
    containerId: executor.kind === "default" ? step.chance.uuid() : executor.containerId,
    startedAt: step.now,
    group,
    state: "TASK_STAGING",
    statuses: [],
    pending: [],
    retryAt: undefined,
    retryMs: 0,
  };
  step.state.runs.set(run.key, run);
  executor.tasks.set(run.key, run);
  step.log(`Launching task ${task.task_id.value} of framework ${frameworkId}`);
  return run;
}

/** Why this agent cannot run a task: it starts processes and calls the docker client. */
function unsupported(frameworkId: string, task: TaskInfo, runsDocker: boolean): string | undefined {
  const none =
    "None of the enabled containerizers could create a container for the provided TaskInfo/ExecutorInfo message";
  if (/[/\0]|^\.{0,2}$/.test(frameworkId)) return `'${frameworkId}' is no name of a directory`;
  const container = task.container ?? task.executor?.container;
  if (container === undefined) return undefined;
  const { mesos, type } = container;
  if (type === "DOCKER" && runsDocker && task.executor === undefined) return undefined;
  const hasImage = isObject(mesos) && mesos.image !== undefined;
  if (type === "MESOS" && !hasImage) return undefined;
  const what = hasImage ? "images" : `containers of type ${JSON.stringify(type)}`;
  return `${none}: the simulator runs plain commands, no ${what}`;
}
