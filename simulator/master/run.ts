import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { MesosVersion } from "../../mesos/versions";
import { usesStreamId } from "../../mesos/wire";
import { ownAddress } from "../address";
import { FatalError } from "../fatal";
import type { Flags } from "../flags/flags";
import type { HttpReply, HttpRequest } from "../http/message";
import { listen } from "../http/server";
import { serverHeader } from "../identity";
import { PidLinks } from "../libprocess/links";
import type { Received } from "../libprocess/message";
import { isPid } from "../libprocess/pid";
import type { Log } from "../log";
import { logFileOf } from "../log-file";
import { v1Messages } from "../wire/message-set";
import { readDriverMessage } from "./driver-calls";
import { driverEvents } from "./driver-events";
import { clusterFlags, machineConfig, ownMasterInfo, type ClusterFlags } from "./config";
import { Leadership } from "./leadership";
import { AgentLinks } from "./links";
import { advance, nextDue, type MasterEvent } from "./machine";
import { newMasterState, type Effect, type MasterState } from "./model";
import { answerMaster, type MasterFacts } from "./routes";
import { judgeCall, subscribeOptions } from "./scheduler-api";
import { ALLOCATIONS } from "./offers";
import { EventStreams } from "./streams";
import { Timings } from "./timings";
import type { JsonObject } from "../wire/json";
import { masterPid } from "../zk/master-info";

/** A running master: the state machine, and the connections it acts through. */
export class MasterProcess {
  private readonly state: MasterState;
  private readonly links: AgentLinks;
  private readonly streams: EventStreams;
  private readonly drivers: PidLinks;
  private readonly leadership: Leadership;
  private readonly timings = new Timings();
  private server: Server | undefined;
  private recovered = false;
  private alarm: NodeJS.Timeout | undefined;
  private ended = false;

  private constructor(
    private readonly flags: Flags,
    private readonly log: Log,
    config: MasterState["config"],
    cluster: ClusterFlags,
    private readonly fail: (error: FatalError) => void,
  ) {
    const { info, tag } = config;
    this.state = newMasterState(config, Date.now());
    this.streams = new EventStreams(v1Messages(tag), (connection) =>
      this.happen({ kind: "disconnected", connection }),
    );
    this.links = new AgentLinks(info.id, (agentId) => this.happen({ kind: "exited", agentId }));
    this.drivers = new PidLinks(masterPid(info), tag, (connection) =>
      this.happen({ kind: "disconnected", connection }),
    );
    this.leadership = new Leadership(cluster, info, tag, log, this.timings, {
      elected: () => {
        log("Elected as the leading master!");
        this.state.electedAt = Date.now();
      },
      recovered: (registry) => {
        this.recovered = true;
        this.happen({ kind: "recovered", registry });
      },
      ended: (why) => this.end(why),
    });
  }

  /** Listens, then takes part in the election. Rejects with what is wrong with flags or address. */
  static async start(
    version: MesosVersion,
    flags: Flags,
    env: Readonly<Record<string, string | undefined>>,
    log: Log,
    fail: (error: FatalError) => void,
  ): Promise<MasterProcess> {
    const cluster = clusterFlags(flags);
    const address = await ownAddress(flags, env);
    const config = machineConfig(version, flags, ownMasterInfo(version, address));
    const master = new MasterProcess(flags, log, config, cluster, fail);
    master.server = await listen(address.bindIp, address.port, serverHeader(version), {
      answer: (request) => answerMaster(master.facts(), request),
      takeOver: () => false,
    });
    log(`Master ${config.info.id} started on ${address.ip}:${address.port}`);
    master.happen({ kind: "tick" });
    master.leadership.begin();
    return master;
  }

  /** Stops as the real one does on a signal: at once, its session left to time out. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.alarm);
    this.leadership.abandon();
    this.links.closeAll();
    this.streams.closeAll();
    this.drivers.closeAll();
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private happen(event: MasterEvent): void {
    if (this.ended) return;
    const before = this.state.counters.get(ALLOCATIONS);
    const [due, from] = [this.state.allocateAt, performance.now()];
    const effects = advance(this.state, event, Date.now());
    if (this.state.counters.get(ALLOCATIONS) !== before) {
      this.timings.record("allocator/mesos/allocation_run_ms", performance.now() - from);
      this.timings.record("allocator/mesos/allocation_run_latency_ms", Math.max(Date.now() - due, 0));
    }
    for (const effect of effects) this.do(effect);
    clearTimeout(this.alarm);
    const next = nextDue(this.state);
    this.alarm = setTimeout(() => this.happen({ kind: "tick" }), Math.max(next - Date.now(), 1));
  }

  private do(effect: Effect): void {
    switch (effect.kind) {
      case "event":
        this.sendEvent(effect.connection, effect.event);
        return;
      case "close":
        if (isPid(effect.connection)) this.drivers.close(effect.connection);
        else this.streams.close(effect.connection);
        return;
      case "link-driver":
        this.drivers.open(effect.pid);
        return;
      case "link":
        this.links.open(effect.agentId, effect.ip, effect.port);
        return;
      case "unlink":
        this.links.close(effect.agentId);
        return;
      case "agent":
        this.links.send(effect.agentId, effect.message);
        return;
      case "store":
        this.leadership.store(effect.registry);
        return;
      case "log":
        this.log(effect.text);
        return;
    }
  }

  private sendEvent(connection: string, event: JsonObject): void {
    if (!isPid(connection)) {
      this.streams.send(connection, event);
      return;
    }
    for (const { name, body } of driverEvents(this.state, connection, event)) {
      this.drivers.send(connection, name, body);
    }
  }

  private facts(): MasterFacts {
    const { leadership, flags } = this;
    return {
      state: this.state,
      around: {
        leader: leadership.leader(),
        flags: flags.all(),
        cluster: flags.text("cluster"),
        logDir: flags.text("log_dir"),
        logFile: logFileOf(flags),
      },
      vitals: {
        leads: leadership.leads(),
        logRecovered: leadership.logRecovered(),
        ensembleSize: leadership.ensembleSize(),
        subscribers: 0,
        timers: this.timings.metrics(),
        perFramework: flags.boolean(true, "publish_per_framework_metrics"),
        now: Date.now(),
      },
      ready: this.recovered && leadership.leads(),
      fromAgent: (message) => this.happen({ kind: "agent", message }),
      fromDriver: (received) => this.takeDriverMessage(received),
      schedule: (request) => this.schedule(request),
      tearDown: (frameworkId) => {
        const known = this.state.frameworks.has(frameworkId);
        if (known) this.happen({ kind: "call", frameworkId, call: { type: "TEARDOWN" } });
        return known;
      },
    };
  }

  /** What cannot be read is dropped, as libprocess does: the sender is not told. */
  private takeDriverMessage(received: Received): void {
    try {
      const message = readDriverMessage(this.state.config.tag, received);
      if (message === undefined) this.log(`Dropping ${received.name} from ${received.from}`);
      else this.happen({ kind: "driver", from: received.from, message });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.log(`Failed to deserialize '${received.name}' from ${received.from}: ${why}`, "W");
    }
  }

  private schedule(request: HttpRequest): HttpReply {
    const judged = judgeCall(this.state, request);
    if (judged.kind === "refused") return judged.reply;
    if (judged.kind === "call") {
      this.happen({ kind: "call", frameworkId: judged.frameworkId, call: judged.call });
      return { status: judged.call.type === "UPDATE_FRAMEWORK" ? 200 : 202 };
    }
    const connection = randomUUID();
    const { codec, call } = judged;
    const { tag } = this.state.config;
    const named = usesStreamId(tag);
    return {
      status: 200,
      headers: { "Content-Type": codec.contentType, ...(named ? { "Mesos-Stream-Id": connection } : {}) },
      stream: (out) => {
        this.streams.attach(connection, out, codec);
        this.happen({
          kind: "subscribe",
          connection,
          framework: call.framework_info,
          options: subscribeOptions(tag, call),
        });
      },
    };
  }

  private end(why: string): void {
    if (this.ended) return;
    this.stop();
    this.fail(new FatalError(why));
  }
}
