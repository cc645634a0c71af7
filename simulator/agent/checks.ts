import { checksByNetwork, hasChecks } from "../../mesos/wire";
import { checkType, isTerminal, type CheckStatus } from "../wire/messages";
import type { AgentStep, CheckProgress, CheckResult, Run } from "./model";
import { kill } from "./processes";
import { report } from "./updates";

/** Seconds where a check does not say. Source: HealthCheck, CheckInfo in include/mesos/v1/mesos.proto. */
const DEFAULTS = { delay: 15, interval: 10, timeout: 20, grace: 10, failures: 3 } as const;

/** Which of a task's two checks. */
export type Which = "health" | "check";

/** Milliseconds after which a check that says nothing has failed. */
export function checkTimeoutMs(run: Run, which: Which): number {
  return seconds(infoOf(run, which)?.timeout_seconds, DEFAULTS.timeout);
}

/** A task runs: its checks begin after their delay. */
export function startChecks(step: AgentStep, run: Run): void {
  const { tag } = step.state.config;
  const { health_check: health, check } = run.task;
  const begin = (delay: number | undefined): CheckProgress => ({
    startedAt: step.now,
    nextAt: step.now + seconds(delay, DEFAULTS.delay),
    failures: 0,
    fresh: true,
  });
  if (health !== undefined && (checkType(health) === "COMMAND" || checksByNetwork(tag))) {
    run.health = begin(health.delay_seconds);
  }
  if (check !== undefined && hasChecks(tag)) run.check = begin(check.delay_seconds);
}

/** Does the checks that are due. */
export function doChecks(step: AgentStep): void {
  for (const run of step.state.runs.values()) {
    for (const which of ["health", "check"] as const) {
      const progress = run[which];
      if (progress?.nextAt === undefined || progress.nextAt > step.now) continue;
      progress.nextAt = undefined;
      step.effects.push({ kind: "check", run, which });
    }
  }
}

/** A check came to a result: told to the framework where it is news, and the next one is due after the interval. */
export function checked(step: AgentStep, run: Run, which: Which, result: CheckResult): void {
  const progress = run[which];
  if (progress === undefined || isTerminal(run.state)) return;
  progress.nextAt = step.now + seconds(infoOf(run, which)?.interval_seconds, DEFAULTS.interval);
  if (which === "health") healthChecked(step, run, progress, passed(result));
  else if (!("failure" in result)) generalChecked(step, run, progress, result);
}

/** Source: src/checks/health_checker.cpp. */
function healthChecked(step: AgentStep, run: Run, progress: CheckProgress, healthy: boolean): void {
  const reason = "REASON_TASK_HEALTH_CHECK_STATUS_UPDATED";
  if (healthy) {
    const news = progress.fresh || progress.failures > 0;
    progress.fresh = false;
    progress.failures = 0;
    if (news) report(step, run, run.state, { healthy, reason });
    return;
  }
  const { grace_period_seconds: grace, consecutive_failures: allowed } = run.task.health_check ?? {};
  if (progress.fresh && step.now - progress.startedAt <= seconds(grace, DEFAULTS.grace)) return;
  progress.fresh = false;
  progress.failures += 1;
  report(step, run, run.state, { healthy, reason });
  if (progress.failures < (allowed ?? DEFAULTS.failures)) return;
  run.unhealthy = true;
  kill(step, run, undefined);
}

/** Source: src/checks/checker.cpp. */
function generalChecked(step: AgentStep, run: Run, progress: CheckProgress, result: CheckStatus): void {
  const last = run.statuses.at(-1)?.check_status;
  if (!progress.fresh && JSON.stringify(last) === JSON.stringify(result)) return;
  progress.fresh = false;
  report(step, run, run.state, { check_status: result, reason: "REASON_TASK_CHECK_STATUS_UPDATED" });
}

function passed(result: CheckResult): boolean {
  if ("failure" in result) return false;
  if (result.type === "COMMAND") return result.command?.exit_code === 0;
  const status = result.http?.status_code ?? 0;
  return result.type === "TCP" ? result.tcp?.succeeded === true : status >= 200 && status < 400;
}

function infoOf(
  { task }: Run,
  which: Which,
): { timeout_seconds?: number; interval_seconds?: number } | undefined {
  return which === "health" ? task.health_check : task.check;
}

function seconds(given: number | undefined, otherwise: number): number {
  return (given ?? otherwise) * 1000;
}
