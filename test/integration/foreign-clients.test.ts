import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { servesEndpoint } from "../../mesos/endpoints";
import { atLeast } from "../../mesos/versions";
import { sendsTaskStarting } from "../../mesos/wire";
import { ForeignClient, foreignKinds } from "./foreign-client";
import {
  leaderOf,
  Programs,
  read,
  until,
  needsZooKeeper,
  zooKeeper,
  type Program,
} from "./simulator-harness";

/** Tasks of each framework. */
const TASKS = 20;

/** Clusters at a time: each is six masters and agents, five frameworks and a hundred tasks. */
const AT_A_TIME = 3;

needsZooKeeper();

describe("frameworks on clients that nobody here wrote", function () {
  this.timeout(600_000);

  for (const tags of inGroups(["0.22.1", "0.28.3", "1.0.4", "1.4.3", "1.8.0-rc3", "1.11.0"])) {
    it(`run 20 tasks each on 3 agents, over the loss of the leader and of an agent, reconcile and finish (${tags.join(", ")})`, async () => {
      const results = await Promise.allSettled(tags.map(runOn));
      const failures = results.flatMap((result, i) =>
        result.status === "rejected" ? [`${tags[i] ?? ""}: ${String(result.reason)}`] : [],
      );
      assert.deepEqual(failures, []);
    });
  }
});

async function runOn(tag: string): Promise<void> {
  await using programs = new Programs();
  const masters = await Promise.all([1, 2, 3].map(() => programs.master({ tag, flags: MASTER_FLAGS })));
  const agents = await Promise.all([1, 2, 3].map(() => programs.agent({ tag, flags: AGENT_FLAGS })));
  const leader = await leaderOf(masters, 3);
  using gate = new Gate(programs.folder);
  await using clients = new Clients(tag, programs, gate.path, [
    ...masters.filter((one) => one !== leader),
    leader,
  ]);

  await clients.each("20 running tasks", (client) => client.running().size === TASKS);
  leader.child.kill("SIGKILL");
  const others = masters.filter((master) => master !== leader);
  const second = await leaderOf(others, 3);
  await clients.each("second subscription", (client) =>
    client.kind.v0
      ? client.said("subscribed").length + client.said("reregistered").length > 1
      : client.said("subscribed").length > 1,
  );
  for (const client of clients.all) {
    assert.equal(new Set(client.said("subscribed")).size, 1, `${client.kind.name} keeps its id`);
    assert.deepEqual(client.said("lost"), [], `${client.kind.name} loses nothing with the leader`);
  }

  const gone = await clients.agentWithAll(second, stateOf(tag));
  const killed = agents.find(({ port }) => port === gone.port);
  assert.ok(killed, `an agent at port ${gone.port}`);
  killed.child.kill("SIGKILL");
  await clients.each("20 running tasks on the other agents", (client) => {
    const tasks = [...client.running().values()];
    return client.said("lost").length > 0 && tasks.length === TASKS && !tasks.includes(gone.id);
  });

  for (const client of clients.all) client.reconcile();
  await clients.each("state of all 20 tasks", (client) => {
    const known = new Set(client.said("reconciled"));
    return [...client.running().keys()].every((task) => known.has(task));
  });

  gate.open();
  await clients.each("20 finished tasks and an end", (client) => client.exitCode() === 0);
  for (const client of clients.all)
    assert.equal(new Set(client.said("finished")).size, TASKS, client.kind.name);
  await until("all frameworks are completed", async () => {
    const state = await read(second, stateOf(tag));
    const completed = (state?.completed_frameworks ?? []) as { name: string }[];
    return clients.all.every(({ kind }) => completed.some(({ name }) => name === kind.name))
      ? true
      : undefined;
  });
  const starting = clients.all.some((client) => client.said("starting").length > 0);
  assert.equal(starting, sendsTaskStarting(tag), "TASK_STARTING");
}

const MASTER_FLAGS = ["--quorum=2", "--allocation_interval=100ms"];
const AGENT_FLAGS = ["--resources=cpus:16;mem:8192;disk:1000;ports:[31000-31099]"];

function stateOf(tag: string): string {
  return servesEndpoint("master", tag, "/state") ? "/state" : "/state.json";
}

/** What the tasks wait for: they read a pipe that nobody writes to until it is opened. */
class Gate implements Disposable {
  readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, "gate");
    execFileSync("mkfifo", [this.path]);
  }

  open(): void {
    // Both ways, so that it does not wait for a reader.
    closeSync(openSync(this.path, constants.O_RDWR));
  }

  [Symbol.dispose](): void {
    this.open();
  }
}

/** The frameworks of one cluster. */
class Clients implements AsyncDisposable {
  readonly all: readonly ForeignClient[];

  constructor(tag: string, programs: Programs, fifo: string, masters: readonly Program[]) {
    const urls = masters.map(({ port }) => `127.0.0.1:${port}`).join(",");
    this.all = foreignKinds
      .filter(({ v0 }) => v0 || servesEndpoint("master", tag, "/api/v1/scheduler"))
      .filter(({ before }) => before === undefined || !atLeast(tag, before))
      .map((kind) => {
        const where = kind.byZooKeeper === true ? `zk://${zooKeeper()}${programs.path}` : urls;
        return new ForeignClient(kind, { cwd: programs.folder, fifo, masters: where });
      });
  }

  async each(what: string, ask: (client: ForeignClient) => boolean): Promise<void> {
    await Promise.all(this.all.map((client) => client.until(what, () => ask(client))));
  }

  /** An agent on which every framework has tasks. */
  async agentWithAll(leader: Program, state: string): Promise<{ id: string; port: number }> {
    const used = this.all.map((client) => new Set(client.running().values()));
    // Before 1.2 only the pid names the port.
    const all = ((await read(leader, state))?.slaves ?? []) as { id: string; pid: string }[];
    const found = all.find(({ id }) => used.every((ids) => ids.has(id)));
    assert.ok(found, "no agent has tasks of every framework");
    return { id: found.id, port: Number(found.pid.split(":").at(-1)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((client) => client[Symbol.asyncDispose]()));
  }
}

function inGroups(tags: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < tags.length; at += AT_A_TIME) groups.push(tags.slice(at, at + AT_A_TIME));
  return groups;
}
