import assert from "node:assert/strict";
import { request, type IncomingMessage } from "node:http";
import { RecordDecoder } from "../../simulator/wire/recordio";
import type { TaskStatus } from "../../simulator/wire/messages";
import { until, type Program } from "./simulator-harness";

interface Offer {
  readonly id: { readonly value: string };
  readonly agent_id: { readonly value: string };
}

/** An event of the stream, as far as tests look. */
export interface SchedulerEvent {
  readonly type: string;
  readonly subscribed?: { readonly framework_id: { readonly value: string } };
  readonly offers?: { readonly offers: readonly Offer[] };
  readonly update?: { readonly status: TaskStatus };
}

/** A framework that speaks the v1 scheduler API in JSON, and acknowledges what it is told unless it is not to. */
export class TestScheduler implements Disposable {
  readonly updates: TaskStatus[] = [];
  readonly offers: Offer[] = [];
  /** The leader closed the stream, or it broke. */
  ended = false;

  private constructor(
    private readonly master: Pick<Program, "port">,
    readonly stream: string | undefined,
    readonly response: IncomingMessage,
    readonly events: SchedulerEvent[],
    private readonly acknowledges: boolean,
  ) {}

  /** Subscribes with a FrameworkInfo over the defaults; fails where the master does not answer 200. */
  static async subscribe(
    master: Pick<Program, "port">,
    info: Record<string, unknown> = {},
    { acknowledges = true } = {},
  ): Promise<TestScheduler> {
    const framework_info = { user: "root", name: "test", failover_timeout: 60, ...info };
    const response = await post(master, {
      framework_id: info.id,
      type: "SUBSCRIBE",
      subscribe: { framework_info },
    });
    assert.equal(response.statusCode, 200);
    const stream = response.headers["mesos-stream-id"];
    const events: SchedulerEvent[] = [];
    const scheduler = new TestScheduler(
      master,
      typeof stream === "string" ? stream : undefined,
      response,
      events,
      acknowledges,
    );
    const decoder = new RecordDecoder();
    response.on("data", (chunk: Buffer) => {
      for (const record of decoder.push(chunk))
        scheduler.take(JSON.parse(record.toString()) as SchedulerEvent);
    });
    response.on("error", () => (scheduler.ended = true));
    response.on("close", () => (scheduler.ended = true));
    await until("SUBSCRIBED", () => events.find((event) => event.type === "SUBSCRIBED"));
    return scheduler;
  }

  get id(): { readonly value: string } {
    const subscribed = this.events.find((event) => event.type === "SUBSCRIBED")?.subscribed;
    assert.ok(subscribed);
    return subscribed.framework_id;
  }

  /** Sends a call, expecting 202. */
  async call(call: Record<string, unknown>): Promise<void> {
    const response = await post(this.master, { framework_id: this.id, ...call }, this.stream);
    response.resume();
    assert.equal(response.statusCode, 202, JSON.stringify(call));
  }

  /** Launches a shell command on the next offer; answers the agent's id. */
  async launch(id: string, value: string, cpus = 0.1, more: Record<string, unknown> = {}): Promise<string> {
    const offer = await until("an offer", () => this.offers.shift());
    const task = {
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: [
        { name: "cpus", type: "SCALAR", scalar: { value: cpus } },
        { name: "mem", type: "SCALAR", scalar: { value: 32 } },
      ],
      command: { value },
      ...more,
    };
    const operations = [{ type: "LAUNCH", launch: { task_infos: [task] } }];
    const filters = { refuse_seconds: 0 };
    await this.call({ type: "ACCEPT", accept: { offer_ids: [offer.id], operations, filters } });
    return offer.agent_id.value;
  }

  /** The first update of a task in this state. */
  reached(id: string, state: string): Promise<TaskStatus> {
    return until(`${id} in ${state}`, () =>
      this.updates.find((status) => status.task_id.value === id && status.state === state),
    );
  }

  [Symbol.dispose](): void {
    this.response.destroy();
  }

  private take(event: SchedulerEvent): void {
    this.events.push(event);
    this.offers.push(...(event.offers?.offers ?? []));
    const status = event.update?.status;
    if (status === undefined) return;
    this.updates.push(status);
    const { uuid, agent_id, task_id } = status;
    if (uuid === undefined || !this.acknowledges) return;
    this.call({ type: "ACKNOWLEDGE", acknowledge: { agent_id, task_id, uuid } }).catch(() => undefined);
  }
}

/** Posts an encoded call to the scheduler API, on a connection of its own. */
export function postCall(
  master: Pick<Program, "port">,
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
  stream?: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: "127.0.0.1",
      port: master.port,
      path: "/api/v1/scheduler",
      method: "POST",
      agent: false,
      headers: { ...headers, ...(stream === undefined ? {} : { "Mesos-Stream-Id": stream }) },
    });
    outgoing.on("error", reject);
    outgoing.on("response", resolve);
    outgoing.end(body);
  });
}

function post(
  master: Pick<Program, "port">,
  call: Record<string, unknown>,
  stream?: string,
): Promise<IncomingMessage> {
  return postCall(master, JSON.stringify(call), { "Content-Type": "application/json" }, stream);
}
