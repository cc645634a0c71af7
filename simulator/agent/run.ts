import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { agentCapabilities } from "../../mesos/capabilities";
import type { MesosVersion } from "../../mesos/versions";
import { beatsExecutors } from "../../mesos/wire";
import { ownAddress, type OwnAddress } from "../address";
import { FatalError } from "../fatal";
import type { Flags } from "../flags/flags";
import { empty, type HttpReply } from "../http/message";
import { listen } from "../http/server";
import { serverHeader } from "../identity";
import type { Log } from "../log";
import { logFileOf } from "../log-file";
import type { AgentInfo } from "../protocol";
import { parseAttributes } from "../resources/attributes";
import { agentResources } from "../resources/defaults";
import type { JsonObject } from "../wire/json";
import { v1Messages } from "../wire/message-set";
import { Membership } from "../zk/membership";
import { AgentCheckpoint } from "./checkpoint";
import { fixedMaster, masterOf } from "./leader";
import { checkDockerClient, runsDocker } from "./docker-check";
import { runCheck } from "./check-runner";
import type { Which } from "./checks";
import { statusOf, type JudgedExecutorCall } from "./executor-api";
import type { ExecutorEvent } from "./executor-events";
import { eventStream, ExecutorLinks } from "./executor-links";
import { MasterLink } from "./link";
import { advanceAgent, nextAgentDue, type AgentEvent } from "./machine";
import { MasterCalls } from "./master-calls";
import {
  isCheckpointed,
  newAgentState,
  type AgentEffect,
  type AgentState,
  type Executor,
  type Run,
} from "./model";
import { restore, type SavedExecutor } from "./recovery";
import { answerAgent } from "./routes";
import type { RunnerEvents } from "./runner";
import { keepMade, recoverMade } from "./made";
import { taskSandboxPath } from "./sandbox";
import { Workers } from "./workers";

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
  private readonly workers: Workers;
  private readonly executors = new ExecutorLinks();
  private server: Server | undefined;
  private membership: Membership | undefined;
  private alarm: NodeJS.Timeout | undefined;
  private ended = false;

  private constructor(
    private readonly version: MesosVersion,
    private readonly flags: Flags,
    env: Env,
    private readonly log: Log,
    private readonly fail: (error: FatalError) => void,
    private readonly workDir: string,
    info: AgentInfo,
  ) {
    this.checkpoint = new AgentCheckpoint(workDir);
    this.workers = new Workers(version.tag, flags, env, workDir, this.events);
    const policy = flags.text("reconfiguration_policy") === "additive" ? "additive" : "equal";
    const agentId = this.checkpoint.recover(info, policy);
    this.state = newAgentState(
      {
        tag: version.tag,
        info,
        registrationBackoffMs: flags.duration(1_000, "registration_backoff_factor"),
        executorRegistrationMs: flags.duration(60_000, "executor_registration_timeout"),
        executorReregistrationMs: flags.duration(2_000, "executor_reregistration_timeout"),
        executorShutdownGraceMs: flags.duration(5_000, "executor_shutdown_grace_period"),
        recover: flags.text("recover") === "cleanup" ? "cleanup" : "reconnect",
        runsDocker: runsDocker(flags),
        failLaunches: isFaulty(env),
      },
      agentId,
      Date.now(),
      recoverMade(workDir),
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
            around: {
              flags: flags.all(),
              logDir: flags.text("log_dir"),
              logFile: logFileOf(flags),
              workDir,
            },
            now: Date.now(),
            execute: (call) => agent.execute(call),
          },
          request,
        ),
      takeOver: (path, incoming, out) => agent.link.takeOver(path, incoming, out),
    });
    log(`Agent started on ${address.ip}:${address.port}`);
    agent.recoverExecutors();
    agent.join(master);
    return agent;
  }

  /** Ends itself, with the tasks that may not outlive it; its session is left to time out. */
  async stop(outlives = (key: string) => this.isCheckpointed(key)): Promise<void> {
    this.ended = true;
    clearTimeout(this.alarm);
    this.membership?.abandon();
    this.calls.close();
    this.link.drop();
    this.server?.close();
    this.server?.closeAllConnections();
    this.executors.closeAll();
    await this.workers.end(outlives);
  }

  private isCheckpointed(key: string): boolean {
    const executor = this.state.runs.get(key)?.executor ?? this.state.executors.get(key);
    return executor !== undefined && isCheckpointed(executor);
  }

  /** Goes on with what an earlier life left. */
  private recoverExecutors(): void {
    const { agentId } = this.state;
    if (agentId === undefined) return;
    let saved: readonly SavedExecutor[];
    try {
      saved = this.workers.store.read(agentId, this.flags.boolean(true, "strict"));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FatalError(`Failed to perform recovery: ${why}`, { cause });
    }
    const executors = saved.map((one) => restore(this.state, one, Date.now()));
    for (const executor of executors) this.workers.adopt(agentId, executor);
    this.happen({ kind: "recovered" });
  }

  /** Carries out what a custom executor asks of the agent. */
  private execute(call: Exclude<JudgedExecutorCall, { kind: "refused" }>): HttpReply {
    const { executor } = call;
    if (call.kind === "subscribe") return this.subscribe(executor, call);
    if (call.kind === "update") {
      this.happen({ kind: "executor-update", executor: executor.key, status: call.status });
    } else this.happen({ kind: "executor-message", executor: executor.key, data: call.data });
    return empty(202);
  }

  private subscribe(
    executor: Executor,
    { call: { subscribe }, codec }: Extract<JudgedExecutorCall, { kind: "subscribe" }>,
  ): HttpReply {
    const link = randomUUID();
    const messages = v1Messages(this.version.tag);
    const encode = (event: ExecutorEvent): Buffer =>
      codec.encode(messages, "executor.Event", event as unknown as JsonObject);
    const heartbeats = beatsExecutors(this.version.tag);
    return {
      status: 200,
      headers: { "Content-Type": codec.contentType },
      stream: (out) => {
        out.flushHeaders();
        const gone = (): void => this.happen({ kind: "executor-gone", link });
        this.executors.add(link, eventStream(out, encode, heartbeats, gone));
        const sent = {
          frameworkId: executor.frameworkId,
          executorId: executor.id,
          link,
          tasks: subscribe?.unacknowledged_tasks.map(({ task_id }) => task_id.value) ?? [],
          updates: subscribe?.unacknowledged_updates.map(({ status }) => statusOf(status)) ?? [],
        };
        this.happen({ kind: "subscribe", sent });
      },
    };
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
      case "keep-made": {
        keepMade(this.workDir, effect.resources);
        return;
      }
      case "launch": {
        this.workers.launch(this.state, effect.run);
        return;
      }
      case "launch-executor": {
        this.workers.launchExecutor(this.state, effect.executor);
        return;
      }
      case "signal": {
        this.workers.signal(effect.key, effect.signal);
        return;
      }
      case "tell-executor": {
        this.executors.send(effect.link, effect.event);
        return;
      }
      case "close-executor": {
        this.executors.close(effect.link);
        return;
      }
      case "check": {
        this.check(effect.run, effect.which);
        return;
      }
      case "checkpoint": {
        this.workers.store.write(this.state.agentId ?? "", effect.executor);
        return;
      }
      case "discard": {
        this.workers.store.discard(this.state.agentId ?? "", effect.executor);
        return;
      }
      case "leave": {
        this.log("Recovery in cleanup mode is done");
        void this.stop();
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

  private check(run: Run, which: Which): void {
    const sandbox = taskSandboxPath(this.workDir, this.state.agentId ?? "", run);
    const docker = run.task.container?.type === "DOCKER";
    const { containers } = this.workers;
    void runCheck(run, which, {
      sandbox,
      env: this.workers.taskEnv(this.state, run),
      ...(docker ? { inContainer: (words, ms) => containers.exec(run, words, ms) } : {}),
    }).then((result) => this.happen({ kind: "checked", key: run.key, which, result }));
  }

  private end(error: FatalError): void {
    if (this.ended) return;
    this.stop(() => false).then(
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
