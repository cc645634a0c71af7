import { request, type IncomingMessage } from "node:http";
import { RecordDecoder } from "../simulator/wire/recordio";

interface Named {
  readonly value: string;
}

interface Event {
  readonly type: string;
  readonly subscribed?: { readonly framework_id: Named };
  readonly offers?: { readonly offers: readonly { readonly id: Named; readonly agent_id: Named }[] };
  readonly update?: {
    readonly status: {
      readonly state: string;
      readonly uuid?: string;
      readonly task_id: Named;
      readonly agent_id: Named;
    };
  };
}

/** Tasks of one agent. */
export const PER_AGENT = 20;

/** A framework that runs tasks which sleep, 20 on each agent, and declines what is offered beyond. */
export class BenchScheduler implements Disposable {
  /** Offers so far. */
  offers = 0;
  running = 0;
  private launched = 0;
  private readonly agents = new Set<string>();
  private framework: Named | undefined;

  private constructor(
    private readonly port: number,
    private readonly tasks: number,
    private readonly stream: IncomingMessage,
  ) {
    const decoder = new RecordDecoder();
    stream.on("data", (chunk: Buffer) => {
      for (const record of decoder.push(chunk)) this.take(JSON.parse(record.toString()) as Event);
    });
    stream.on("error", () => undefined);
  }

  static async subscribe(port: number, tasks: number): Promise<BenchScheduler> {
    const framework_info = { user: "root", name: "bench" };
    const stream = await post(port, { type: "SUBSCRIBE", subscribe: { framework_info } });
    return new BenchScheduler(port, tasks, stream);
  }

  [Symbol.dispose](): void {
    this.stream.destroy();
  }

  private take(event: Event): void {
    this.framework ??= event.subscribed?.framework_id;
    for (const { id, agent_id } of event.offers?.offers ?? []) {
      this.offers += 1;
      const filters = { refuse_seconds: 0 };
      if (this.agents.has(agent_id.value) || this.launched >= this.tasks) {
        this.call({ type: "DECLINE", decline: { offer_ids: [id], filters } });
        continue;
      }
      this.agents.add(agent_id.value);
      const task_infos = Array.from({ length: PER_AGENT }, () => this.task(agent_id));
      const operations = [{ type: "LAUNCH", launch: { task_infos } }];
      this.call({ type: "ACCEPT", accept: { offer_ids: [id], operations, filters } });
    }
    const status = event.update?.status;
    if (status === undefined) return;
    if (status.state === "TASK_RUNNING") this.running += 1;
    const { agent_id, task_id, uuid } = status;
    if (uuid !== undefined) this.call({ type: "ACKNOWLEDGE", acknowledge: { agent_id, task_id, uuid } });
  }

  private task(agent_id: Named): object {
    this.launched += 1;
    const resource = (name: string, value: number): object => ({ name, type: "SCALAR", scalar: { value } });
    return {
      name: "sleeper",
      task_id: { value: `t${this.launched}` },
      agent_id,
      command: { value: "sleep 3600" },
      resources: [resource("cpus", 1), resource("mem", 32)],
    };
  }

  private call(call: object): void {
    const id = this.stream.headers["mesos-stream-id"];
    post(this.port, { framework_id: this.framework, ...call }, typeof id === "string" ? id : undefined).then(
      (response) => response.resume(),
      (error: unknown) => process.stderr.write(`${String(error)}\n`),
    );
  }
}

function post(port: number, call: object, stream?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const named = stream === undefined ? {} : { "Mesos-Stream-Id": stream };
    const headers = { "Content-Type": "application/json", ...named };
    const outgoing = request({
      host: "127.0.0.1",
      port,
      path: "/api/v1/scheduler",
      method: "POST",
      agent: false,
      headers,
    });
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify(call));
  });
}
