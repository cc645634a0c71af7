import assert from "node:assert/strict";
import { encodeMessage, receivedMessage } from "../../simulator/libprocess/message";
import { parsePid } from "../../simulator/libprocess/pid";
import { readDriverMessage } from "../../simulator/master/driver-calls";
import { driverEvents } from "../../simulator/master/driver-events";
import type { Effect } from "../../simulator/master/model";
import type { JsonObject } from "../../simulator/wire/json";
import { libprocessMessages } from "../../simulator/wire/libprocess-messages";
import { leadingMaster, status, task, type Master } from "./simulator-fixtures";

const PID = "scheduler(1)@10.0.0.9:4000";
const OTHER = "scheduler(2)@10.0.0.9:4001";
const FRAMEWORK = { user: "root", name: "old", failover_timeout: 60 };
const id = { value: "M-0000" };

describe("the simulated master and drivers", () => {
  it("registers a framework by its pid, and tells a driver that asks twice the id it has", () => {
    const master = leadingMaster();
    const effects = send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
    assert.equal(effects[0]?.kind, "link-driver");
    assert.deepEqual(said(master, effects, "FrameworkRegisteredMessage")[0]?.framework_id, id);
    const again = send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
    assert.deepEqual(said(master, again, "FrameworkRegisteredMessage")[0]?.framework_id, id);
    assert.equal(master.state.frameworks.size, 1);
  });

  it("sends the offers of all agents in one message, with the agents' pids", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:64", "cpus:1;mem:64");
    const effects = send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
    const [sent, ...more] = said(master, effects, "ResourceOffersMessage");
    assert.deepEqual(more, []);
    assert.equal((sent?.offers as JsonObject[]).length, 2);
    assert.match((sent?.pids as string[]).join(" "), /^slave\(1\)@[\d.]+:\d+ slave\(1\)@[\d.]+:\d+$/);
  });

  it("launches on LaunchTasksMessage, declines where it has no tasks, and kills", () => {
    const { master, agentId, offerIds } = offered();
    const filters = { refuse_seconds: 3600 };
    const launch = { framework_id: id, offer_ids: offerIds, filters, tasks: [task("t1", agentId)] };
    const effects = send(master, "LaunchTasksMessage", launch);
    assert.ok(effects.some((effect) => effect.kind === "agent" && effect.message.kind === "run"));
    const killed = send(master, "KillTaskMessage", { framework_id: id, task_id: { value: "t1" } });
    assert.ok(killed.some((effect) => effect.kind === "agent" && effect.message.kind === "kill"));

    const other = offered();
    send(other.master, "LaunchTasksMessage", { framework_id: id, offer_ids: other.offerIds, filters });
    assert.equal(other.master.state.offers.size, 0);
    assert.deepEqual(said(other.master, other.master.pass(60_000), "ResourceOffersMessage"), []);
  });

  it("passes an update on with the agent's pid, and an acknowledgement to the agent", () => {
    const { master, agentId, offerIds } = offered();
    const tasks = [task("t1", agentId)];
    send(master, "LaunchTasksMessage", { framework_id: id, offer_ids: offerIds, filters: {}, tasks });
    const running = { ...status("t1", "TASK_RUNNING"), agent_id: { value: agentId } };
    const [sent] = said(master, master.update(agentId, "M-0000", running), "StatusUpdateMessage");
    assert.match(sent?.pid as string, /^slave\(1\)@/);
    const { uuid } = sent?.update as JsonObject;
    assert.equal(uuid, running.uuid);
    const message = { agent_id: { value: agentId }, framework_id: id, task_id: { value: "t1" }, uuid };
    const effects = send(master, "StatusUpdateAcknowledgementMessage", message);
    assert.ok(effects.some((effect) => effect.kind === "agent" && effect.message.kind === "acknowledge"));
  });

  it("makes a uuid for its own updates before 0.23 only, and never names a pid to acknowledge them to", () => {
    for (const [tag, wanted] of [
      ["0.22.1", true],
      ["0.23.0", false],
    ] as const) {
      const master = leadingMaster(tag);
      send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
      const statuses = [{ task_id: { value: "gone" }, state: "TASK_RUNNING" }];
      const effects = send(master, "ReconcileTasksMessage", { framework_id: id, statuses });
      const [sent] = said(master, effects, "StatusUpdateMessage");
      const update = sent?.update as JsonObject;
      assert.equal((update.status as JsonObject).state, "TASK_LOST", tag);
      assert.equal(update.uuid !== undefined, wanted, tag);
      assert.equal(sent?.pid, undefined, tag);
    }
  });

  it("answers Reregistered to the pid it knows, takes its offers back, and Registered where it is new to this leader", () => {
    const { master, offerIds } = offered();
    master.happen({ kind: "disconnected", connection: PID });
    const framework = { ...FRAMEWORK, id };
    const effects = send(master, "ReregisterFrameworkMessage", { framework, failover: false });
    assert.equal(said(master, effects, "FrameworkReregisteredMessage").length, 1);
    assert.ok(offerIds.every(({ value }) => !master.state.offers.has(value)));
    const next = leadingMaster();
    const first = send(next, "ReregisterFrameworkMessage", { framework, failover: false });
    assert.deepEqual(said(next, first, "FrameworkRegisteredMessage")[0]?.framework_id, id);
  });

  it("refuses a second driver of a framework unless it fails over; then the first is told", () => {
    const master = leadingMaster();
    send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
    const framework = { ...FRAMEWORK, id };
    const refused = send(master, "ReregisterFrameworkMessage", { framework, failover: false }, OTHER);
    assert.deepEqual(errorsTo(refused), [[OTHER, "Framework failed over"]]);
    const taken = send(master, "ReregisterFrameworkMessage", { framework, failover: true }, OTHER);
    assert.deepEqual(errorsTo(taken), [[PID, "Framework failed over"]]);
    assert.equal(master.state.frameworks.get("M-0000")?.pid, OTHER);
  });

  it("ignores what comes from another pid than the framework's", () => {
    const { master, offerIds } = offered();
    send(master, "LaunchTasksMessage", { framework_id: id, offer_ids: offerIds, filters: {} }, OTHER);
    send(master, "UnregisterFrameworkMessage", { framework_id: id }, OTHER);
    assert.equal(master.state.offers.size, offerIds.length);
    assert.equal(master.state.frameworks.size, 1);
  });

  it("removes a framework that unregisters, or whose link stays broken for its failover timeout", () => {
    const master = leadingMaster();
    send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
    master.happen({ kind: "disconnected", connection: PID });
    master.pass(59_000);
    assert.equal(master.state.frameworks.size, 1);
    master.pass(1_000);
    assert.equal(master.state.frameworks.size, 0);
    const back = { framework: { ...FRAMEWORK, id }, failover: false };
    assert.deepEqual(errorsTo(send(master, "ReregisterFrameworkMessage", back)), [
      [PID, "Framework has been removed"],
    ]);
    send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
    send(master, "UnregisterFrameworkMessage", { framework_id: { value: "M-0001" } });
    assert.equal(master.state.frameworks.size, 0);
  });

  it("takes scheduler::Call from 0.24 on", () => {
    const call = { type: "SUBSCRIBE", subscribe: { framework_info: FRAMEWORK } };
    const body = libprocessMessages("0.24.0").toProtobuf("scheduler.Call", call);
    const received = { from: PID, name: "mesos.scheduler.Call", body };
    assert.equal(readDriverMessage("0.23.1", received), undefined);
    assert.equal(readDriverMessage("0.24.0", received)?.kind, "register");
  });
});

describe("libprocess messages", () => {
  it("are requests that name the sender as each version does", () => {
    const message = { from: "master@10.0.0.1:5050", name: "mesos.internal.X", body: Buffer.from("abc") };
    const to = parsePid(PID)!;
    const old = encodeMessage("0.20.1", to, message).toString();
    assert.match(
      old,
      /^POST \/scheduler\(1\)\/mesos\.internal\.X HTTP\/1\.0\r\nUser-Agent: libprocess\/master@/,
    );
    assert.ok(!old.includes("Libprocess-From"));
    const later = encodeMessage("0.21.0", to, message).toString();
    assert.match(later, /HTTP\/1\.1\r\n.*\r\nLibprocess-From: master@10\.0\.0\.1:5050\r\n/);
    assert.ok(later.endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
  });

  it("are known by either header, and are meant for the process that the path names", () => {
    const request = (path: string, headers: Record<string, string>) => ({
      method: "POST",
      path,
      query: new URLSearchParams(),
      headers,
      body: Buffer.alloc(0),
    });
    for (const headers of [{ "libprocess-from": PID }, { "user-agent": `libprocess/${PID}` }]) {
      assert.equal(receivedMessage("master", request("/master/mesos.internal.X", headers))?.from, PID);
      assert.equal(receivedMessage("master", request("/slave(1)/mesos.internal.X", headers)), undefined);
    }
    for (const headers of [{}, { "libprocess-from": "nonsense" }, { "user-agent": "curl/8" }]) {
      assert.equal(receivedMessage("master", request("/master/mesos.internal.X", headers)), undefined);
    }
  });
});

function send(master: Master, type: string, message: JsonObject, from = PID): readonly Effect[] {
  const { tag } = master.state.config;
  const body = libprocessMessages(tag).toProtobuf(type, message);
  const read = readDriverMessage(tag, { from, name: `mesos.internal.${type}`, body });
  assert.ok(read, type);
  return master.happen({ kind: "driver", from, message: read });
}

/** What the driver is sent of this type. */
function said(master: Master, effects: readonly Effect[], type: string): JsonObject[] {
  return effects
    .flatMap((effect) =>
      effect.kind === "event" ? driverEvents(master.state, effect.connection, effect.event) : [],
    )
    .flatMap(({ name, body }) =>
      name === `mesos.internal.${type}`
        ? [libprocessMessages(master.state.config.tag).fromProtobuf(type, body)]
        : [],
    );
}

function errorsTo(effects: readonly Effect[]): [string, unknown][] {
  return effects.flatMap((effect) =>
    effect.kind === "event" && effect.event.type === "ERROR"
      ? [[effect.connection, (effect.event.error as JsonObject).message]]
      : [],
  );
}

/** A master whose one agent is offered to a driver. */
function offered(): { master: Master; agentId: string; offerIds: { value: string }[] } {
  const master = leadingMaster();
  const [agentId = ""] = master.agents("cpus:1;mem:512");
  send(master, "RegisterFrameworkMessage", { framework: FRAMEWORK });
  return { master, agentId, offerIds: [...master.state.offers.keys()].map((value) => ({ value })) };
}
