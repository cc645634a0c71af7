import assert from "node:assert/strict";
import { servesEndpoint } from "../../mesos/endpoints";
import { agentCapabilities, masterCapabilities } from "../../mesos/capabilities";
import { allVersions } from "../../mesos/versions";
import type { HttpReply, HttpRequest } from "../../simulator/http/message";
import { answerAgent } from "../../simulator/agent/routes";
import { newAgentState } from "../../simulator/agent/model";
import { answerMaster, type MasterFacts } from "../../simulator/master/routes";
import { callError, judgeCall } from "../../simulator/master/scheduler-api";
import type { JsonObject } from "../../simulator/wire/json";
import { v1Messages } from "../../simulator/wire/message-set";
import { agentConfig, leadingMaster, masterInfo, NOW } from "./simulator-fixtures";
import { withRunningTask } from "./simulator-scenes";

type Situation = "leading" | "standby" | "without a leader";

describe("endpoints of a simulated master", () => {
  it("exist in the versions that have them, with and without /master", () => {
    const status = (tag: string, path: string) => get(facts(tag, "leading"), path).status;
    for (const [path, last, first] of [
      ["/state.json", "1.7.3", "0.20.1"],
      ["/version", "master", "0.26.0"],
      ["/state", "master", "0.25.0"],
      ["/slaves", "master", "0.22.0"],
      ["/flags", "master", "0.26.0"],
      ["/frameworks", "master", "0.26.0"],
      ["/state-summary", "master", "0.23.0"],
      ["/metrics/snapshot", "master", "0.20.1"],
    ] as const) {
      assert.equal(status(first, path), 200, `${path} at ${first}`);
      assert.equal(status(last, path), 200, `${path} at ${last}`);
    }
    assert.equal(status("1.8.0", "/state.json"), 404);
    assert.equal(status("0.25.1", "/version"), 404);
    assert.equal(status("0.24.2", "/state"), 404);
    assert.equal(status("0.24.2", "/master/state.json"), 200);
    assert.equal(status("1.8.0", "/master/version"), 404, "of a process of its own");
    assert.equal(get(facts("1.8.0", "leading"), "/nosuchpath").body, "404 Not Found.");
  });

  it("always say that they are healthy, in every version and situation", () => {
    for (const { tag } of allVersions()) {
      assert.equal(get(facts(tag, "without a leader"), "/health").status, 200, tag);
    }
  });

  it("redirect to the leader in the form of the version", () => {
    const location = (tag: string, situation: Situation) =>
      get(facts(tag, situation), "/redirect").headers?.Location;
    assert.equal(location("0.22.2", "standby"), "http://leader:5050");
    assert.equal(location("0.23.0", "standby"), "//leader:5050");
    assert.equal(location("1.11.0", "leading"), "//master:5050");
    assert.equal(location("0.28.3", "without a leader"), "//master:5050");
    const none = get(facts("1.0.0", "without a leader"), "/master/redirect");
    assert.deepEqual([none.status, none.body], [503, "No leader elected"]);
  });

  it("answer for themselves on a standby before 1.0, and send to the leader from 1.0 on", () => {
    assert.equal(get(facts("0.28.3", "standby"), "/state").status, 200);
    const reply = get(facts("1.0.4", "standby"), "/state?x=1");
    assert.deepEqual([reply.status, reply.headers?.Location], [307, "//leader:5050/master/state?x=1"]);
    assert.equal(
      get(facts("1.0.0", "standby"), "/state?x=1").headers?.Location,
      "//leader:5050/master/state",
    );
    assert.equal(get(facts("1.0.4", "without a leader"), "/slaves").status, 503);
    for (const path of ["/metrics/snapshot", "/flags", "/version", "/health"]) {
      assert.equal(get(facts("1.11.0", "standby"), path).status, 200, path);
    }
    const operator = post(facts("1.11.0", "standby"), "/api/v1", { type: "GET_HEALTH" });
    assert.deepEqual([operator.status, operator.headers?.Location], [307, "//leader:5050/master/api/v1"]);
  });

  it("name in /metrics/snapshot what the version names", () => {
    const keys = (tag: string) => Object.keys(body(get(facts(tag, "leading"), "/metrics/snapshot")));
    assert.ok(keys("0.20.1").includes("master/elected"));
    assert.ok(!keys("0.28.3").includes("registrar/log/recovered"));
    assert.ok(keys("1.0.0").includes("registrar/log/recovered"));
    assert.ok(!keys("1.3.2").includes("registrar/log/ensemble_size"));
    assert.ok(keys("1.4.0").includes("registrar/log/ensemble_size"));
  });

  it("count leaders and agents in /metrics/snapshot", () => {
    const { master, agentId } = withRunningTask();
    const leading = { ...facts("1.11.0", "leading"), state: master.state };
    const metrics = body(get(leading, "/metrics/snapshot"));
    assert.deepEqual(
      [metrics["master/elected"], metrics["master/slaves_active"], metrics["master/tasks_running"]],
      [1, 1, 1],
    );
    master.happen({ kind: "exited", agentId });
    const after = body(get(leading, "/metrics/snapshot"));
    assert.deepEqual([after["master/slaves_active"], after["master/slaves_inactive"]], [0, 1]);
    assert.equal(body(get(facts("1.11.0", "standby"), "/metrics/snapshot"))["master/elected"], 0);
  });

  it("report the release a candidate was for, and say that they are simulated", () => {
    const state = body(get(facts("1.8.0-rc3", "leading"), "/state"));
    assert.equal(state.version, "1.8.0");
    assert.equal(state.git_tag, "1.8.0-rc3");
    assert.match(String(state.build_user), /simulated/);
    assert.equal(body(get(facts("1.8.0-rc3", "leading"), "/version")).version, "1.8.0");
  });

  it("show an agent and a task in /state with the members that a real master shows", () => {
    const { master } = withRunningTask();
    const state = body(get({ ...facts("1.11.0", "leading"), state: master.state }, "/state"));
    const [agent] = state.slaves as JsonObject[];
    assert.deepEqual(agent?.resources, { disk: 0, mem: 512, gpus: 0, cpus: 1 });
    assert.deepEqual(agent.used_resources, { disk: 0, mem: 32, gpus: 0, cpus: 0.1 });
    assert.equal(agent.pid, "slave(1)@10.0.1.1:5051");
    assert.deepEqual([agent.active, agent.version], [true, "1.11.0"]);
    const [framework] = state.frameworks as { tasks: JsonObject[] }[];
    assert.deepEqual([framework?.tasks[0]?.id, framework?.tasks[0]?.state], ["t1", "TASK_RUNNING"]);
    assert.equal(state.activated_slaves, 1);
  });

  it("answer the operator API, and refuse calls it does not know", () => {
    const leading = facts("1.11.0", "leading");
    assert.deepEqual(body(post(leading, "/api/v1", { type: "GET_HEALTH" })), {
      type: "GET_HEALTH",
      get_health: { healthy: true },
    });
    assert.equal(post(leading, "/api/v1", { type: "NO_SUCH_CALL" }).status, 400);
    assert.equal(get(leading, "/api/v1").status, 405);
    assert.equal(get(facts("0.28.3", "leading"), "/api/v1").status, 404);
  });

  it("end a framework on /teardown (/shutdown before 0.23)", () => {
    const ended: string[] = [];
    const leading = (tag: string) => ({
      ...facts(tag, "leading"),
      tearDown: (id: string) => (id === "F" ? ended.push(id) > 0 : false),
    });
    const form = (path: string, text: string, tag = "1.11.0") =>
      answerMaster(leading(tag), { ...request("POST", path), body: Buffer.from(text) }).status;
    assert.equal(form("/master/teardown", "frameworkId=F"), 200);
    assert.equal(form("/teardown", "frameworkId=G"), 400);
    assert.equal(form("/teardown", ""), 400);
    assert.equal(form("/shutdown", "frameworkId=F", "0.22.2"), 200);
    assert.deepEqual(ended, ["F", "F"]);
  });

  it("take no word from agents on a standby", () => {
    const { status } = post(facts("1.11.0", "standby"), "/simulator/v1/agent-messages", {});
    assert.equal(status, 503);
  });
});

describe("the scheduler API of a simulated master", () => {
  it("exists from 0.24 on, sends to the leader from a standby and waits for recovery", () => {
    assert.equal(post(facts("0.23.1", "leading"), "/api/v1/scheduler", {}).status, 404);
    const standby = post(facts("0.28.3", "standby"), "/api/v1/scheduler", {});
    assert.deepEqual([standby.status, standby.headers?.Location], [307, "//leader:5050"]);
    const later = post(facts("1.8.0", "standby"), "/api/v1/scheduler", {});
    assert.equal(later.headers?.Location, "//leader:5050/master/api/v1/scheduler");
    assert.equal(post(facts("1.8.0", "without a leader"), "/api/v1/scheduler", {}).status, 503);
    const recovering = { ...facts("1.8.0", "leading"), ready: false };
    assert.equal(post(recovering, "/api/v1/scheduler", {}).status, 503);
  });

  const { master, agentId } = withRunningTask();
  const stream = { "mesos-stream-id": "c" };
  const kill = { type: "KILL", framework_id: { value: "M-0000" }, kill: { task_id: { value: "t1" } } };
  const judge = (call: JsonObject | string, headers: Record<string, string> = {}, method = "POST") => {
    const text = typeof call === "string" ? call : JSON.stringify(call);
    const all = { "content-type": "application/json", ...headers };
    const judged = judgeCall(master.state, {
      ...request(method, "/"),
      headers: all,
      body: Buffer.from(text),
    });
    return judged.kind === "refused" ? `${judged.reply.status} ${String(judged.reply.body)}` : judged.kind;
  };

  it("lets a well-formed call of a subscribed framework through", () => {
    assert.equal(judge(kill, stream), "call");
    assert.equal(
      judge({ type: "SUBSCRIBE", subscribe: { framework_info: { user: "u", name: "n" } } }),
      "subscribe",
    );
  });

  it("counts null as absent, as clients write it", () => {
    assert.equal(judge({ ...kill, kill: { task_id: { value: "t1" }, agent_id: null } }, stream), "call");
  });

  it("refuses what Mesos refuses, with its status", () => {
    for (const [answer, expected] of [
      [judge(kill, stream, "GET"), /^405 /],
      [
        judge(kill, { ...stream, "content-type": "text/plain" }),
        /^415 Expecting 'Content-Type' of application\/json/,
      ],
      [judge("{", stream), /^400 Failed to parse body into JSON/],
      [judge("[]", stream), /^400 Failed to convert JSON into Call protobuf/],
      [judge({}, stream), /^400 .*Expecting 'type' to be present/],
      [judge({ type: "KILL" }, stream), /^400 .*Expecting 'framework_id' to be present/],
      [judge({ ...kill, kill: null }, stream), /^400 .*Expecting 'kill' to be present/],
      [judge({ ...kill, kill: { task_id: "t1" } }, stream), /^400 .*'task_id'/],
      [judge({ ...kill, framework_id: { value: "X" } }, stream), /^400 Framework cannot be found/],
      [judge(kill), /^400 All non-subscribe calls should include the 'Mesos-Stream-Id' header/],
      [judge(kill, { "mesos-stream-id": "other" }), /^400 The stream ID 'other'/],
      [
        judge({ type: "SUBSCRIBE", subscribe: { framework_info: { user: "u", name: "n" } } }, stream),
        /^400 Subscribe calls should not include/,
      ],
      [
        judge({
          type: "SUBSCRIBE",
          subscribe: { framework_info: { user: "u", name: "n", id: { value: "X" } } },
        }),
        /^400 .*differs from/,
      ],
      [judge({ type: "SUBSCRIBE", subscribe: {} }), /^400 .*framework_info/],
    ] as const) {
      assert.match(answer, expected);
    }
  });

  it("speaks protobuf as it speaks JSON, and takes the content type to the letter", () => {
    const { tag } = master.state.config;
    const headers = { ...stream, "content-type": "application/x-protobuf" };
    const send = (body: Buffer, accept = "application/x-protobuf"): string => {
      const judged = judgeCall(master.state, {
        ...request("POST", "/"),
        headers: { ...headers, accept },
        body,
      });
      return judged.kind === "refused" ? `${judged.reply.status} ${String(judged.reply.body)}` : judged.kind;
    };
    assert.equal(send(v1Messages(tag).toProtobuf("scheduler.Call", kill)), "call");
    assert.equal(send(Buffer.from([0xff])), "400 Failed to parse body into Call protobuf");
    assert.match(judge(kill, { ...stream, "content-type": "application/json; charset=utf-8" }), /^415 /);
  });

  it("answers a standby's callers 503 before 0.27", () => {
    assert.equal(post(facts("0.26.2", "standby"), "/api/v1/scheduler", {}).body, "Not the leading master");
  });

  it("answers 406 to a subscriber that accepts neither encoding", () => {
    const call = { type: "SUBSCRIBE", subscribe: { framework_info: { user: "u", name: "n" } } };
    assert.match(judge(call, { accept: "text/html" }), /^406 /);
    assert.equal(judge(call, { accept: "text/html, application/*;q=0.5" }), "subscribe");
  });

  it("wants a 16-byte uuid in ACKNOWLEDGE", () => {
    const acknowledge = { agent_id: { value: agentId }, task_id: { value: "t1" } };
    const type = "ACKNOWLEDGE";
    const framework_id = { value: "M-0000" };
    assert.match(
      callError({ type, framework_id, acknowledge: { ...acknowledge, uuid: "abcd" } }) ?? "",
      /UUID/,
    );
    assert.equal(
      callError({ type, framework_id, acknowledge: { ...acknowledge, uuid: "A".repeat(22) } }),
      undefined,
    );
  });

  it("answers 403 to a framework whose stream is gone", () => {
    const gone = withRunningTask({ failover_timeout: 60 });
    gone.master.happen({ kind: "disconnected", connection: "c" });
    const headers = { "content-type": "application/json", ...stream };
    const judged = judgeCall(gone.master.state, {
      ...request("POST", "/"),
      headers,
      body: Buffer.from(JSON.stringify(kill)),
    });
    assert.equal(judged.kind === "refused" && judged.reply.status, 403);
  });

  it("asks for no Mesos-Stream-Id before 0.28", () => {
    const old = leadingMaster("0.27.3");
    old.subscribe("c");
    const judged = judgeCall(old.state, {
      ...request("POST", "/"),
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(kill)),
    });
    assert.equal(judged.kind, "call");
  });
});

describe("endpoints of a simulated agent", () => {
  const execute = (): HttpReply => assert.fail("no executor is here");
  const agent = (tag: string, path: string) => {
    const state = newAgentState(agentConfig(tag), "S0", NOW);
    const around = { flags: { port: "5051" }, logDir: undefined, logFile: undefined, workDir: "/nowhere" };
    return answerAgent({ state, around, now: NOW, execute }, request("GET", path));
  };

  it("exist in the versions that have them, with and without /slave(1)", () => {
    assert.equal(agent("1.11.0", "/slave(1)/state").status, 200);
    assert.equal(agent("0.22.2", "/slave(1)/state.json").status, 200);
    assert.equal(agent("1.8.0", "/state.json").status, 404);
    assert.equal(agent("1.11.0", "/health").status, 200);
    assert.equal(agent("1.11.0", "/slaves").status, 404);
    assert.equal(body(agent("1.11.0", "/metrics/snapshot"))["slave/registered"], 0);
    assert.equal(body(agent("1.11.0", "/state")).id, "S0");
  });
});

describe("capabilities by version", () => {
  it("grow over time as the tables of the Mesos sources say", () => {
    assert.deepEqual(agentCapabilities("1.1.3"), []);
    assert.equal(agentCapabilities("1.10.0").length, 8);
    assert.deepEqual(masterCapabilities("1.8.0"), ["AGENT_UPDATE"]);
  });

  it("come with endpoints that no version loses but the .json ones, /stats.json and /shutdown", () => {
    const known = allVersions().map(({ tag }) => tag);
    for (const path of [
      "/health",
      "/version",
      "/state",
      "/slaves",
      "/api/v1",
      "/api/v1/scheduler",
      "/teardown",
    ]) {
      const serving = known.map((tag) => servesEndpoint("master", tag, path));
      assert.equal(serving.lastIndexOf(false), serving.indexOf(true) - 1, path);
    }
  });
});

function facts(tag: string, situation: Situation): MasterFacts {
  const { state } = leadingMaster(tag);
  const own = masterInfo(tag);
  const leader =
    situation === "leading"
      ? own
      : situation === "standby"
        ? { ...own, id: "L", hostname: "leader" }
        : undefined;
  const leads = situation === "leading";
  return {
    state,
    around: { leader, flags: {}, cluster: undefined, logDir: undefined, logFile: undefined },
    vitals: {
      leads,
      logRecovered: true,
      ensembleSize: 3,
      subscribers: 0,
      timers: {},
      perFramework: true,
      now: NOW,
    },
    ready: leads,
    fromAgent: () => assert.fail("an agent was heard"),
    fromDriver: () => assert.fail("a driver was heard"),
    schedule: () => ({ status: 202 }),
    tearDown: () => false,
  };
}

function request(method: string, target: string): HttpRequest {
  const url = new URL(target, "http://mesos");
  return { method, path: url.pathname, query: url.searchParams, headers: {}, body: Buffer.alloc(0) };
}

function get(from: MasterFacts, target: string): HttpReply {
  return answerMaster(from, request("GET", target));
}

function post(from: MasterFacts, target: string, call: JsonObject): HttpReply {
  const headers = { "content-type": "application/json" };
  return answerMaster(from, { ...request("POST", target), headers, body: Buffer.from(JSON.stringify(call)) });
}

function body(reply: HttpReply): Record<string, unknown> {
  return JSON.parse(String(reply.body)) as Record<string, unknown>;
}
