import { isHealthy, type Health, type Step } from "./model";
import { kill } from "./scaling";

/** What one look at a task found. */
export interface HealthEvent {
  readonly taskId: string;
  /** Of the app's health checks. */
  readonly index: number;
  readonly alive: boolean;
  readonly cause: string | undefined;
}

/** Takes a result in; a task that fails too often after its grace period is killed, and another one started. */
export function healthChecked(step: Step, { taskId, index, alive, cause }: HealthEvent): void {
  const task = step.state.tasks.get(taskId);
  const app = task === undefined ? undefined : step.state.apps.get(task.appId)?.definition;
  const check = app?.healthChecks[index];
  if (task === undefined || app === undefined || check === undefined || task.killAt !== undefined) return;
  const before = task.health[index];
  const wasHealthy = isHealthy(task, app);
  const inGrace =
    before?.firstSuccess === undefined &&
    step.now < (task.startedAt ?? task.stagedAt) + check.gracePeriodSeconds * 1000;
  const health: Health = alive
    ? {
        ...(before ?? unseen),
        alive: true,
        consecutiveFailures: 0,
        firstSuccess: before?.firstSuccess ?? step.now,
        lastSuccess: step.now,
      }
    : {
        ...(before ?? unseen),
        alive: false,
        consecutiveFailures: inGrace ? 0 : (before?.consecutiveFailures ?? 0) + 1,
        lastFailure: step.now,
        lastFailureCause: cause,
      };
  task.health[index] = health;
  const about = { appId: task.appId, taskId, version: task.version };
  if (isHealthy(task, app) !== wasHealthy) {
    step.publish("health_status_changed_event", { ...about, alive });
  }
  if (alive || inGrace) return;
  step.publish("failed_health_check_event", { ...about, healthCheck: { protocol: check.protocol } });
  if (check.maxConsecutiveFailures === 0 || health.consecutiveFailures < check.maxConsecutiveFailures) return;
  step.log(`Task ${taskId} failed ${health.consecutiveFailures} health checks in a row`);
  step.publish("unhealthy_task_kill_event", { ...about, reason: cause ?? "", host: task.host });
  kill(step, task);
}

const unseen: Health = {
  alive: false,
  consecutiveFailures: 0,
  firstSuccess: undefined,
  lastSuccess: undefined,
  lastFailure: undefined,
  lastFailureCause: undefined,
};
