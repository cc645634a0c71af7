import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { idStyle, usesStreamId } from "../../mesos/wire";
import type { MesosVersion } from "../../mesos/versions";
import { ownAddress, type OwnAddress } from "../address";
import type { Flags } from "../flags/flags";
import { FatalError } from "../fatal";
import type { HttpReply, HttpRequest } from "../http/message";
import { listen } from "../http/server";
import { serverHeader } from "../identity";
import type { Log } from "../log";
import { Membership } from "../zk/membership";
import { masterPid, type MasterInfo } from "../zk/master-info";
import { parseZkUrl, type ZkUrl } from "../zk/url";
import { AgentLinks } from "./links";
import { advance, nextDue, type MasterEvent } from "./machine";
import { newMasterState, type Effect, type MasterConfig, type MasterState } from "./model";
import { MemoryRegistry, ZkRegistry, type RegistryStore } from "./registry";
import { answerMaster, type MasterFacts } from "./routes";
import { judgeCall } from "./scheduler-api";
import { EventStreams } from "./streams";

/** A running master: the state machine, and the connections it acts through. */
export class MasterProcess {
  private readonly state: MasterState;
  private readonly links: AgentLinks;
  private readonly streams = new EventStreams((connection) =>
    this.happen({ kind: "disconnected", connection }),
  );
  private server: Server | undefined;
  private membership: Membership | undefined;
  private leader: MasterInfo | undefined;
  private registry: RegistryStore | undefined;
  private recovering: NodeJS.Timeout | undefined;
  private replicas = 0;
  private logRecovered = false;
  private fetching = false;
  private ready = false;
  private alarm: NodeJS.Timeout | undefined;
  private ended = false;

  private constructor(
    private readonly version: MesosVersion,
    private readonly flags: Flags,
    private readonly log: Log,
    private readonly fail: (error: FatalError) => void,
    private readonly own: MasterInfo,
    private readonly url: ZkUrl | undefined,
  ) {
    this.state = newMasterState(configOf(version, flags, own), Date.now());
    this.links = new AgentLinks(own.id, (agentId) => this.happen({ kind: "exited", agentId }));
  }

  /** Listens, then takes part in the election. Rejects with what is wrong with flags or address. */
  static async start(
    version: MesosVersion,
    flags: Flags,
    env: Readonly<Record<string, string | undefined>>,
    log: Log,
    fail: (error: FatalError) => void,
  ): Promise<MasterProcess> {
    const url = checkFlags(flags);
    const address = await ownAddress(flags, env);
    const master = new MasterProcess(version, flags, log, fail, masterInfoOf(version, address), url);
    master.server = await listen(address.bindIp, address.port, serverHeader(version), {
      answer: (request) => answerMaster(master.facts(), request),
      takeOver: () => false,
    });
    log(`Master ${master.own.id} started on ${address.ip}:${address.port}`);
    master.join();
    return master;
  }

  /** Stops as the real one does on a signal: at once, its session left to time out. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.alarm);
    clearTimeout(this.recovering);
    this.membership?.abandon();
    this.links.closeAll();
    this.streams.closeAll();
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private join(): void {
    if (this.url === undefined) {
      this.registry = new MemoryRegistry();
      this.logRecovered = true;
      this.lead();
      return;
    }
    const withLog = this.flags.text("registry") !== "in_memory";
    this.membership = new Membership(
      {
        url: this.url,
        tag: this.version.tag,
        sessionTimeoutMs: this.flags.duration(10_000, "zk_session_timeout"),
        contend: { info: this.own, withLog },
        log: this.log,
      },
      {
        detected: (leader) => this.detected(leader?.info),
        failed: (why) => this.end(`${why}; committing suicide!`),
        lost: () => this.lostSession(),
        replicas: (count) => {
          this.replicas = count;
          this.recoverLog().catch((error: unknown) =>
            this.log(`Cannot recover the log yet: ${String(error)}`, "W"),
          );
        },
      },
    );
    if (!withLog) this.logRecovered = true;
    this.membership.join();
  }

  private detected(leader: MasterInfo | undefined): void {
    const led = this.leads();
    this.leader = leader;
    if (this.leads()) {
      if (!led) this.lead();
      return;
    }
    if (led) this.end("Lost leadership... committing suicide!");
  }

  private lostSession(): boolean {
    if (this.leads()) this.end("Lost candidacy as a leader... committing suicide!");
    this.leader = undefined;
    return !this.ended;
  }

  private leads(): boolean {
    return (
      this.leader !== undefined &&
      masterPid(this.leader) === masterPid(this.own) &&
      this.leader.id === this.own.id
    );
  }

  private lead(): void {
    this.leader = this.own;
    this.log("Elected as the leading master!");
    this.state.electedAt = Date.now();
    const limit = this.flags.duration(60_000, "registry_fetch_timeout");
    const text = this.flags.text("registry_fetch_timeout") ?? "1mins";
    this.recovering = setTimeout(
      () => this.end(`Recovery failed: Failed to recover registrar: Failed to perform fetch within ${text}`),
      limit,
    );
    this.recover().catch((error: unknown) => this.end(`Recovery failed: ${String(error)}`));
  }

  /** A replica has recovered once a quorum is there; the very first time all of them are needed. */
  private async recoverLog(): Promise<void> {
    if (this.knowsLog() || this.url === undefined) return;
    const quorum = this.flags.integer(1, "quorum");
    const session = this.membership?.current();
    if (session === undefined || this.replicas < quorum) return;
    const initialised = (await new ZkRegistry(session, this.url.path).load()) !== undefined;
    const needed = initialised ? quorum : 2 * quorum - 1;
    if (this.replicas < needed || (!initialised && !this.flags.boolean(true, "log_auto_initialize"))) return;
    if (this.knowsLog()) return;
    this.logRecovered = true;
    this.log(`Log replica recovered: ${this.replicas} replicas, quorum ${quorum}`);
    await this.recover();
  }

  private knowsLog(): boolean {
    return this.logRecovered;
  }

  private async recover(): Promise<void> {
    if (!this.leads() || !this.logRecovered || this.fetching) return;
    this.fetching = true;
    this.registry ??= this.openRegistry();
    const known = await this.registry.load();
    clearTimeout(this.recovering);
    if (known === undefined) await this.registry.store({});
    if (this.ended) return;
    this.ready = true;
    this.happen({ kind: "recovered", registry: known ?? {} });
  }

  private openRegistry(): RegistryStore {
    const session = this.membership?.current();
    if (this.url === undefined || session === undefined || this.flags.text("registry") === "in_memory") {
      return new MemoryRegistry();
    }
    return new ZkRegistry(session, this.url.path);
  }

  private happen(event: MasterEvent): void {
    if (this.ended) return;
    for (const effect of advance(this.state, event, Date.now())) this.do(effect);
    this.setAlarm();
  }

  private setAlarm(): void {
    clearTimeout(this.alarm);
    const due = nextDue(this.state);
    if (due !== undefined)
      this.alarm = setTimeout(() => this.happen({ kind: "tick" }), Math.max(due - Date.now(), 1));
  }

  private do(effect: Effect): void {
    switch (effect.kind) {
      case "event": {
        this.streams.send(effect.connection, effect.event);
        return;
      }
      case "close": {
        this.streams.close(effect.connection);
        return;
      }
      case "link": {
        this.links.open(effect.agentId, effect.ip, effect.port);
        return;
      }
      case "unlink": {
        this.links.close(effect.agentId);
        return;
      }
      case "agent": {
        this.links.send(effect.agentId, effect.message);
        return;
      }
      case "store":
        this.registry
          ?.store(effect.registry)
          .catch((error: unknown) => this.end(`Failed to update the registry: ${String(error)}`));
        return;
      case "log": {
        this.log(effect.text);
        return;
      }
    }
  }

  private facts(): MasterFacts {
    return {
      state: this.state,
      around: {
        leader: this.leader,
        flags: this.flags.all(),
        cluster: this.flags.text("cluster"),
        logDir: this.flags.text("log_dir"),
      },
      vitals: {
        leads: this.leads(),
        logRecovered: this.logRecovered,
        ensembleSize: this.replicas,
        now: Date.now(),
      },
      ready: this.ready && this.leads(),
      fromAgent: (message) => this.happen({ kind: "agent", message }),
      schedule: (request) => this.schedule(request),
      tearDown: (frameworkId) => {
        const known = this.state.frameworks.has(frameworkId);
        if (known) this.happen({ kind: "call", frameworkId, call: { type: "TEARDOWN" } });
        return known;
      },
    };
  }

  private schedule(request: HttpRequest): HttpReply {
    const judged = judgeCall(this.state, request);
    if (judged.kind === "refused") return judged.reply;
    if (judged.kind === "call") {
      this.happen({ kind: "call", frameworkId: judged.frameworkId, call: judged.call });
      return { status: 202 };
    }
    const connection = randomUUID();
    const { codec, call } = judged;
    return {
      status: 200,
      headers: {
        "Content-Type": codec.contentType,
        ...(usesStreamId(this.version.tag) ? { "Mesos-Stream-Id": connection } : {}),
      },
      stream: (out) => {
        this.streams.attach(connection, out, codec);
        this.happen({ kind: "subscribe", connection, framework: call.framework_info });
      },
    };
  }

  private end(why: string): void {
    if (this.ended) return;
    this.stop();
    this.fail(new FatalError(why));
  }
}

function configOf(version: MesosVersion, flags: Flags, info: MasterInfo): MasterConfig {
  return {
    tag: version.tag,
    info,
    allocationIntervalMs: flags.duration(1_000, "allocation_interval"),
    pingTimeoutMs: flags.duration(15_000, "agent_ping_timeout", "slave_ping_timeout"),
    maxPingTimeouts: flags.integer(5, "max_agent_ping_timeouts", "max_slave_ping_timeouts"),
    reregisterTimeoutMs: flags.duration(600_000, "agent_reregister_timeout", "slave_reregister_timeout"),
    offerTimeoutMs: flags.isGiven("offer_timeout") ? flags.duration(0, "offer_timeout") : undefined,
    maxCompletedFrameworks: flags.integer(50, "max_completed_frameworks"),
    maxCompletedTasks: flags.integer(1_000, "max_completed_tasks_per_framework"),
    rootSubmissions: flags.boolean(true, "root_submissions"),
  };
}

/** Flags that Mesos checks before it starts. Source: src/master/main.cpp. */
function checkFlags(flags: Flags): ZkUrl | undefined {
  const zk = flags.text("zk");
  const registry = flags.text("registry") ?? "replicated_log";
  if (registry === "replicated_log" || registry === "log_storage") {
    const workDir = flags.text("work_dir");
    if (workDir === undefined) throw new FatalError("--work_dir needed for replicated log based registry");
    mkdirSync(workDir, { recursive: true });
    if (zk !== undefined && flags.text("quorum") === undefined) {
      throw new FatalError("Need to specify --quorum for replicated log based registry when using ZooKeeper");
    }
  } else if (registry !== "in_memory") {
    throw new FatalError(`'${registry}' is not a supported option for registry persistence`);
  }
  if (flags.boolean(false, "registry_strict")) throw new FatalError("--registry_strict is not supported");
  try {
    return zk === undefined ? undefined : parseZkUrl(zk);
  } catch (cause) {
    throw new FatalError(
      `Error parsing ZooKeeper URL: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function masterInfoOf(version: MesosVersion, { ip, advertisedPort, hostname }: OwnAddress): MasterInfo {
  const day = new Date().toISOString().slice(0, 19).replaceAll("-", "").replace("T", "-").replaceAll(":", "");
  const dated = `${day}-${ip.split(".").reduceRight((n, part) => n * 256 + Number(part), 0)}-${advertisedPort}-${process.pid}`;
  return {
    id: idStyle(version.tag).master === "uuid" ? randomUUID() : dated,
    ip,
    port: advertisedPort,
    hostname,
    version: version.reports,
  };
}
