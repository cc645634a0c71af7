import { Agent, request, type IncomingMessage } from "node:http";
import type { Log } from "../log";
import type { Json, JsonObject } from "../wire/json";
import { RecordDecoder } from "../wire/recordio";
import type { MasterInfo } from "../zk/master-info";
import { Membership } from "../zk/membership";
import { parseZkUrl } from "../zk/url";

/** Pause between two tries to subscribe. */
const RETRY_MS = 300;
const CALL_TIMEOUT_MS = 10_000;

/** A reader of every release: what is behind `--master` may be any Mesos. */
const READER = "master";

/** A FrameworkInfo; `id` once the master gave one. */
export type FrameworkJson = JsonObject & { readonly id?: { readonly value: string } };

export interface SchedulerEvents {
  /** The FrameworkInfo to subscribe with. */
  framework(): FrameworkJson;
  event(event: Json): void;
  disconnected(): void;
}

/** The connection of a framework to the leading master: v1 scheduler API, JSON in RecordIO. */
export class SchedulerConnection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private membership: Membership | undefined;
  private leader: Pick<MasterInfo, "ip" | "port" | "hostname"> | undefined;
  private response: IncomingMessage | undefined;
  private stream: string | undefined;
  private retry: NodeJS.Timeout | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private round = 0;
  private ended = false;

  constructor(
    private readonly master: string,
    private readonly sessionTimeoutMs: number,
    private readonly log: Log,
    private readonly events: SchedulerEvents,
  ) {}

  /** Looks for the leading master, and subscribes whenever there is another one. Throws on a `--master` that is none. */
  begin(): void {
    if (!this.master.startsWith("zk://")) {
      const [, ip = "", port = "5050"] = /^(?:https?:\/\/)?([^:/]+)(?::(\d+))?\/?$/.exec(this.master) ?? [];
      this.turnTo({ ip, port: Number(port), hostname: ip });
      return;
    }
    this.membership = new Membership(
      {
        url: parseZkUrl(this.master),
        tag: READER,
        sessionTimeoutMs: this.sessionTimeoutMs,
        log: this.log,
      },
      {
        detected: (leader) => this.turnTo(leader?.info),
        failed: (why) => this.log(why, "E"),
        lost: () => !this.ended,
        replicas: () => undefined,
      },
    );
    this.membership.join();
  }

  /** `http://host:port` of the leading master. */
  masterUrl(): string | undefined {
    return this.leader === undefined ? undefined : `http://${this.leader.hostname}:${this.leader.port}`;
  }

  /** Sends a call; one that does not reach the master is lost, and found out by reconciliation. */
  async call(call: JsonObject): Promise<void> {
    const type = typeof call.type === "string" ? call.type : "";
    try {
      const response = await this.post(call, this.stream);
      let said = "";
      for await (const chunk of response) said += String(chunk);
      if (response.statusCode !== 202) {
        this.log(`${type} was answered ${response.statusCode ?? 0}: ${said.trim()}`, "W");
      }
    } catch (error) {
      this.log(`${type} failed: ${error instanceof Error ? error.message : String(error)}`, "W");
    }
  }

  close(): void {
    this.ended = true;
    clearTimeout(this.retry);
    clearTimeout(this.watchdog);
    this.membership?.abandon();
    this.response?.destroy();
    this.agent.destroy();
  }

  private turnTo(leader: Pick<MasterInfo, "ip" | "port" | "hostname"> | undefined): void {
    this.round += 1;
    this.leader = leader;
    this.drop();
    this.subscribe(this.round);
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.watchdog);
    const { response } = this;
    this.response = undefined;
    this.stream = undefined;
    if (response === undefined) return;
    response.destroy();
    this.events.disconnected();
  }

  private again(round: number): void {
    if (round !== this.round || this.ended) return;
    this.drop();
    this.retry = setTimeout(() => this.subscribe(round), RETRY_MS);
  }

  private subscribe(round: number): void {
    if (this.leader === undefined || this.ended || round !== this.round) return;
    const framework_info = this.events.framework();
    const { id } = framework_info;
    const call = {
      ...(id === undefined ? {} : { framework_id: id }),
      type: "SUBSCRIBE",
      subscribe: { framework_info, force: true },
    };
    this.post(call, undefined).then(
      (response) => this.follow(response, round),
      (error: unknown) => {
        this.log(`Cannot subscribe: ${error instanceof Error ? error.message : String(error)}`, "W");
        this.again(round);
      },
    );
  }

  private follow(response: IncomingMessage, round: number): void {
    if (round !== this.round || this.ended) {
      response.destroy();
      return;
    }
    if (response.statusCode !== 200) {
      response.resume();
      this.log(`SUBSCRIBE was answered ${response.statusCode ?? 0}; trying again`, "W");
      this.again(round);
      return;
    }
    const { "mesos-stream-id": stream } = response.headers;
    this.response = response;
    this.stream = typeof stream === "string" ? stream : undefined;
    const decoder = new RecordDecoder();
    const over = (): void => {
      if (this.response === response) this.again(round);
    };
    response.on("data", (chunk: Buffer) => {
      if (this.response !== response) return;
      try {
        for (const record of decoder.push(chunk))
          this.take(JSON.parse(record.toString()) as JsonObject, over);
      } catch (error) {
        this.log(`Bad event: ${error instanceof Error ? error.message : String(error)}`, "E");
        over();
      }
    });
    response.on("error", over);
    response.on("close", over);
  }

  private take(event: JsonObject, over: () => void): void {
    const { heartbeat_interval_seconds: beat } = (event.subscribed ?? {}) as {
      heartbeat_interval_seconds?: number;
    };
    if (beat !== undefined) this.beat = beat;
    clearTimeout(this.watchdog);
    if (this.beat > 0) this.watchdog = setTimeout(over, this.beat * 5000);
    this.events.event(event);
  }

  /** Seconds between heartbeats, as SUBSCRIBED says; older masters do not. */
  private beat = 0;

  private post(call: JsonObject, stream: string | undefined): Promise<IncomingMessage> {
    const { leader } = this;
    if (leader === undefined) return Promise.reject(new Error("there is no leading master"));
    const subscribes = call.type === "SUBSCRIBE";
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: leader.ip,
        port: leader.port,
        path: "/api/v1/scheduler",
        method: "POST",
        agent: subscribes ? false : this.agent,
        timeout: CALL_TIMEOUT_MS,
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          ...(stream === undefined ? {} : { "Mesos-Stream-Id": stream }),
        },
      });
      outgoing.on("error", reject);
      outgoing.on("timeout", () => {
        // Of a subscription the stream has a watchdog of its own.
        if (!subscribes || this.response === undefined) outgoing.destroy(new Error("no answer in time"));
      });
      outgoing.on("response", (response) => {
        if (subscribes) response.socket.setTimeout(0);
        resolve(response);
      });
      outgoing.end(JSON.stringify(call));
    });
  }
}
