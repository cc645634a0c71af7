import { join } from "node:path";

/**
 * A framework on npm's `mesos-framework`, which knows nothing of us: runs two command tasks and prints each state it is
 * told. A program of its own because that client writes logs into its folder and never lets go. Arguments: host and port.
 */
interface Update {
  readonly status: { readonly state: string; readonly message?: string };
}

interface Client {
  on(event: string, listener: (detail: unknown) => void): void;
  subscribe(): void;
  acknowledge(update: Update): void;
}

interface Library {
  readonly Scheduler: new (options: object) => Client;
  readonly Mesos: { getMesos(): { CommandInfo: new (...fields: unknown[]) => object } };
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package has no types and wants its folder set first
const { Scheduler, Mesos } = require("mesos-framework") as Library;
const [host, port] = process.argv.slice(2);
const command = new (Mesos.getMesos().CommandInfo)(null, null, true, "echo said by a task", null, null);
const client = new Scheduler({
  masterUrl: host,
  port,
  frameworkName: "two-tasks",
  masterConnectionTimeout: 30,
  restartStates: [],
  logging: { path: join(process.cwd()), fileName: "client.log", level: "error" },
  tasks: {
    echo: { instances: 2, commandInfo: command, resources: { cpus: 0.2, mem: 32, ports: 1, disk: 0 } },
  },
  handlers: {
    UPDATE: (update: Update) => {
      client.acknowledge(update);
      process.stdout.write(`${update.status.state} ${update.status.message ?? ""}\n`);
    },
  },
});
client.on("error", (error) => process.stdout.write(`error ${JSON.stringify(error)}\n`));
client.on("ready", () => client.subscribe());
