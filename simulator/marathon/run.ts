import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import {
  bindingErrorCode,
  filtersEvents,
  hasEventStream,
  leadershipLossCode,
  noLeaderStatus,
  redirectsEvents,
  removedFrameworkCode,
} from "../../mesos/marathon-wire";
import type { HttpReply, HttpRequest } from "../http/message";
import { listen } from "../http/server";
import { marathonServerHeader, SIMULATED_USER } from "../identity";
import type { Log } from "../log";
import { leaderReply, ownReply } from "./api";
import { marathonConfig, type MarathonConfig } from "./config";
import { Election } from "./election";
import { EventBus } from "./event-bus";
import { MarathonExit, type MarathonFlags } from "./flags";
import { HealthChecker } from "./health-checker";
import {
  advanceMarathon,
  nextMarathonDue,
  readSchedulerEvent,
  recoverMarathon,
  type MarathonEvent,
} from "./machine";
import { newMarathonState, Step, type Effect, type MarathonState } from "./model";
import { fail, proxy } from "./proxy";
import { SchedulerConnection, type FrameworkJson } from "./scheduler";
import { MarathonStore } from "./store";

const CHANCE = { uuid: () => randomUUID() };

/** A running Marathon: a candidate, and once elected the state machine with the connections it acts through. */
export class MarathonProcess {
  private readonly state: MarathonState;
  private readonly bus = new EventBus();
  private readonly election: Election;
  private readonly scheduler: SchedulerConnection;
  private readonly checker = new HealthChecker((result) => this.happen({ kind: "health", result }));
  private server: Server | undefined;
  private store: MarathonStore | undefined;
  private leader: string | undefined;
  /** Elected, and the state of the leader before was read. */
  private ready = false;
  private queue: Promise<void> = Promise.resolve();
  private alarm: NodeJS.Timeout | undefined;
  private ended = false;

  private constructor(
    private readonly config: MarathonConfig,
    private readonly log: Log,
    private readonly exit: (error: MarathonExit) => void,
  ) {
    this.state = newMarathonState(config);
    this.scheduler = new SchedulerConnection(config.master, config.zkSessionTimeoutMs, log, {
      framework: () => this.framework(),
      event: (event) => {
        const known = readSchedulerEvent(event);
        if (known !== undefined) this.happen(known);
      },
      disconnected: () => this.happen({ kind: "disconnected" }),
    });
    this.election = new Election(config, log, {
      elected: (session) => {
        this.leader = this.own;
        this.lead(new MarathonStore(session, config.zk.path)).catch((error: unknown) =>
          this.lost(String(error)),
        );
      },
      following: (leader) => {
        if (leader !== this.leader) log(`Leader is ${leader ?? "not known"}`);
        this.leader = leader;
      },
      lost: (why) => this.lost(why),
    });
  }

  /** Listens, then takes part in the election. Rejects with {@link MarathonExit}. */
  static async start(
    version: string,
    flags: MarathonFlags,
    log: Log,
    exit: (error: MarathonExit) => void,
  ): Promise<MarathonProcess> {
    const config = marathonConfig(version, flags);
    const marathon = new MarathonProcess(config, log, exit);
    try {
      marathon.server = await listen(config.httpAddress, config.httpPort, marathonServerHeader(version), {
        answer: (request) => marathon.answer(request),
        takeOver: (path, incoming, out) => marathon.takeOver(path, incoming, out),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new MarathonExit(`Cannot listen: ${why}`, bindingErrorCode(version));
    }
    log(`Listening on ${config.httpAddress}:${config.httpPort} as ${marathon.own}`);
    marathon.election.join();
    return marathon;
  }

  /** Stops; the leader leaves its place at once, as the real one does on SIGTERM. */
  stop(): void {
    this.close();
    this.election.resign();
  }

  private get own(): string {
    return `${this.config.hostname}:${this.config.httpPort}`;
  }

  private async lead(store: MarathonStore): Promise<void> {
    const kept = await store.load();
    if (this.ended) return;
    recoverMarathon(this.state, kept);
    this.store = store;
    this.ready = true;
    this.log(`Leading with ${this.state.apps.size} apps and ${this.state.tasks.size} tasks`);
    this.scheduler.begin();
    this.happen({ kind: "changed" });
  }

  private framework(): FrameworkJson {
    const { config, state } = this;
    return {
      user: config.user,
      name: config.frameworkName,
      ...(state.frameworkId === undefined ? {} : { id: { value: state.frameworkId } }),
      failover_timeout: config.failoverTimeoutSeconds,
      checkpoint: config.checkpoint,
      hostname: config.hostname,
      ...(config.role === undefined ? {} : { role: config.role }),
      ...(config.principal === undefined ? {} : { principal: config.principal }),
      ...(config.webuiUrl === undefined ? {} : { webui_url: config.webuiUrl }),
      labels: { labels: [{ key: "simulated-by", value: SIMULATED_USER }] },
    };
  }

  private happen(event: MarathonEvent): void {
    if (this.ended || !this.ready) return;
    this.doAll(advanceMarathon(this.state, event, Date.now(), CHANCE));
  }

  private doAll(effects: readonly Effect[]): void {
    for (const effect of effects) {
      // What is told is told now; what is kept and called goes out in order, each after the one before.
      if (effect.kind === "publish") this.bus.publish(effect.event);
      else if (effect.kind === "log") this.log(effect.text);
      else if (effect.kind === "removed") this.end(effect.why, removedFrameworkCode(this.config.version));
      else this.queue = this.queue.then(() => this.do(effect));
    }
    this.checker.sync(this.state);
    clearTimeout(this.alarm);
    const due = nextMarathonDue(this.state);
    if (due === undefined || this.ended) return;
    // A time that has passed already waits for something else to happen: no busy loop.
    this.alarm = setTimeout(() => this.happen({ kind: "tick" }), Math.max(due - Date.now(), 50));
  }

  private async do(effect: Extract<Effect, { kind: "save" | "call" }>): Promise<void> {
    if (this.ended) return;
    if (effect.kind === "call") {
      await this.scheduler.call(effect.call);
      return;
    }
    try {
      await this.store?.save(effect.key, effect.value);
    } catch (error) {
      this.lost(`the state cannot be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async answer(request: HttpRequest): Promise<HttpReply> {
    const own = ownReply(request);
    if (own !== undefined) return own;
    if (request.path === "/v2/leader" && request.method === "DELETE") {
      setImmediate(() => this.lost("it was told to abdicate"));
      return { status: 200, body: JSON.stringify({ message: "Leadership abdicated" }) };
    }
    const step = new Step(this.state, Date.now(), CHANCE);
    const facts = { elected: true, leader: this.leader, mesosLeader: this.scheduler.masterUrl() };
    const reply = leaderReply(step, facts, request);
    this.doAll(step.effects);
    const kept = this.queue;
    this.happen({ kind: "changed" });
    await kept;
    return reply;
  }

  /** Requests that the leader has to answer, and streams. */
  private takeOver(path: string, incoming: IncomingMessage, out: ServerResponse): boolean {
    const { version } = this.config;
    if (path === "/ping") return false;
    const stream = path === "/v2/events" && hasEventStream(version);
    if (!this.ready) {
      if (this.leader === undefined || this.leader === this.own) {
        fail(out, noLeaderStatus(version), "Could not determine the current leader");
      } else if (stream && redirectsEvents(version)) {
        out.writeHead(302, { Location: `http://${this.leader}${incoming.url ?? ""}` });
        out.end();
      } else {
        proxy(this.leader, this.own, incoming, out);
      }
      return true;
    }
    out.setHeader("X-Marathon-Leader", `http://${this.own}`);
    if (!stream || !(incoming.headers.accept ?? "").includes("text/event-stream")) return false;
    const { searchParams } = new URL(incoming.url ?? "/", "http://marathon");
    out.writeHead(200, {
      "Content-Type": "text/event-stream;charset=utf-8",
      "Cache-Control": "no-cache",
      Connection: "close",
    });
    const remoteAddress = incoming.socket.remoteAddress ?? "";
    this.bus.attach(out, filtersEvents(version) ? searchParams.getAll("event_type") : [], () =>
      this.bus.publish(streamEvent("event_stream_detached", remoteAddress)),
    );
    this.bus.publish(streamEvent("event_stream_attached", remoteAddress));
    return true;
  }

  private lost(why: string): void {
    this.end(`Lost leadership: ${why}`, leadershipLossCode(this.config.version));
  }

  private end(why: string, code: number): void {
    if (this.ended) return;
    this.close();
    this.election.resign();
    this.exit(new MarathonExit(why, code));
  }

  private close(): void {
    this.ended = true;
    this.ready = false;
    clearTimeout(this.alarm);
    this.checker.close();
    this.bus.close();
    this.scheduler.close();
    this.server?.close();
    this.server?.closeAllConnections();
  }
}

function streamEvent(eventType: string, remoteAddress: string): { eventType: string; [key: string]: string } {
  return { remoteAddress, eventType, timestamp: new Date().toISOString() };
}
