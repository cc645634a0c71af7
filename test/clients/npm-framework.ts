import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * A framework on npm's `mesos-framework`. See README.md beside this file. A program of its own because that client writes
 * logs into its folder and never lets go.
 */
interface Update {
  readonly status: {
    readonly task_id: { readonly value: string };
    readonly agent_id?: { readonly value: string };
    readonly state: string;
    readonly reason?: string;
    readonly message?: string;
  };
}

interface Client {
  readonly options: { masterUrl: string; port: number };
  readonly httpRequest: { destroy(): void };
  mesosStreamId: string | undefined;
  on(event: string, listener: (detail: never) => void): void;
  generateRequestTemplate(): void;
  subscribe(): void;
  reconcile(): void;
  teardown(): void;
}

interface Library {
  readonly Scheduler: new (options: object) => Client;
  readonly Mesos: { getMesos(): { CommandInfo: new (...fields: unknown[]) => object } };
}

const WANTED = 20;

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package has no types and wants its folder set first
const { Scheduler, Mesos } = require("mesos-framework") as Library;
const [name, fifo, masters = ""] = process.argv.slice(2);
const addresses = masters.split(",");
const [host, port] = (addresses[0] ?? "").split(":");
const finished = new Set<string>();
let asking = false;
let subscribedAt = "";

const client = new Scheduler({
  masterUrl: host,
  port,
  frameworkName: name,
  masterConnectionTimeout: 60,
  restartStates: ["TASK_LOST"],
  logging: { path: join(process.cwd()), fileName: `${name}.log`, level: "error" },
  tasks: {
    wait: {
      instances: WANTED,
      commandInfo: new (Mesos.getMesos().CommandInfo)(null, null, true, `cat '${fifo}'`, null, null),
      // It takes all it can of the first offer: an agent's disk is enough for ten.
      resources: { cpus: 0.1, mem: 32, ports: 0, disk: 100 },
    },
  },
});

client.on("ready", () => client.subscribe());
client.on("subscribed", ({ frameworkId }: { readonly frameworkId: string }) => {
  subscribedAt = `${client.options.masterUrl}:${client.options.port}`;
  say("subscribed", frameworkId);
});
client.on("update", ({ status }: Update) => {
  const task = status.task_id.value;
  if (status.reason === "REASON_RECONCILIATION") {
    if (asking) say("reconciled", task);
  } else if (status.state === "TASK_RUNNING") say("running", `${task} ${status.agent_id?.value ?? ""}`);
  else if (status.state === "TASK_LOST") say("lost", task);
  else if (status.state === "TASK_STARTING") say("starting", task);
  else if (status.state === "TASK_FINISHED") {
    finished.add(task);
    say("finished", task);
    if (finished.size === WANTED) {
      client.teardown();
      // eslint-disable-next-line no-restricted-properties -- the client never lets go; by then its last call is out
      setTimeout(() => process.exit(0), 500);
    }
  } else if (status.state !== "TASK_STAGING") {
    say("error", `${task} ${status.state} ${status.message ?? ""}`);
  }
});
client.on("error", ({ message = "" }: { readonly message?: string }) => say("trouble", message));
process.stdin.on("data", () => {
  asking = true;
  client.reconcile();
});
void followLeader();

/** The client itself does not look for a new leader where the old one's process died. */
async function followLeader(): Promise<void> {
  for (;;) {
    await pause(500);
    const leader = await findLeader();
    if (subscribedAt === "" || leader === undefined || leader === subscribedAt) continue;
    const [newHost = "", newPort] = leader.split(":");
    subscribedAt = "";
    client.httpRequest.destroy();
    client.options.masterUrl = newHost;
    client.options.port = Number(newPort);
    client.mesosStreamId = undefined;
    client.generateRequestTemplate();
    client.subscribe();
  }
}

async function findLeader(): Promise<string | undefined> {
  for (const address of addresses) {
    try {
      const response = await fetch(`http://${address}/metrics/snapshot`, {
        signal: AbortSignal.timeout(2_000),
      });
      const metrics = (await response.json()) as Record<string, number>;
      if (metrics["master/elected"] === 1) return address;
    } catch {
      // That one is gone; another leads.
    }
  }
  return undefined;
}

function say(event: string, detail: string): void {
  process.stdout.write(`${event} ${detail}\n`);
}
