import { isHealthy, tasksOf, type App, type MarathonState, type Step, type Task } from "./model";

/**
 * What every app still lacks or has too much of: kills go out at once, launches wait for offers. Tasks of an old
 * definition are replaced within the app's upgradeStrategy.
 */
export function scale(step: Step): void {
  const { state } = step;
  const orphans = [...state.tasks.values()].filter((task) => !state.apps.has(task.appId));
  for (const task of orphans) kill(step, task);
  for (const [id, app] of state.apps) {
    for (const task of surplus(app, tasksOf(state, id))) kill(step, task);
  }
  retryKills(step);
  const wanting = [...state.apps].some(([id, app]) => missing(app, tasksOf(state, id)) > 0);
  if (wanting) revive(step);
}

/** How many tasks of the newest definition are to be started now. */
export function missing(app: App, tasks: readonly Task[]): number {
  const { definition } = app;
  const { instances } = definition;
  const current = tasks.filter((task) => isCurrent(task, app) && task.killAt === undefined);
  const wanted = instances - current.length;
  if (wanted <= 0) return 0;
  const old = tasks.filter((task) => !isCurrent(task, app));
  if (old.length === 0) return wanted;
  // Without room above, one more than now is taken where nothing may be given up: else nothing would ever move.
  const capacity = Math.floor(instances * (1 + definition.maximumOverCapacity));
  const room =
    capacity === instances && minimumHealthy(app) === instances ? instances + 1 : Math.max(capacity, 1);
  return Math.max(0, Math.min(wanted, room - tasks.length));
}

/** When an app may launch again, and when kills are sent again. */
export function nextScaling(state: MarathonState): (number | undefined)[] {
  const delays = [...state.apps.values()].map(({ delay }) => delay?.until);
  const revive =
    state.declined &&
    state.registered &&
    [...state.apps].some(([id, app]) => missing(app, tasksOf(state, id)) > 0)
      ? state.revivedAt + state.config.minReviveMs
      : undefined;
  return [...delays, ...[...state.tasks.values()].map(({ killAt }) => killAt), revive];
}

/** Has a task killed; the kill is sent again until the task is at its end. */
export function kill(step: Step, task: Task): void {
  if (task.killAt !== undefined) return;
  step.log(`Killing task ${task.id}`);
  sendKill(step, task);
}

function retryKills(step: Step): void {
  for (const task of step.state.tasks.values()) {
    if (task.killAt !== undefined && task.killAt <= step.now) sendKill(step, task);
  }
}

function sendKill(step: Step, task: Task): void {
  task.killAt = step.now + step.state.config.killRetryMs;
  const grace = step.state.apps.get(task.appId)?.definition.killGraceSeconds;
  step.call({
    type: "KILL",
    kill: {
      task_id: { value: task.id },
      agent_id: { value: task.agentId },
      ...(grace === undefined ? {} : { kill_policy: { grace_period: { nanoseconds: grace * 1e9 } } }),
    },
  });
}

function surplus(app: App, tasks: readonly Task[]): Task[] {
  const { definition } = app;
  const alive = tasks.filter((task) => task.killAt === undefined);
  const old = alive.filter((task) => !isCurrent(task, app));
  const current = alive.filter((task) => isCurrent(task, app));
  const many = current.length - definition.instances;
  // What is not up yet goes first, then the youngest, or the oldest where the app says so.
  const order = [...current].sort(
    (a, b) =>
      Number(a.state === "TASK_RUNNING") - Number(b.state === "TASK_RUNNING") ||
      (definition.oldestFirst ? a.stagedAt - b.stagedAt : b.stagedAt - a.stagedAt),
  );
  const above = many > 0 ? order.slice(0, many) : [];
  const sick = old.filter((task) => !isHealthy(task, definition));
  const well = old.filter((task) => isHealthy(task, definition));
  const healthy = well.length + current.filter((task) => isHealthy(task, definition)).length;
  const spare = Math.max(0, healthy - minimumHealthy(app));
  return [...above, ...sick, ...well.slice(0, spare)];
}

function minimumHealthy({ definition }: App): number {
  return Math.ceil(definition.instances * definition.minimumHealthCapacity);
}

function isCurrent(task: Task, { definition }: App): boolean {
  return task.configVersion === definition.configVersion;
}

/** Offers that were declined for long come back at once; not more often than the flag says. */
function revive(step: Step): void {
  const { state } = step;
  if (!state.declined || !state.registered || step.now < state.revivedAt + state.config.minReviveMs) return;
  state.declined = false;
  state.revivedAt = step.now;
  step.call({ type: "REVIVE" });
}
