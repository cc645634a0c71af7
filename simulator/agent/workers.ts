import { mkdirSync } from "node:fs";
import type { Flags } from "../flags/flags";
import type { CommandInfo } from "../wire/messages";
import { commandWords } from "./command";
import { DockerRunner } from "./docker-runner";
import { executorEnvironment, taskEnvironment, type TaskSurroundings } from "./environment";
import { ExecutorStore } from "./executor-store";
import { fetchUris } from "./fetcher";
import { isCheckpointed, type AgentState, type Executor, type Run } from "./model";
import { ProcessRunner, type RunnerEvents } from "./runner";
import { linkVolumes, makeSandbox, makeTaskSandbox, sandboxPath, taskSandboxPath } from "./sandbox";

type Env = Readonly<Record<string, string | undefined>>;

/** Starts, stops and finds again the processes of tasks and executors. */
export class Workers {
  readonly store: ExecutorStore;
  private readonly processes: ProcessRunner;
  readonly containers: DockerRunner;

  constructor(
    private readonly tag: string,
    private readonly flags: Flags,
    private readonly env: Env,
    private readonly workDir: string,
    private readonly events: RunnerEvents,
  ) {
    this.store = new ExecutorStore(workDir);
    this.processes = new ProcessRunner(events);
    this.containers = new DockerRunner(
      {
        client: flags.text("docker") ?? "docker",
        socket: flags.text("docker_socket"),
        tag,
        env: defined(env),
      },
      events,
    );
  }

  /** Starts a task of the agent's own executors. */
  launch(state: AgentState, run: Run): void {
    const sandbox = taskSandboxPath(this.workDir, state.agentId ?? "", run);
    const { executor } = run;
    void this.prepare(run.key, executor, run.task.command, sandbox, () => {
      const executorSandbox = sandboxPath(this.workDir, state.agentId ?? "", executor);
      makeSandbox(executorSandbox);
      if (executor.kind === "default") makeTaskSandbox(sandbox, executorSandbox, run.task.task_id.value);
      linkVolumes(this.workDir, sandbox, run.task);
    }).then((ready) => {
      if (!ready) return;
      const start = {
        folder: this.store.taskFolder(state.agentId ?? "", run),
        recoveryMs: this.recoveryMs(executor),
        sandbox,
        env: this.taskEnv(state, run),
      };
      if (isDocker(run)) this.containers.launch(run, start);
      else this.start(run.key, run.task.command, start);
    });
  }

  /** Starts a custom executor. */
  launchExecutor(state: AgentState, executor: Executor): void {
    const agentId = state.agentId ?? "";
    const sandbox = sandboxPath(this.workDir, agentId, executor);
    const { command } = executor.info;
    void this.prepare(executor.key, executor, command, sandbox, () => makeSandbox(sandbox)).then((ready) => {
      if (!ready) return;
      this.start(executor.key, command, {
        folder: this.store.executorFolder(agentId, executor),
        recoveryMs: this.recoveryMs(executor),
        sandbox,
        env: executorEnvironment(executor, this.surroundings(state, sandbox)),
      });
    });
  }

  /** Goes on with the processes of an executor of an earlier life; the events tell which still run. */
  adopt(agentId: string, executor: Executor): void {
    if (executor.kind === "custom") {
      if (executor.state !== "TERMINATED")
        this.processes.adopt(executor.key, this.store.executorFolder(agentId, executor));
      return;
    }
    for (const run of [...executor.tasks.values()]) {
      const folder = this.store.taskFolder(agentId, run);
      if (isDocker(run)) this.containers.adopt(run, folder);
      else this.processes.adopt(run.key, folder);
    }
  }

  signal(key: string, signal: "SIGTERM" | "SIGKILL"): void {
    this.processes.signal(key, signal);
    this.containers.signal(key, signal);
  }

  /**
   * Ends what may not outlive the agent: tasks and executors that are not checkpointed, and all containers, which an agent
   * that is gone for good would leave on its host.
   */
  async end(outlives: (key: string) => boolean): Promise<void> {
    await Promise.all([this.processes.killAll((key) => !outlives(key)), this.containers.killAll()]);
  }

  /** Environment of a task, for its command and its checks. */
  taskEnv(state: AgentState, run: Run): Record<string, string> {
    const sandbox = taskSandboxPath(this.workDir, state.agentId ?? "", run);
    return taskEnvironment(run, this.surroundings(state, sandbox));
  }

  /** Makes the sandbox and fetches into it. What goes wrong is told by `notStarted`. */
  private async prepare(
    key: string,
    executor: Executor,
    command: CommandInfo | undefined,
    sandbox: string,
    make: () => void,
  ): Promise<boolean> {
    try {
      make();
      mkdirSync(sandbox, { recursive: true });
      await fetchUris(command?.uris ?? [], {
        sandbox,
        containerId: executor.containerId,
        frameworksHome: this.flags.text("frameworks_home"),
      });
      return true;
    } catch (error) {
      this.events.notStarted(key, error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  private start(
    key: string,
    command: CommandInfo | undefined,
    start: Omit<Parameters<ProcessRunner["launch"]>[1], "words">,
  ): void {
    try {
      this.processes.launch(key, { ...start, words: commandWords(command) });
    } catch (error) {
      this.events.notStarted(key, error instanceof Error ? error.message : String(error));
    }
  }

  private recoveryMs(executor: Executor): number {
    return isCheckpointed(executor) ? this.flags.duration(900_000, "recovery_timeout") : 0;
  }

  private surroundings({ config, agentId }: AgentState, sandbox: string): TaskSurroundings {
    const { flags } = this;
    const variables = flags.text("executor_environment_variables");
    return {
      tag: this.tag,
      agentId: agentId ?? "",
      ip: config.info.ip,
      port: config.info.port,
      sandbox,
      agentEnv: this.env,
      executorVariables: variables === undefined ? {} : (JSON.parse(variables) as Record<string, string>),
      shutdownGrace: flags.text("executor_shutdown_grace_period") ?? "5secs",
      recoveryTimeout: flags.text("recovery_timeout") ?? "15mins",
      reregistrationTimeout: flags.text("executor_reregistration_timeout") ?? "2secs",
    };
  }
}

function isDocker(run: Run): boolean {
  return run.task.container?.type === "DOCKER";
}

function defined(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
