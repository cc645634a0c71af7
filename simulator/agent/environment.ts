import { atLeast } from "../../mesos/versions";
import type { Run } from "./model";

type Variables = Readonly<Record<string, string | undefined>>;

/** PATH of executors where the agent passes none on. Source: src/slave/containerizer/containerizer.cpp. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a task's environment is made of. */
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
}

/** Environment of a command task. The task's own variables win. */
export function taskEnvironment(run: Run, around: TaskSurroundings): Record<string, string> {
  const { agentEnv, agentId, sandbox, ip, port } = around;
  const inherits = !atLeast(around.tag, "1.0.0-rc1");
  const own = Object.fromEntries(
    (run.task.command?.environment?.variables ?? []).map(({ name, value }) => [name, value ?? ""]),
  );
  const merged: Variables = {
    PATH: DEFAULT_PATH,
    ...(inherits ? agentEnv : {}),
    ...around.executorVariables,
    LIBPROCESS_PORT: "0",
    LIBPROCESS_IP: agentEnv.LIBPROCESS_IP,
    MESOS_FRAMEWORK_ID: run.frameworkId,
    MESOS_EXECUTOR_ID: run.task.task_id.value,
    MESOS_TASK_ID: run.task.task_id.value,
    MESOS_CONTAINER_ID: run.containerId,
    MESOS_SLAVE_ID: agentId,
    MESOS_AGENT_ID: agentId,
    MESOS_SLAVE_PID: `slave(1)@${ip}:${port}`,
    MESOS_AGENT_ENDPOINT: `${ip}:${port}`,
    MESOS_DIRECTORY: sandbox,
    MESOS_SANDBOX: sandbox,
    MESOS_CHECKPOINT: run.framework.checkpoint === true ? "1" : "0",
    ...own,
  };
  // The container's own settings, not the user's: a real agent has none of them.
  const hidden = new Set(["SIMULATED_MESOS", "SIMULATED_FAULT"]);
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) =>
      value === undefined || hidden.has(name) ? [] : [[name, value]],
    ),
  );
}
