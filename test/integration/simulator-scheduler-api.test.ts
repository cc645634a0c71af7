import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { JsonObject } from "../../simulator/wire/json";
import { v1Messages } from "../../simulator/wire/message-set";
import { RecordDecoder } from "../../simulator/wire/recordio";
import {
  agentsOf,
  leaderOf,
  Programs,
  read,
  registered,
  until,
  needsZooKeeper,
  type Program,
} from "./simulator-harness";
import { postCall, TestScheduler } from "./simulator-scheduler";

needsZooKeeper();

const RESERVATION = { role: "r", reservation: { principal: "p" } };
const cpus = { name: "cpus", type: "SCALAR", scalar: { value: 0.1 }, ...RESERVATION };
const mem = { name: "mem", type: "SCALAR", scalar: { value: 32 }, ...RESERVATION };
const disk = { name: "disk", type: "SCALAR", scalar: { value: 64 }, ...RESERVATION };
const volume = {
  ...disk,
  disk: { persistence: { id: "v", principal: "p" }, volume: { container_path: "data", mode: "RW" } },
};

describe("the v1 scheduler API of simulated clusters", function () {
  this.timeout(90_000);

  for (const tag of ["0.28.3", "1.8.0-rc3"]) {
    it(`runs a framework that speaks nothing but protobuf (${tag})`, async () => {
      await using programs = new Programs();
      const master = await programs.master({ tag });
      const agent = await programs.agent({ tag });
      await registered(agent);
      const set = v1Messages(tag);
      const events: JsonObject[] = [];
      const send = (call: JsonObject, stream?: string) =>
        post(master, set.toProtobuf("scheduler.Call", call), stream);
      const framework_info = { user: "root", name: "protobuf" };
      const subscribed = await send({ type: "SUBSCRIBE", subscribe: { framework_info } });
      assert.deepEqual(
        [subscribed.statusCode, subscribed.headers["content-type"]],
        [200, "application/x-protobuf"],
      );
      const decoder = new RecordDecoder();
      subscribed.on("data", (chunk: Buffer) =>
        decoder.push(chunk).forEach((record) => events.push(set.fromProtobuf("scheduler.Event", record))),
      );
      const event = (is: (event: JsonObject) => boolean) => until("an event", () => events.find(is));
      const { framework_id } = (await event(({ type }) => type === "SUBSCRIBED")).subscribed as JsonObject;
      const stream = String(subscribed.headers["mesos-stream-id"]);
      const { offers } = (await event(({ type }) => type === "OFFERS")).offers as unknown as {
        offers: { id: JsonObject; agent_id: JsonObject }[];
      };
      const { id, agent_id } = offers[0]!;
      const resources = [cpus, mem].map(({ name, type, scalar }) => ({ name, type, scalar }));
      const task = { name: "t", task_id: { value: "t" }, agent_id, resources, command: { value: "true" } };
      const operations = [{ type: "LAUNCH", launch: { task_infos: [task] } }];
      const accepted = await send(
        { framework_id, type: "ACCEPT", accept: { offer_ids: [id], operations } },
        stream,
      );
      assert.equal(accepted.statusCode, 202);
      const acknowledged = new Set<unknown>();
      await until("TASK_FINISHED", async () => {
        for (const { update } of events) {
          const status = (update as { status: JsonObject } | undefined)?.status;
          if (status?.uuid === undefined || acknowledged.has(status.uuid)) continue;
          acknowledged.add(status.uuid);
          const { task_id, uuid } = status;
          await send({ framework_id, type: "ACKNOWLEDGE", acknowledge: { agent_id, task_id, uuid } }, stream);
          if (status.state === "TASK_FINISHED") return true;
        }
        return undefined;
      });
      subscribed.destroy();
    });
  }

  it("has a new leader with all agents, and the framework and its task back, under the flags of timings: fast", async () => {
    await using programs = new Programs();
    const tag = "1.11.0";
    const fast = ["--allocation_interval=200ms", "--agent_ping_timeout=1secs", "--max_agent_ping_timeouts=4"];
    const masters = await Promise.all(
      [1, 2, 3].map(() => programs.master({ tag, flags: ["--quorum=2", ...fast] })),
    );
    const agents = await Promise.all(
      [1, 2, 3].map(() => programs.agent({ tag, flags: ["--zk_session_timeout=2secs"] })),
    );
    await Promise.all(agents.map(registered));
    const leader = await leaderOf(masters, 3);
    using before = await TestScheduler.subscribe(leader, { checkpoint: true });
    await before.launch("t", "sleep 60");
    await before.reached("t", "TASK_RUNNING");
    leader.child.kill("SIGKILL");
    const next = await leaderOf(
      masters.filter((master) => master !== leader),
      3,
    );
    using after = await TestScheduler.subscribe(next, { id: before.id, checkpoint: true });
    await after.call({ type: "RECONCILE", reconcile: { tasks: [] } });
    assert.equal((await after.reached("t", "TASK_RUNNING")).reason, "REASON_RECONCILIATION");
    await after.call({ type: "TEARDOWN" });
  });

  it("keeps a reserved volume with what a task wrote over a restart of the agent and a change of leader", async () => {
    await using programs = new Programs();
    const tag = "1.11.0";
    const masters = await Promise.all([1, 2].map(() => programs.master({ tag })));
    const agent = await programs.agent({ tag });
    await registered(agent);
    const leader = await leaderOf(masters, 1);
    const info = { role: "r", principal: "p", name: "volumes" };
    using first = await TestScheduler.subscribe(leader, info);
    await operate(first, [
      { type: "RESERVE", reserve: { resources: [cpus, mem, disk] } },
      { type: "CREATE", create: { volumes: [volume] } },
      launch("writer", "echo kept > data/file"),
    ]);
    await first.reached("writer", "TASK_FINISHED");
    await first.call({ type: "TEARDOWN" });

    agent.child.kill("SIGKILL");
    await agent.gone;
    const { port, workDir } = agent;
    leader.child.kill("SIGKILL");
    const again = await programs.agent({ tag, port, workDir });
    const next = await leaderOf(
      masters.filter((master) => master !== leader),
      1,
    );
    assert.equal((await agentsOf(next)).length, 1);
    const state = await read(next, "/state");
    const [known] = state?.slaves as { reserved_resources: Record<string, Record<string, number>> }[];
    assert.deepEqual([known?.reserved_resources.r?.disk, known?.reserved_resources.r?.cpus], [64, 0.1]);
    using second = await TestScheduler.subscribe(next, info);
    await operate(second, [launch("reader", 'test "$(cat data/file)" = kept')]);
    await second.reached("reader", "TASK_FINISHED");
    assert.equal(readFileSync(join(workDir, "volumes", "roles", "r", "v", "file"), "utf8"), "kept\n");

    await operate(second, [
      { type: "DESTROY", destroy: { volumes: [volume] } },
      { type: "UNRESERVE", unreserve: { resources: [cpus, mem, disk] } },
    ]);
    await until("nothing reserved", async () => {
      const [one] = ((await read(next, "/state"))?.slaves ?? []) as { reserved_resources: object }[];
      return Object.keys(one?.reserved_resources ?? { r: 1 }).length === 0 ? true : undefined;
    });
    assert.equal(again.child.exitCode, null);
  });
});

function launch(id: string, value: string): (agent_id: JsonObject) => JsonObject {
  return (agent_id) => {
    const resources = [cpus, mem, volume];
    const task = { name: id, task_id: { value: id }, agent_id, resources, command: { value } };
    return { type: "LAUNCH", launch: { task_infos: [task] } };
  };
}

/** Accepts the next offer with operations; tasks go to its agent. */
async function operate(
  scheduler: TestScheduler,
  operations: readonly (JsonObject | ((agent: JsonObject) => JsonObject))[],
): Promise<void> {
  const { id, agent_id } = await until("an offer", () => scheduler.offers.shift());
  const placed = operations.map((one) => (typeof one === "function" ? one({ ...agent_id }) : one));
  const filters = { refuse_seconds: 0 };
  await scheduler.call({ type: "ACCEPT", accept: { offer_ids: [id], operations: placed, filters } });
}

function post(master: Pick<Program, "port">, body: Buffer, stream?: string): Promise<IncomingMessage> {
  const type = "application/x-protobuf";
  return postCall(master, body, { "Content-Type": type, Accept: type }, stream);
}
