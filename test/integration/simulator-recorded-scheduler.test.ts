import assert from "node:assert/strict";
import { request, type IncomingHttpHeaders } from "node:http";
import recording from "../fixtures/recorded/scheduler-api.json";
import type { JsonObject } from "../../simulator/wire/json";
import { shapeOf, unexplained } from "./recorded-shape";
import { leaderOf, Programs, registered, until, needsZooKeeper, type Program } from "./simulator-harness";
import { TestScheduler, type SchedulerEvent } from "./simulator-scheduler";

/** Where the simulator answers otherwise than the recorded master, and why. An entry that is no longer true fails. */
const differences: Readonly<Record<string, string>> = {
  "+ header server": "it says that the master is simulated",
  "+ answer header server": "it says that the master is simulated",
};

/** Values that say the same in every cluster of this version, by type of event. */
const constant: Readonly<Record<string, readonly string[]>> = {
  SUBSCRIBED: [
    "subscribed.heartbeat_interval_seconds",
    "subscribed.master_info.version",
    "subscribed.master_info.capabilities",
  ],
  OFFERS: ["offers.offers.0.url.scheme", "offers.offers.0.url.path", "offers.offers.0.allocation_info"],
  UPDATE: ["update.status.source", "update.status.message"],
};

/** Only a framework with MULTI_ROLE is offered resources with the role that they are allocated to, as the recorded one was. */
const recordedInfo = { failover_timeout: 0, roles: ["*"], capabilities: [{ type: "MULTI_ROLE" }] };

type Event = SchedulerEvent & JsonObject;
const recorded = recording.flatMap((entry) =>
  entry.dir === "event" ? [entry.event as unknown as Event] : [],
);
const calls = recording.flatMap((entry) =>
  entry.dir === "call" ? [{ call: entry.call as unknown as JsonObject, answer: entry.answer! }] : [],
);

needsZooKeeper();

describe("the recorded life of a framework, on another cluster", function () {
  this.timeout(90_000);

  it("brings the same answers, headers and events, with values that belong together", async () => {
    await using programs = new Programs();
    const tag = "master";
    const masters = await Promise.all([1, 2, 3].map(() => programs.master({ tag, flags: ["--quorum=2"] })));
    const agents = await Promise.all(
      [1, 2, 3, 4, 5].map((i) =>
        programs.agent({ tag, flags: [`--resources=cpus:${i};mem:${256 * i};disk:99;ports:[2000-20${i}0]`] }),
      ),
    );
    await Promise.all(agents.map(registered));
    const leader = await leaderOf(masters, 5);
    using other = await TestScheduler.subscribe(leader, { name: "another", role: "other" });
    await other.launch("sleeper", "sleep 60");
    await other.reached("sleeper", "TASK_RUNNING");
    await other.call({ type: "SUPPRESS" });
    const held = other.offers.splice(0);
    await other.call({
      type: "DECLINE",
      decline: { offer_ids: held.map(({ id }) => id), filters: { refuse_seconds: 60 } },
    });

    using scheduler = await TestScheduler.subscribe(leader, recordedInfo, { acknowledges: false });
    const offer = await until("an offer", () => scheduler.offers[0]);
    const answers = [await post(leader, scheduler, launchOn(offer))];
    for (const state of ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"]) {
      const { agent_id, task_id, uuid } = await scheduler.reached("t1", state);
      answers.push(
        await post(leader, scheduler, { type: "ACKNOWLEDGE", acknowledge: { agent_id, task_id, uuid } }),
      );
    }
    answers.push(await post(leader, scheduler, { type: "TEARDOWN" }));
    await until("the end of the stream", () => (scheduler.ended ? true : undefined));

    const ours = scheduler.events as Event[];
    assert.deepEqual(orderOf(ours), orderOf(recorded));
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body]),
      calls.map(({ answer }) => [answer.status, answer.body]),
    );
    const lines = {
      recorded: [
        ...recording.flatMap(({ headers }) => headerLines("header", headers ?? {})),
        ...headerLines("answer header", calls[0]!.answer.headers),
        ...eventLines(recorded),
      ],
      ours: [
        ...headerLines("header", scheduler.response.headers),
        ...headerLines("answer header", answers[0]!.headers),
        ...eventLines(ours),
      ],
    };
    assert.deepEqual(unexplained(lines.recorded, lines.ours, differences), []);
    for (const [type, paths] of Object.entries(constant)) {
      for (const path of paths) {
        assert.deepEqual(valuesAt(ours, type, path), valuesAt(recorded, type, path), `${type} ${path}`);
      }
    }
    related(ours, scheduler);
  });
});

/** Ids, pids and addresses of one life name one another. */
function related(events: readonly Event[], scheduler: TestScheduler): void {
  const info = events[0]?.subscribed as unknown as {
    framework_id: { value: string };
    master_info: MasterInfo;
  };
  const { id, pid, port, ip, address } = info.master_info;
  assert.match(info.framework_id.value, new RegExp(`^${id}-\\d{4}$`));
  assert.equal(pid, `master@${address.ip}:${port}`);
  assert.deepEqual([address.port, ip], [port, 0x0100007f]);
  assert.ok(scheduler.offers.every(({ id: offer }) => offer.value.startsWith(`${id}-O`)));
  const statuses = scheduler.updates;
  assert.equal(new Set(statuses.map(({ uuid }) => uuid)).size, 3, "every update has a uuid of its own");
  assert.equal(new Set(statuses.map(({ container_status }) => container_status?.container_id.value)).size, 1);
  assert.ok(statuses.every(({ executor_id, task_id }) => executor_id?.value === task_id.value));
  const times = statuses.map(({ timestamp }) => timestamp);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
}

interface MasterInfo {
  readonly id: string;
  readonly pid: string;
  readonly port: number;
  readonly ip: number;
  readonly address: { readonly ip: string; readonly port: number };
}

function launchOn(offer: { id: { value: string }; agent_id: { value: string } }): JsonObject {
  const text = JSON.stringify(calls[0]!.call);
  const accept = calls[0]!.call.accept as unknown as { offer_ids: { value: string }[]; operations: Launch[] };
  const agent = accept.operations[0]!.launch.task_infos[0]!.agent_id.value;
  return JSON.parse(
    text.replaceAll(accept.offer_ids[0]!.value, offer.id.value).replaceAll(agent, offer.agent_id.value),
  ) as JsonObject;
}

interface Launch {
  readonly launch: { readonly task_infos: { readonly agent_id: { readonly value: string } }[] };
}

/** In order of first appearance: how often offers and heartbeats come is a matter of time. */
function orderOf(events: readonly Event[]): string[] {
  const names = events.map(({ type, update }) =>
    update === undefined ? type : `${type} ${update.status.state}`,
  );
  return [...new Set(names)];
}

function eventLines(events: readonly Event[]): string[] {
  return events.flatMap((event) => {
    const state = event.update === undefined ? "" : ` ${event.update.status.state}`;
    return shapeOf(event).map((line) => `${event.type}${state} ${line}`);
  });
}

function headerLines(what: string, headers: IncomingHttpHeaders | Record<string, unknown>): string[] {
  return Object.keys(headers)
    .map((name) => name.toLowerCase())
    .filter((name) => name !== "date")
    .map((name) => `${what} ${name}`);
}

/** Different values at a path in events of a type, in order of appearance. */
function valuesAt(events: readonly Event[], type: string, path: string): string[] {
  const found = events
    .filter((event) => event.type === type)
    .map((event) =>
      path
        .split(".")
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], event),
    );
  return [...new Set(found.map((value) => JSON.stringify(value)))];
}

function post(
  master: Pick<Program, "port">,
  { id, stream }: TestScheduler,
  call: object,
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: "127.0.0.1",
      port: master.port,
      path: "/api/v1/scheduler",
      method: "POST",
      headers: { "Content-Type": "application/json", "Mesos-Stream-Id": stream ?? "" },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      let body = "";
      response.on("data", (chunk) => (body += String(chunk)));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    outgoing.end(JSON.stringify({ ...call, framework_id: id }));
  });
}
