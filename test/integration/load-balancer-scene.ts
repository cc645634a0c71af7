import { createServer, get, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { loadBalancerImage } from "../../automation/images/load-balancer";
import { docker } from "../../readiness/docker";
import { waitFor } from "../../readiness/wait";
import { quietErrand, Scratch, uniqueName } from "../e2e/harness";
import { addressOf } from "./mesos";

/** A network of the engine, on which this machine has an address: containers reach it, nobody else does. */
export class TestNetwork implements AsyncDisposable {
  private constructor(
    readonly name: string,
    readonly gateway: string,
  ) {}

  static async create(): Promise<TestNetwork> {
    const name = uniqueName("test-network");
    await docker(["network", "create", name]);
    const format = "{{(index .IPAM.Config 0).Gateway}}";
    return new TestNetwork(name, (await docker(["network", "inspect", name, "--format", format])).trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker(["network", "rm", this.name]);
  }
}

/** A task: an HTTP server of this process that answers with its port. */
export class Task implements AsyncDisposable {
  private constructor(
    readonly host: string,
    readonly port: number,
    readonly server: Server,
  ) {}

  static async start(host: string): Promise<Task> {
    let port = 0;
    const server = createServer((_, response) => response.end(String(port)));
    port = await listen(server, host, 0);
    return new Task(host, port, server);
  }

  /** As a task that is asked to end does it: what has begun is answered, nothing more is taken. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.server.listening) return;
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What the bridge reads of Marathon, and the event stream: the wire, without a cluster behind it. */
export class MarathonWire implements AsyncDisposable {
  apps: object[] = [];
  tasks: object[] = [];
  #server: Server | undefined;
  readonly #streams = new Set<ServerResponse>();
  #port = 0;

  constructor(readonly host: string) {}

  get url(): string {
    return `http://${this.host}:${this.#port}`;
  }

  /** How many clients follow the event stream. */
  get followers(): number {
    return this.#streams.size;
  }

  /** Listens, at the same port as before. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      if (request.url === "/v2/events") {
        response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
        this.#streams.add(response);
        response.once("close", () => this.#streams.delete(response));
        return;
      }
      const body = request.url === "/v2/apps" ? { apps: this.apps } : { tasks: this.tasks };
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    });
    this.#port = await listen(server, this.host, this.#port);
    this.#server = server;
  }

  /** What Marathon says from now on; it tells who follows its events. */
  say(apps: object[], tasks: object[]): void {
    this.apps = apps;
    this.tasks = tasks;
    for (const stream of this.#streams) stream.write("event: status_update_event\ndata: {}\n\n");
  }

  /** Is gone, connections and all. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

export const webApp = (labels: Record<string, string> = {}, id = "/web", port = 10_000): object => ({
  id,
  labels: { HAPROXY_GROUP: "external", HAPROXY_0_VHOST: `${id.slice(1)}.example`, ...labels },
  portDefinitions: [{ port }],
});

export const taskOf = (task: Task, appId = "/web"): object => ({
  id: `${appId}.${task.port}`,
  appId,
  host: task.host,
  ports: [task.port],
  state: "TASK_RUNNING",
});

/** Four clients that ask without a rest, until they are ended; at most 20,000 requests. */
export class Load {
  count = 0;
  readonly failures: string[] = [];
  readonly #stop = new AbortController();
  readonly #clients: Promise<unknown>;

  constructor(readonly ask: () => Promise<{ status: number; body: string }>) {
    this.#clients = Promise.all([1, 2, 3, 4].map(() => this.#client()));
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#clients;
  }

  async #client(): Promise<void> {
    while (!this.#stop.signal.aborted && this.count < 20_000) {
      this.count++;
      try {
        const { status, body } = await this.ask();
        if (status !== 200) this.failures.push(`${status} ${body}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      await pause(5);
    }
  }
}

interface Status {
  readonly stale: boolean;
  readonly failing: boolean;
  readonly stream: string;
  readonly reloads: number;
  readonly lastError?: { readonly text: string };
  readonly services: readonly { readonly app: string; readonly servers: readonly object[] }[];
  readonly refused: readonly { readonly app: string; readonly why: string }[];
}

/** The real image of the load balancer in a container of its own. */
export class Balancer implements AsyncDisposable {
  private constructor(
    readonly container: string,
    readonly address: string,
  ) {}

  static async start(marathons: readonly string[], network: string): Promise<Balancer> {
    using scratch = new Scratch();
    const source = {
      version: undefined,
      image: { kind: "haproxy" as const },
      groups: [],
      mode: "events" as const,
    };
    const image = await loadBalancerImage(source, quietErrand);
    const container = uniqueName("test-load-balancer");
    const settings = {
      ...{ marathons, groups: ["external"], mode: "events", resyncSeconds: 2 },
      ...{ httpPort: 80, statsPort: 9090, pagePort: 9091 },
    };
    scratch.file("bridge.json", JSON.stringify(settings));
    const folder = scratch.path;
    await docker(["create", "--name", container, "--network", network, image.id]);
    await docker(["cp", folder, `${container}:/etc/mesos-matrix`]);
    await docker(["start", container]);
    const [address = ""] = (await addressOf(container, 80)).split(":");
    return new Balancer(container, address);
  }

  async status(): Promise<Status> {
    return (await (await fetch(`http://${this.address}:9091/status`)).json()) as Status;
  }

  /** Waits until the bridge says something of itself; fails with what it says. */
  async until(what: string, holds: (status: Status) => boolean, seconds = 60): Promise<Status> {
    const waited = await waitFor(
      async () => {
        const value = await this.status().catch((error: unknown) => error);
        return { state: isStatus(value) && holds(value) ? "ready" : "waiting", value };
      },
      { timeoutSeconds: seconds, pauseMilliseconds: 50 },
    );
    if (waited.ended === "ready" && isStatus(waited.value)) return waited.value;
    const said = await docker(["logs", "--tail", "20", this.container], { both: true });
    throw new Error(`not in time: ${what}; ${JSON.stringify(waited.value)}\n${said}`);
  }

  /** One request to a virtual host, on a connection of its own; answers its status and body. */
  ask(host = "web.example", port = 80): Promise<{ status: number; body: string }> {
    const place = { host: this.address, port, agent: false as const };
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(10_000);
      const request = get({ ...place, headers: { Host: host }, signal }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body }));
      });
      request.once("error", reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker(["rm", "--force", "--volumes", this.container]);
  }
}

function isStatus(value: unknown): value is Status {
  return typeof value === "object" && value !== null && "services" in value;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
