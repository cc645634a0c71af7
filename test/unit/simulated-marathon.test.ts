import assert from "node:assert/strict";
import type { HttpRequest } from "../../simulator/http/message";
import { leaderReply } from "../../simulator/marathon/api";
import { marathonConfig } from "../../simulator/marathon/config";
import { meetsConstraints } from "../../simulator/marathon/constraints";
import { readApp, type AppDefinition } from "../../simulator/marathon/definition";
import { MarathonExit, readMarathonFlags } from "../../simulator/marathon/flags";
import type { Offer } from "../../simulator/marathon/launch";
import {
  advanceMarathon,
  nextMarathonDue,
  recoverMarathon,
  type MarathonEvent,
} from "../../simulator/marathon/machine";
import { newMarathonState, Step, tasksOf, type Effect, type Task } from "../../simulator/marathon/model";
import type { JsonObject } from "../../simulator/wire/json";

const offer = (id: string, host: string, change: Partial<Offer> = {}): Offer => ({
  id: { value: id },
  agent_id: { value: `agent-${host}` },
  hostname: host,
  resources: [
    { name: "cpus", type: "SCALAR", scalar: { value: 1 } },
    { name: "mem", type: "SCALAR", scalar: { value: 512 } },
    { name: "ports", type: "RANGES", ranges: { range: [{ begin: 31000, end: 31009 }] } },
  ],
  ...change,
});

/** A Marathon without network: its state machine, a clock that stands still, and what it wanted done. */
class Scene {
  readonly state;
  now = 1_000_000;
  effects: Effect[] = [];
  #ids = 0;
  readonly #chance = { uuid: () => `id${++this.#ids}` };

  constructor(version = "1.7.216", argv: readonly string[] = []) {
    this.state = newMarathonState(
      marathonConfig(version, readMarathonFlags(version, ["--master", "zk://z/mesos", ...argv])),
    );
    this.happen({ kind: "subscribed", frameworkId: "f" });
  }

  happen(event: MarathonEvent): readonly Effect[] {
    const found = advanceMarathon(this.state, event, this.now, this.#chance);
    this.effects.push(...found);
    return found;
  }

  api(method: string, path: string, body?: unknown): { status: number; body: unknown } {
    const url = new URL(path, "http://m");
    const request: HttpRequest = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: {},
      body: Buffer.from(JSON.stringify(body ?? {})),
    };
    const step = new Step(this.state, (this.now += 1), this.#chance);
    const facts = { elected: true, leader: "m:8080", mesosLeader: undefined };
    const reply = leaderReply(step, facts, request);
    this.effects.push(...step.effects);
    this.happen({ kind: "changed" });
    const text = String(reply.body ?? "");
    return {
      status: reply.status,
      body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
    };
  }

  /** Calls of a type since the last look at them. */
  calls(type: string): JsonObject[] {
    const found = this.effects.flatMap((effect) =>
      effect.kind === "call" && effect.call.type === type ? [effect.call] : [],
    );
    this.effects = [];
    return found;
  }

  tasks(id: string): Task[] {
    return tasksOf(this.state, id);
  }

  update(task: Task | undefined, state: "TASK_RUNNING" | "TASK_FAILED" | "TASK_KILLED"): void {
    assert.ok(task !== undefined);
    const status = { task_id: { value: task.id }, state, agent_id: { value: task.agentId }, uuid: "dQ==" };
    this.happen({ kind: "update", status });
  }
}

const web = { id: "/web", cmd: "serve", cpus: 0.1, mem: 32, instances: 2 };

describe("the simulated Marathon", () => {
  it("launches what is missing on offers that fit, keeping each task before the master hears of it", () => {
    const scene = new Scene();
    assert.equal(scene.api("POST", "/v2/apps", web).status, 201);
    const effects = scene.happen({ kind: "offers", offers: [offer("o1", "a")] });
    const kinds = effects.flatMap((one) =>
      one.kind === "save" ? [one.key.split(":")[0]] : one.kind === "call" ? [one.call.type] : [],
    );
    assert.deepEqual(kinds, ["task", "task", "ACCEPT"]);
    const tasks = scene.tasks("/web");
    assert.deepEqual(
      tasks.map(({ ports }) => ports),
      [[31000], [31001]],
    );
    assert.deepEqual(scene.calls("DECLINE"), []);
    scene.happen({ kind: "offers", offers: [offer("o2", "a")] });
    assert.equal(scene.calls("DECLINE").length, 1, "nothing is missing any more");
  });

  it("declines an offer that is too small, has no port left or breaks a constraint, and asks again when more is missing", () => {
    const scene = new Scene("1.7.216", ["--min_revive_offers_interval", "1000"]);
    scene.api("POST", "/v2/apps", { ...web, cpus: 2 });
    scene.happen({ kind: "offers", offers: [offer("o1", "a")] });
    assert.equal(scene.calls("REVIVE").length, 1, "at once, the first time");
    scene.happen({ kind: "offers", offers: [offer("o2", "a")] });
    assert.equal(scene.calls("DECLINE").length, 1);
    assert.equal(scene.tasks("/web").length, 0);
    const due = nextMarathonDue(scene.state);
    assert.ok(due !== undefined && due <= scene.now + 1000);
    scene.now += 1001;
    scene.happen({ kind: "tick" });
    assert.equal(scene.calls("REVIVE").length, 1);
  });

  it("replaces the tasks of a changed app within its upgradeStrategy", () => {
    const scene = new Scene();
    const strategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 };
    scene.api("POST", "/v2/apps", { ...web, upgradeStrategy: strategy });
    scene.happen({ kind: "offers", offers: [offer("o1", "a")] });
    for (const task of scene.tasks("/web")) scene.update(task, "TASK_RUNNING");
    assert.deepEqual(scene.api("GET", "/v2/deployments").body, []);
    const old = scene.tasks("/web").map(({ id }) => id);
    scene.api("PUT", "/v2/apps/web", { cmd: "serve --fast" });
    scene.happen({ kind: "offers", offers: [offer("o2", "b")] });
    assert.equal(scene.tasks("/web").length, 3, "one above two");
    assert.deepEqual(scene.calls("KILL"), [], "no old one goes before the new one is up");
    scene.update(
      scene.tasks("/web").find(({ id }) => !old.includes(id)),
      "TASK_RUNNING",
    );
    assert.equal(scene.calls("KILL").length, 1);
    scene.update(
      scene.tasks("/web").find(({ killAt }) => killAt !== undefined),
      "TASK_KILLED",
    );
    scene.happen({ kind: "offers", offers: [offer("o3", "c")] });
    scene.update(
      scene.tasks("/web").find(({ state }) => state === "TASK_STAGING"),
      "TASK_RUNNING",
    );
    assert.equal(scene.calls("KILL").length, 1);
    scene.update(
      scene.tasks("/web").find(({ killAt }) => killAt !== undefined),
      "TASK_KILLED",
    );
    assert.deepEqual(scene.api("GET", "/v2/deployments").body, []);
    assert.ok(scene.tasks("/web").every(({ id }) => !old.includes(id)));
  });

  it("waits longer each time before it starts an app again whose tasks fail", () => {
    const scene = new Scene();
    scene.api("POST", "/v2/apps", { ...web, instances: 1, backoffSeconds: 2, backoffFactor: 3 });
    scene.happen({ kind: "offers", offers: [offer("o1", "a")] });
    scene.update(scene.tasks("/web")[0], "TASK_FAILED");
    scene.happen({ kind: "offers", offers: [offer("o2", "a")] });
    assert.equal(scene.tasks("/web").length, 0);
    scene.now += 2000;
    scene.happen({ kind: "offers", offers: [offer("o3", "a")] });
    scene.update(scene.tasks("/web")[0], "TASK_FAILED");
    assert.equal(scene.state.apps.get("/web")?.delay?.ms, 6000);
    const { app } = scene.api("GET", "/v2/apps/web").body as { app: { lastTaskFailure: { state: string } } };
    assert.equal(app.lastTaskFailure.state, "TASK_FAILED");
  });

  it("sends a kill again until the task is at its end, and kills running tasks that nobody knows", () => {
    const scene = new Scene("1.7.216", ["--kill_retry_timeout", "5000"]);
    scene.api("POST", "/v2/apps", { ...web, instances: 1 });
    scene.happen({ kind: "offers", offers: [offer("o1", "a")] });
    scene.update(scene.tasks("/web")[0], "TASK_RUNNING");
    scene.api("DELETE", "/v2/apps/web");
    assert.equal(scene.calls("KILL").length, 1);
    scene.now += 5000;
    scene.happen({ kind: "tick" });
    assert.equal(scene.calls("KILL").length, 1);
    const stranger = {
      task_id: { value: "ghost" },
      state: "TASK_RUNNING" as const,
      agent_id: { value: "x" },
    };
    scene.happen({ kind: "update", status: stranger });
    assert.deepEqual(
      scene.calls("KILL").map(({ kill }) => (kill as { task_id: { value: string } }).task_id.value),
      ["ghost"],
    );
  });

  it("goes on from what an earlier leader kept, and asks the master about every task", () => {
    const first = new Scene();
    first.api("POST", "/v2/apps", web);
    first.api("PUT", "/v2/groups/shop", { id: "/shop" });
    first.happen({ kind: "offers", offers: [offer("o1", "a")] });
    const kept = new Map<string, JsonObject>();
    for (const effect of first.effects) {
      if (effect.kind !== "save") continue;
      if (effect.value === undefined) kept.delete(effect.key);
      else kept.set(effect.key, JSON.parse(JSON.stringify(effect.value)) as JsonObject);
    }
    kept.set("framework:", { id: "f" });
    const second = newMarathonState(first.state.config);
    recoverMarathon(second, kept);
    assert.equal(second.frameworkId, "f");
    assert.deepEqual([...second.apps.keys()], ["/web"]);
    assert.deepEqual([...second.groups], ["/shop"]);
    assert.deepEqual([...second.tasks.keys()], [...first.state.tasks.keys()]);
    const chance = { uuid: () => "x" };
    const effects = advanceMarathon(second, { kind: "subscribed", frameworkId: "f" }, first.now, chance);
    const reconciled = effects.flatMap((one) =>
      one.kind === "call" && one.call.type === "RECONCILE" ? [one.call.reconcile] : [],
    );
    assert.equal((reconciled[0] as { tasks: unknown[] }).tasks.length, 2);
    assert.ok(!effects.some((one) => one.kind === "call" && one.call.type === "KILL"));
  });

  it("gives every app a service port of its own, which stays when the app changes", () => {
    const scene = new Scene("1.4.13", ["--local_port_min", "10100"]);
    const ports = (id: string): unknown =>
      (scene.api("GET", `/v2/apps${id}`).body as { app: { ports: number[] } }).app.ports;
    scene.api("POST", "/v2/apps", web);
    scene.api("POST", "/v2/apps", { ...web, id: "/two", portDefinitions: [{ port: 0 }, { port: 0 }] });
    assert.deepEqual([ports("/web"), ports("/two")], [[10100], [10101, 10102]]);
    scene.api("PUT", "/v2/apps/web?force=true", { cmd: "other" });
    assert.deepEqual(ports("/web"), [10100]);
  });

  it("kills the tasks that a scaling takes away, the youngest first, and counts a killed one off with scale=true", () => {
    const scene = new Scene();
    scene.api("POST", "/v2/apps", { ...web, instances: 1 });
    scene.happen({ kind: "offers", offers: [offer("o1", "a")] });
    const [old] = scene.tasks("/web");
    scene.update(old, "TASK_RUNNING");
    scene.now += 1000;
    scene.api("PUT", "/v2/apps/web", { instances: 2 });
    scene.happen({ kind: "offers", offers: [offer("o2", "b")] });
    const young = scene.tasks("/web").find((task) => task !== old);
    scene.update(young, "TASK_RUNNING");
    scene.api("PUT", "/v2/apps/web", { instances: 1 });
    assert.ok(old !== undefined && young?.killAt !== undefined && old.killAt === undefined);
    scene.update(young, "TASK_KILLED");
    assert.equal(scene.api("DELETE", `/v2/apps/web/tasks/${old.id}?scale=true`).status, 200);
    assert.equal(scene.state.apps.get("/web")?.definition.instances, 0);
  });

  it("says what is known at each release: ports until 1.4, networks from 1.5, the instance in task ids from 1.8", () => {
    const shown = (version: string): Record<string, unknown> => {
      const scene = new Scene(version);
      scene.api("POST", "/v2/apps", { ...web, instances: 1 });
      scene.happen({ kind: "offers", offers: [offer("o1", "a")] });
      const { app } = scene.api("GET", "/v2/apps/web").body as { app: Record<string, unknown> };
      return { ...app, task: scene.tasks("/web")[0]?.id };
    };
    assert.deepEqual(
      Object.keys(shown("0.11.1")).filter((key) => /^(?:port|netw)/.test(key)),
      ["ports"],
    );
    assert.deepEqual(
      Object.keys(shown("1.8.222"))
        .filter((key) => /^(?:port|netw)/.test(key))
        .sort(),
      ["networks", "portDefinitions"],
    );
    assert.match(String(shown("1.7.216").task), /^web\.id\d+$/);
    assert.match(String(shown("1.8.222").task), /^web\.instance-id\d+\._app\.1$/);
  });

  it("refuses a flag that its release does not know, and one without its value", () => {
    const refused = (version: string, ...argv: string[]): MarathonExit => {
      try {
        readMarathonFlags(version, argv);
      } catch (error) {
        assert.ok(error instanceof MarathonExit);
        return error;
      }
      return assert.fail("it was taken");
    };
    assert.match(refused("0.8.2", "--zk_session_timeout", "1").message, /Unknown option/);
    assert.match(refused("1.8.222", "--master").message, /Bad arguments for option 'master'/);
    assert.match(refused("1.8.222").message, /Required option 'master'/);
    assert.equal(refused("1.10.17", "--x", "1").code, 112);
    assert.equal(readMarathonFlags("1.8.222", ["--master=a", "--disable_ha"]).get("ha"), "false");
  });
});

describe("a constraint of an app", () => {
  const app = (...constraints: string[][]): AppDefinition =>
    readApp("/a", { cmd: "x", constraints }, undefined, "v", false, () => 1);
  const at = (host: string, rack = "r"): Task => ({ host, attributes: { rack } }) as unknown as Task;
  const allows = (constraint: string[], tasks: Task[], host: string, rack = "r"): boolean =>
    meetsConstraints(app(constraint), tasks, { host, attributes: { rack } });

  it("UNIQUE lets one task onto a host, MAX_PER so many", () => {
    assert.equal(allows(["hostname", "UNIQUE"], [at("a")], "a"), false);
    assert.equal(allows(["hostname", "UNIQUE"], [at("a")], "b"), true);
    assert.equal(allows(["rack", "MAX_PER", "2"], [at("a"), at("b")], "c"), false);
    assert.equal(allows(["rack", "MAX_PER", "2"], [at("a")], "c"), true);
  });

  it("CLUSTER and IS keep tasks together, LIKE and UNLIKE read a pattern, GROUP_BY spreads", () => {
    assert.equal(allows(["rack", "CLUSTER"], [at("a", "x")], "b", "y"), false);
    assert.equal(allows(["rack", "CLUSTER", "y"], [], "b", "y"), true);
    assert.equal(allows(["rack", "IS", "x"], [], "b", "y"), false);
    assert.equal(allows(["rack", "LIKE", "x|y"], [], "b", "y"), true);
    assert.equal(allows(["rack", "UNLIKE", "y.*"], [], "b", "y1"), false);
    assert.equal(allows(["rack", "GROUP_BY"], [at("a", "x"), at("b", "y"), at("c", "y")], "d", "y"), false);
    assert.equal(allows(["rack", "GROUP_BY"], [at("a", "x"), at("b", "y"), at("c", "y")], "d", "x"), true);
  });
});
