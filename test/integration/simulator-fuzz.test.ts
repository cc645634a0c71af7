import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { v1Messages } from "../../simulator/wire/message-set";
import { leaderOf, Programs, read, until, needsZooKeeper, type Program } from "./simulator-harness";
import { TestScheduler } from "./simulator-scheduler";

needsZooKeeper();

describe("a simulated master under a fuzz", function () {
  this.timeout(300_000);

  for (const tag of ["0.28.3", "1.11.0"]) {
    it(`outlives bytes that are no HTTP, and serves a framework all the while (${tag})`, async () => {
      await using scene = await Scene.make(tag);
      for (let i = 0; i < 300; i += 1) {
        await scene.raw(Buffer.concat([Buffer.from(oneOf(BEGINNINGS)), randomBytes(randomInt(0, 400))]));
      }
      assert.equal(
        await scene.raw(Buffer.from("no HTTP at all\r\n\r\n")),
        "",
        "no answer, as from libprocess",
      );
      await scene.isWell();
    });

    it(`answers calls of random members and values with 2xx or 4xx, never with an error of its own (${tag})`, async () => {
      await using scene = await Scene.make(tag);
      for (const path of PATHS) {
        for (let i = 0; i < 60; i += 1)
          await scene.refusesOrTakes(path, "application/json", json(scene.call()));
        for (let i = 0; i < 30; i += 1)
          await scene.refusesOrTakes(path, oneOf(MEDIA), randomBytes(randomInt(0, 200)));
      }
      await scene.isWell();
    });
  }

  it("outlives numbers that are none in protobuf: offers go on, and nothing is oversold", async () => {
    await using scene = await Scene.make("1.11.0");
    const { id } = scene.framework;
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300]) {
      await until("an offer", () => scene.framework.offers[0]);
      const offer = scene.framework.offers.shift()!;
      const cpus = { name: "cpus", type: "SCALAR", scalar: { value: bad } };
      const task = { name: "t", task_id: { value: `t${bad}` }, agent_id: offer.agent_id, resources: [cpus] };
      const operations = [
        { type: "LAUNCH", launch: { task_infos: [{ ...task, command: { value: "true" } }] } },
      ];
      const call = { framework_id: id, type: "ACCEPT" };
      const accept = { offer_ids: [offer.id], operations, filters: { refuse_seconds: bad === -1 ? 0 : bad } };
      const body = v1Messages("1.11.0").toProtobuf("scheduler.Call", { ...call, accept });
      assert.equal(await scene.post("/api/v1/scheduler", "application/x-protobuf", body), 202);
      await scene.framework.reached(`t${bad}`, "TASK_ERROR");
      await scene.framework.call({ type: "REVIVE" });
    }
    const info = { user: "root", name: "nan", failover_timeout: Number.NaN };
    const subscribe = { type: "SUBSCRIBE", subscribe: { framework_info: info } };
    const body = v1Messages("1.11.0").toProtobuf("scheduler.Call", subscribe);
    await scene.post("/api/v1/scheduler", "application/x-protobuf", body, false);
    await scene.isWell();
  });

  it("outlives huge bodies, 500 connections, and clients that send and read slowly or not at all", async () => {
    await using scene = await Scene.make("1.11.0");
    const huge = await scene
      .post("/api/v1", "application/json", Buffer.alloc(70 * 2 ** 20, "x"))
      .catch(() => 0);
    assert.ok(huge === 413 || huge === 0, `refused, or cut off: ${huge}`);
    const sockets = await Promise.all(Array.from({ length: 500 }, () => scene.open()));
    for (const [i, socket] of sockets.entries()) {
      if (i % 3 === 0) socket.write("POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Le");
      if (i % 3 === 1) socket.pause().write("GET /state HTTP/1.1\r\nHost: x\r\n\r\n".repeat(5));
    }
    const started = Date.now();
    await scene.isWell();
    while (Date.now() - started < 3_000) {
      for (const socket of sockets) if (Math.random() < 0.05) socket.write("n");
      assert.ok(await read(scene.master, "/health").then(() => true));
      await pause(100);
    }
    await scene.isWell();
    for (const socket of sockets) socket.destroy();
    await scene.isWell();
  });
});

const BEGINNINGS = [
  "",
  "GET ",
  "GET // HTTP/1.1\r\nHost: x\r\n\r\n",
  "GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
  "GET /%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n",
  "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n",
  "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
  "POST /master/mesos.internal.LaunchTasksMessage HTTP/1.1\r\nHost: x\r\nLibprocess-From: a@127.0.0.1:1\r\nContent-Length: 50\r\n\r\n",
];

const PATHS = [
  "/api/v1/scheduler",
  "/master/api/v1/scheduler",
  "/api/v1",
  "/teardown",
  "/reserve",
  "/quota",
  "/weights",
  "/maintenance/schedule",
  "/machine/down",
  "/simulator/v1/agent-messages",
  "/master/mesos.internal.RegisterFrameworkMessage",
  "/master/mesos.internal.LaunchTasksMessage",
  "/master/mesos.internal.toString",
];

const MEDIA = ["application/json", "application/x-protobuf", "text/plain", "application/recordio", ""];

const WORDS = [
  ..."type framework_id value subscribe framework_info user name id accept offer_ids operations launch".split(
    " ",
  ),
  ..."task_infos task_id agent_id resources scalar ranges range begin end set item role reservations".split(
    " ",
  ),
  ..."decline kill acknowledge uuid reconcile tasks shutdown message data executor_id revive roles kind info".split(
    " ",
  ),
  ..."register reregister update agentId frameworkId status state hostname ip port version capabilities".split(
    " ",
  ),
  ..."constructor __proto__ toString hasOwnProperty get_state get_metrics timeout reserve_resources".split(
    " ",
  ),
];

const TYPES = [
  ..."SUBSCRIBE TEARDOWN ACCEPT DECLINE KILL SHUTDOWN ACKNOWLEDGE RECONCILE MESSAGE REQUEST SUPPRESS REVIVE".split(
    " ",
  ),
  ..."LAUNCH LAUNCH_GROUP RESERVE CREATE GET_STATE GET_HEALTH GET_AGENTS SET_QUOTA UPDATE_WEIGHTS UNKNOWN".split(
    " ",
  ),
  ..."constructor __proto__ toString hasOwnProperty".split(" "),
];

/** A leader with one agent and one framework, and what is thrown at it. */
class Scene implements AsyncDisposable {
  private constructor(
    readonly programs: Programs,
    readonly master: Program,
    readonly framework: TestScheduler,
  ) {}

  static async make(tag: string): Promise<Scene> {
    const programs = new Programs();
    const master = await programs.master({ tag, flags: ["--allocation_interval=100ms"] });
    await programs.agent({ tag });
    await leaderOf([master], 1);
    return new Scene(programs, master, await TestScheduler.subscribe(master));
  }

  /** Sends bytes over a connection of their own; answers what comes back until the other side or half a second ends it. */
  async raw(bytes: Buffer): Promise<string> {
    const socket = await this.open();
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
    socket.end(bytes);
    await Promise.race([new Promise((resolve) => socket.once("close", resolve)), pause(500)]);
    socket.destroy();
    return answer;
  }

  open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.master.port, "127.0.0.1", () => resolve(socket));
      socket.on("error", (error) => reject(error));
    });
  }

  /** Status of a POST; the stream of a SUBSCRIBE is left at once. With the framework's stream id where it is a call of it. */
  post(path: string, type: string, body: Buffer, known = true): Promise<number> {
    return new Promise((resolve, reject) => {
      const stream = this.framework.response.headers["mesos-stream-id"];
      const outgoing = request({
        host: "127.0.0.1",
        port: this.master.port,
        path,
        method: "POST",
        agent: false,
        headers: {
          "Content-Length": body.length,
          Accept: oneOf(["*/*", "application/json", "application/x-protobuf"]),
          ...(type === "" ? {} : { "Content-Type": type }),
          ...(known && typeof stream === "string" ? { "Mesos-Stream-Id": stream } : {}),
          ...(path.includes("mesos.internal") ? { "Libprocess-From": "fuzz@127.0.0.1:1" } : {}),
        },
      });
      outgoing.on("error", reject);
      outgoing.on("response", (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      outgoing.end(body);
    });
  }

  async refusesOrTakes(path: string, type: string, body: Buffer): Promise<void> {
    const status = await this.post(path, type, body, Math.random() < 0.5);
    const said = `${path} ${type} ${body.toString("base64")}`;
    assert.ok(
      (status >= 200 && status < 300) || (status >= 400 && status < 500) || status === 501,
      `${status}: ${said}`,
    );
  }

  /** A call of random depth that often names what is there. TEARDOWN of the framework itself is not what is tried. */
  call(): unknown {
    const type = oneOf(TYPES);
    if (type === "TEARDOWN") return { type, framework_id: { value: "unknown" } };
    const own = Math.random() < 0.5 ? { framework_id: this.framework.id } : {};
    return { ...own, ...(anyObject(3) as object), type, [type.toLowerCase()]: anyObject(4) };
  }

  /** The master still runs, answers, and offers its agent to the framework. */
  async isWell(): Promise<void> {
    assert.equal(this.master.child.exitCode, null, this.master.log().slice(-4_000));
    await until("an answer of the master", () => read(this.master, "/state"));
    this.framework.offers.length = 0;
    using other = await TestScheduler.subscribe(this.master, { name: "asks" });
    await other.call({ type: "RECONCILE", reconcile: { tasks: [{ task_id: { value: "none" } }] } });
    await other.reached("none", "TASK_LOST");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.framework[Symbol.dispose]();
    await this.programs[Symbol.asyncDispose]();
  }
}

function anyObject(depth: number): unknown {
  const members = Array.from({ length: randomInt(0, 6) }, () => [oneOf(WORDS), anything(depth - 1)] as const);
  return Object.fromEntries(members);
}

function anything(depth: number): unknown {
  const simple = [
    0,
    -1,
    1e308,
    "",
    "x",
    "SCALAR",
    "RANGES",
    null,
    true,
    "\u0000",
    "../..",
    "é".repeat(50),
    "*",
  ];
  const kind = depth <= 0 ? 0 : randomInt(0, 4);
  if (kind === 1) return Array.from({ length: randomInt(0, 4) }, () => anything(depth - 1));
  return kind > 1 ? anyObject(depth) : oneOf(simple);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function oneOf<T>(list: readonly T[]): T {
  return list[randomInt(0, list.length)]!;
}
