import { atLeast } from "../../mesos/versions";
import type { CommandInfo } from "../wire/messages";
import { isCheckpointed, type Executor, type Run } from "./model";

type Variables = Readonly<Record<string, string | undefined>>;

/** PATH of executors where the agent passes none on. Source: src/slave/containerizer/containerizer.cpp. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What the environment of tasks and executors is made of. */
export interface TaskSurroundings {
  readonly tag: string;
  readonly agentId: string;
  readonly ip: string;
  readonly port: number;
  readonly sandbox: string;
  /** The agent's own: tasks inherit all of it before 1.0, and only `LIBPROCESS_IP` after. */
  readonly agentEnv: Variables;
  /** `--executor_environment_variables`, parsed. */
  readonly executorVariables: Variables;
  /** As the flags have them: `--executor_shutdown_grace_period`, `--recovery_timeout`, `--executor_reregistration_timeout`. */
  readonly shutdownGrace: string;
  readonly recoveryTimeout: string;
  readonly reregistrationTimeout: string;
}

/** Environment of a task of the agent's own executors. The task's own variables win. */
export function taskEnvironment(run: Run, around: TaskSurroundings): Record<string, string> {
  const ids = { MESOS_TASK_ID: run.task.task_id.value, MESOS_CONTAINER_ID: run.containerId };
  return environment(run.executor, around, { ...ids, ...own(run.task.command) });
}

/** Environment of a custom executor. Its command's own variables win. */
export function executorEnvironment(executor: Executor, around: TaskSurroundings): Record<string, string> {
  return environment(executor, around, own(executor.info.command));
}

/** Source: executorEnvironment in src/slave/slave.cpp. */
function environment(executor: Executor, around: TaskSurroundings, more: Variables): Record<string, string> {
  const { agentEnv, agentId, sandbox, ip, port } = around;
  const grace = executor.info.shutdown_grace_period?.nanoseconds;
  const merged: Variables = {
    PATH: DEFAULT_PATH,
    ...(atLeast(around.tag, "1.0.0-rc1") ? {} : agentEnv),
    ...around.executorVariables,
    LIBPROCESS_PORT: "0",
    LIBPROCESS_IP: agentEnv.LIBPROCESS_IP,
    MESOS_FRAMEWORK_ID: executor.frameworkId,
    MESOS_EXECUTOR_ID: executor.id,
    MESOS_SLAVE_ID: agentId,
    MESOS_AGENT_ID: agentId,
    MESOS_SLAVE_PID: `slave(1)@${ip}:${port}`,
    MESOS_AGENT_ENDPOINT: `${ip}:${port}`,
    MESOS_DIRECTORY: sandbox,
    MESOS_SANDBOX: sandbox,
    MESOS_CHECKPOINT: isCheckpointed(executor) ? "1" : "0",
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: grace === undefined ? around.shutdownGrace : `${grace / 1e9}secs`,
    ...(isCheckpointed(executor)
      ? {
          MESOS_RECOVERY_TIMEOUT: around.recoveryTimeout,
          MESOS_SUBSCRIPTION_BACKOFF_MAX: around.reregistrationTimeout,
        }
      : {}),
    ...more,
  };
  // The container's own settings, not the user's: a real agent has none of them.
  const hidden = new Set(["SIMULATED_MESOS", "SIMULATED_FAULT"]);
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) =>
      value === undefined || hidden.has(name) ? [] : [[name, value]],
    ),
  );
}

function own(command: CommandInfo | undefined): Variables {
  return Object.fromEntries(
    (command?.environment?.variables ?? []).map(({ name, value }) => [name, value ?? ""]),
  );
}
