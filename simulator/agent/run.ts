import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { agentCapabilities } from "../../mesos/capabilities";
import type { MesosVersion } from "../../mesos/versions";
import { ownAddress, type OwnAddress } from "../address";
import { FatalError } from "../fatal";
import type { Flags } from "../flags/flags";
import { listen } from "../http/server";
import { serverHeader } from "../identity";
import type { Log } from "../log";
import type { AgentInfo } from "../protocol";
import { parseAttributes } from "../resources/attributes";
import { agentResources } from "../resources/defaults";
import { Membership } from "../zk/membership";
import { AgentCheckpoint } from "./checkpoint";
import { taskEnvironment } from "./environment";
import { fixedMaster, masterOf } from "./leader";
import { checkDockerClient, runsDocker } from "./docker-check";
import { MasterLink } from "./link";
import { advanceAgent, nextAgentDue, type AgentEvent } from "./machine";
import { MasterCalls } from "./master-calls";
import { newAgentState, type AgentEffect, type AgentState, type Run } from "./model";
import { answerAgent } from "./routes";
import { DockerRunner } from "./docker-runner";
import { type RunnerEvents, TaskRunner } from "./runner";
import { sandboxPath } from "./sandbox";

type Env = Readonly<Record<string, string | undefined>>;

const CHANCE = { random: () => Math.random(), uuid: () => randomUUID() };

/** A running agent: the state machine, and the connections and processes it acts through. */
export class AgentProcess {
  private readonly state: AgentState;
  private readonly checkpoint: AgentCheckpoint;
  private readonly calls = new MasterCalls((why) => this.log(why, "W"));
  private readonly link = new MasterLink({
    isLeader: (masterId) => this.state.leader?.id === masterId || this.state.leader?.id === "",
    message: (message) => this.happen({ kind: "message", message }),
    broken: () => this.happen({ kind: "link-broken" }),
  });
  private readonly events: RunnerEvents = {
    started: (key, pid) => this.happen({ kind: "started", key, pid }),
    notStarted: (key, why) => this.happen({ kind: "not-started", key, why }),
    exited: (key, code, signal) => this.happen({ kind: "exited", key, code, signal }),
  };
  private readonly runner = new TaskRunner(this.events);
  private readonly containers: DockerRunner;
  private server: Server | undefined;
  private membership: Membership | undefined;
  private alarm: NodeJS.Timeout | undefined;
  private ended = false;

  private constructor(
    private readonly version: MesosVersion,
    private readonly flags: Flags,
    private readonly env: Env,
    private readonly log: Log,
    private readonly fail: (error: FatalError) => void,
    private readonly workDir: string,
    info: AgentInfo,
  ) {
    this.checkpoint = new AgentCheckpoint(workDir);
    this.containers = new DockerRunner(
      { client: flags.text("docker") ?? "docker", socket: flags.text("docker_socket"), tag: version.tag },
      this.events,
    );
    const policy = flags.text("reconfiguration_policy") === "additive" ? "additive" : "equal";
    const agentId = this.checkpoint.recover(info, policy);
    this.state = newAgentState(
      {
        tag: version.tag,
        info,
        registrationBackoffMs: flags.duration(1_000, "registration_backoff_factor"),
        runsDocker: runsDocker(flags),
        failLaunches: isFaulty(env),
      },
      agentId,
      Date.now(),
    );
  }

  /** Listens, then looks for the leader. Rejects with what is wrong with flags, address or work_dir. */
  static async start(
    version: MesosVersion,
    flags: Flags,
    env: Env,
    log: Log,
    fail: (error: FatalError) => void,
  ): Promise<AgentProcess> {
    const workDir = flags.text("work_dir");
    if (workDir === undefined) throw new FatalError("Missing required option --work_dir");
    const master = masterOf(flags);
    await checkDockerClient(flags);
    mkdirSync(workDir, { recursive: true });
    const address = await ownAddress(flags, env);
    const info = agentInfo(version, flags, address, workDir);
    const agent = new AgentProcess(version, flags, env, log, fail, workDir, info);
    agent.server = await listen(address.bindIp, address.port, serverHeader(version), {
      answer: (request) =>
        answerAgent(
          {
            state: agent.state,
            around: { flags: flags.all(), logDir: flags.text("log_dir"), workDir },
            now: Date.now(),
          },
          request,
        ),
      takeOver: (path, incoming, out) => agent.link.takeOver(path, incoming, out),
    });
    log(`Agent started on ${address.ip}:${address.port}`);
    agent.join(master);
    return agent;
  }

  /** Ends its tasks, then itself; its session is left to time out. */
  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.alarm);
    this.membership?.abandon();
    this.calls.close();
    this.link.drop();
    this.server?.close();
    this.server?.closeAllConnections();
    await Promise.all([this.runner.killAll(), this.containers.killAll()]);
  }

  private join(master: ReturnType<typeof masterOf>): void {
    if (master.kind === "fixed") {
      const leader = fixedMaster(master);
      this.calls.turnTo(leader);
      this.happen({ kind: "detected", leader });
      return;
    }
    this.membership = new Membership(
      {
        url: master.url,
        tag: this.version.tag,
        sessionTimeoutMs: this.flags.duration(10_000, "zk_session_timeout"),
        log: this.log,
      },
      {
        detected: (leader) => {
          this.link.drop();
          this.calls.turnTo(leader?.info);
          this.happen({ kind: "detected", leader: leader?.info });
        },
        failed: (why) => this.end(new FatalError(why)),
        // What was known stays known: the next session tells whether the leader changed.
        lost: () => !this.ended,
        replicas: () => undefined,
      },
    );
    this.membership.join();
  }

  private happen(event: AgentEvent): void {
    if (this.ended) return;
    for (const effect of advanceAgent(this.state, event, Date.now(), CHANCE)) this.do(effect);
    clearTimeout(this.alarm);
    const due = nextAgentDue(this.state);
    if (due !== undefined)
      this.alarm = setTimeout(() => this.happen({ kind: "tick" }), Math.max(due - Date.now(), 1));
  }

  private do(effect: AgentEffect): void {
    switch (effect.kind) {
      case "post": {
        this.calls.post(effect.message);
        return;
      }
      case "remember": {
        this.checkpoint.remember(effect.agentId, this.state.config.info);
        return;
      }
      case "launch": {
        this.launch(effect.run);
        return;
      }
      case "signal": {
        this.runner.signal(effect.key, effect.signal);
        this.containers.signal(effect.key, effect.signal);
        return;
      }
      case "die":
        // So that the next life is that of a new agent, as the master wants it.
        this.checkpoint.forget();
        {
          this.end(effect.error);
          return;
        }
      case "log": {
        this.log(effect.text);
        return;
      }
    }
  }

  private launch(run: Run): void {
    const { info } = this.state.config;
    const agentId = this.state.agentId ?? "";
    const sandbox = sandboxPath(this.workDir, agentId, run);
    const env = taskEnvironment(run, {
      tag: this.version.tag,
      agentId,
      ip: info.ip,
      port: info.port,
      sandbox,
      agentEnv: this.env,
      executorVariables: executorVariables(this.flags),
    });
    if (run.task.container?.type === "DOCKER") this.containers.launch(run, sandbox, env);
    else this.runner.launch(run, sandbox, env);
  }

  private end(error: FatalError): void {
    if (this.ended) return;
    this.stop().then(
      () => this.fail(error),
      () => this.fail(error),
    );
  }
}

function isFaulty({ SIMULATED_FAULT: fault }: Env): boolean {
  if (fault === undefined || fault === "" || fault === "task-launch") return fault === "task-launch";
  throw new FatalError(`SIMULATED_FAULT=${fault} is no fault that can be simulated; use task-launch`);
}

function agentInfo(version: MesosVersion, flags: Flags, address: OwnAddress, workDir: string): AgentInfo {
  try {
    return {
      hostname: address.hostname,
      ip: address.ip,
      port: address.advertisedPort,
      resources: agentResources(flags.text("resources"), flags.text("default_role") ?? "*", workDir),
      attributes: parseAttributes(flags.text("attributes") ?? ""),
      version: version.reports,
      capabilities: agentCapabilities(version.tag),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FatalError(`Failed to determine agent resources or attributes: ${why}`, { cause });
  }
}

function executorVariables(flags: Flags): Record<string, string> {
  const text = flags.text("executor_environment_variables");
  return text === undefined ? {} : (JSON.parse(text) as Record<string, string>);
}
