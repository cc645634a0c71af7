import assert from "node:assert/strict";
import { taskEnvironment } from "../../simulator/agent/environment";
import { nextAgentDue } from "../../simulator/agent/machine";
import { masterInfo, NOW, taskInfo } from "./simulator-fixtures";
import { acknowledge, posts, signals, TestAgent, updates } from "./simulator-test-agent";

describe("the simulated agent and its master", () => {
  it("registers within the back-off after it hears of a leader, and doubles the back-off until it is taken", () => {
    const agent = new TestAgent();
    agent.happen({ kind: "detected", leader: masterInfo("1.11.0") });
    assert.equal(nextAgentDue(agent.state), NOW + 500);
    assert.equal(posts(agent.skip())[0]?.kind, "register");
    assert.equal(nextAgentDue(agent.state), agent.now + 1_000);
    agent.skip();
    assert.equal(nextAgentDue(agent.state), agent.now + 2_000);
    const effects = agent.hear({ kind: "registered", agentId: "S0", pingTimeoutMs: 75_000 });
    assert.ok(effects.some((effect) => effect.kind === "remember" && effect.agentId === "S0"));
    assert.ok(agent.state.registered);
  });

  it("comes back under the id of its last life", () => {
    const agent = new TestAgent({ agentId: "S7" });
    agent.happen({ kind: "detected", leader: masterInfo("1.11.0") });
    const [post] = posts(agent.skip());
    assert.equal(post?.kind === "reregister" && post.agentId, "S7");
  });

  it("is not registered while there is no leader, and tells the next one of its tasks", () => {
    const agent = new TestAgent().registered();
    agent.run();
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    agent.happen({ kind: "detected", leader: undefined });
    assert.ok(!agent.state.registered);
    assert.deepEqual(agent.state.registerAt, undefined);
    agent.happen({ kind: "detected", leader: { ...masterInfo("1.11.0"), id: "M2" } });
    const [post] = posts(agent.skip());
    assert.ok(post?.kind === "reregister");
    assert.deepEqual(
      post.tasks.map(({ task: t, statuses }) => [t.task_id.value, statuses.at(-1)?.state]),
      [["t1", "TASK_RUNNING"]],
    );
    assert.deepEqual(
      post.frameworks.map((f) => f.id?.value),
      ["F"],
    );
  });

  it("answers pings, and registers again when they stop", () => {
    const agent = new TestAgent().registered();
    assert.deepEqual(posts(agent.hear({ kind: "ping" })), [{ kind: "pong", agentId: "S0" }]);
    agent.skip();
    assert.equal(agent.now, NOW + 75_000);
    assert.equal(posts(agent.skip())[0]?.kind, "reregister");
  });

  it("dies when the master tells it to", () => {
    const effects = new TestAgent().registered().hear({ kind: "shutdown", why: "removed" });
    assert.match(effects.flatMap((e) => (e.kind === "die" ? [e.error.message] : [])).join(), /removed/);
  });
});

describe("the simulated agent and its tasks", () => {
  it("sends TASK_STARTING before TASK_RUNNING from 1.5 on only", () => {
    for (const [tag, states] of [
      ["1.4.3", ["TASK_RUNNING"]],
      ["1.5.0", ["TASK_STARTING", "TASK_RUNNING"]],
    ] as const) {
      const agent = new TestAgent({ tag }).registered();
      agent.run();
      agent.happen({ kind: "started", key: "F t1", pid: 42 });
      assert.deepEqual(
        agent.state.runs.get("F t1")!.statuses.map((s) => s.state),
        states,
      );
    }
  });

  it("sends the next update only when the one before is acknowledged", () => {
    const agent = new TestAgent().registered();
    agent.run();
    const [starting] = updates(agent.happen({ kind: "started", key: "F t1", pid: 42 }));
    assert.equal(starting?.state, "TASK_STARTING");
    assert.deepEqual(updates(agent.happen({ kind: "exited", key: "F t1", code: 0, signal: null })), []);
    const [running] = updates(acknowledge(agent, starting));
    assert.equal(running?.state, "TASK_RUNNING");
    const [finished] = updates(acknowledge(agent, running));
    assert.deepEqual([finished?.state, finished?.message], ["TASK_FINISHED", "Command exited with status 0"]);
    assert.equal(agent.state.runs.size, 1);
    acknowledge(agent, finished!);
    assert.equal(agent.state.runs.size, 0);
    assert.equal(agent.state.completed.length, 1);
  });

  it("repeats an update after 10 s, 20 s, 40 s until it is acknowledged, with the same uuid", () => {
    const agent = new TestAgent({ tag: "1.4.3" }).registered();
    agent.run();
    const [first] = updates(agent.happen({ kind: "started", key: "F t1", pid: 42 }));
    const times: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const [again] = updates(agent.skip());
      assert.equal(again?.uuid, first?.uuid);
      times.push((agent.now - NOW) / 1000);
    }
    assert.deepEqual(times, [10, 30, 70]);
  });

  it("ignores the acknowledgement of another update", () => {
    const agent = new TestAgent({ tag: "1.4.3" }).registered();
    agent.run();
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    agent.hear({ kind: "acknowledge", frameworkId: "F", taskId: "t1", uuid: "AAAAAAAAAAAAAAAAAAAAAA==" });
    assert.equal(agent.state.runs.get("F t1")!.pending.length, 1);
  });

  it("repeats what was not acknowledged when it is registered with a new leader", () => {
    const agent = new TestAgent({ tag: "1.4.3" }).registered();
    agent.run();
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    const effects = agent.hear({ kind: "registered", agentId: "S0", pingTimeoutMs: 75_000 });
    assert.equal(updates(effects)[0]?.state, "TASK_RUNNING");
  });

  it("fails a task whose command exits with another status or by a signal that nobody asked for", () => {
    for (const [exit, message] of [
      [{ code: 3, signal: null }, "Command exited with status 3"],
      [{ code: null, signal: "SIGKILL" }, "Command terminated with signal Killed"],
    ] as const) {
      const agent = new TestAgent().registered();
      agent.run();
      agent.happen({ kind: "started", key: "F t1", pid: 42 });
      agent.happen({ kind: "exited", key: "F t1", ...exit });
      const last = agent.state.runs.get("F t1")!.statuses.at(-1);
      assert.deepEqual([last?.state, last?.message], ["TASK_FAILED", message]);
    }
  });

  it("kills with SIGTERM, after 3 s with SIGKILL, and says TASK_KILLED when the process is gone", () => {
    const agent = new TestAgent().registered();
    agent.run();
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    assert.deepEqual(signals(agent.hear({ kind: "kill", frameworkId: "F", taskId: "t1" })), ["SIGTERM"]);
    assert.deepEqual(signals(agent.skip()), ["SIGKILL"]);
    assert.equal(agent.now, NOW + 3_000);
    agent.happen({ kind: "exited", key: "F t1", code: null, signal: "SIGKILL" });
    assert.equal(agent.state.runs.get("F t1")!.state, "TASK_KILLED");
  });

  it("waits as long as the call's kill policy says", () => {
    const agent = new TestAgent().registered();
    agent.run();
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    agent.hear({ kind: "kill", frameworkId: "F", taskId: "t1", graceMs: 500 });
    agent.skip();
    assert.equal(agent.now, NOW + 500);
  });

  it("fails every launch where that fault is set, and says why", () => {
    const agent = new TestAgent({ failLaunches: true }).registered();
    const [update] = updates(agent.run());
    assert.equal(update?.state, "TASK_FAILED");
    assert.match(update.message ?? "", /SIMULATED_FAULT=task-launch/);
  });

  it("says that it cannot run Docker containers", () => {
    const container = { type: "DOCKER", docker: { image: "x" } };
    const effects = new TestAgent().registered().run({ ...taskInfo("t1"), container });
    assert.match(updates(effects)[0]?.message ?? "", /None of the enabled containerizers.*simulator/);
    assert.ok(!effects.some((effect) => effect.kind === "launch"));
  });

  it("runs a task in a MESOS container without an image", () => {
    const effects = new TestAgent().registered().run({ ...taskInfo("t1"), container: { type: "MESOS" } });
    assert.ok(effects.some((effect) => effect.kind === "launch"));
  });

  it("ends all tasks of a framework that is gone, without updates", () => {
    const agent = new TestAgent().registered();
    agent.run();
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    const effects = agent.hear({ kind: "shutdown-framework", frameworkId: "F" });
    assert.deepEqual(signals(effects), ["SIGTERM", "SIGKILL"]);
    assert.deepEqual(updates(agent.happen({ kind: "exited", key: "F t1", code: 0, signal: null })), []);
    assert.equal(agent.state.runs.size, 0);
  });
});

describe("a task's environment", () => {
  const environment = (tag: string) => {
    const agent = new TestAgent({ tag }).registered();
    const variables = [{ name: "OWN", value: "1" }];
    agent.run({ ...taskInfo("t1"), command: { ...taskInfo("t1").command!, environment: { variables } } });
    return taskEnvironment(agent.state.runs.get("F t1")!, {
      tag,
      agentId: "S0",
      ip: "10.0.1.1",
      port: 5051,
      sandbox: "/sandbox",
      agentEnv: { MESOS_WORK_DIR: "/w", LIBPROCESS_IP: "10.0.1.1", SIMULATED_MESOS: tag },
      executorVariables: { GIVEN: "2" },
      shutdownGrace: "5secs",
      recoveryTimeout: "15mins",
      reregistrationTimeout: "2secs",
    });
  };

  it("holds its sandbox, its ids and its own variables", () => {
    const env = environment("1.11.0");
    assert.equal(env.MESOS_SANDBOX, "/sandbox");
    assert.equal(env.MESOS_FRAMEWORK_ID, "F");
    assert.equal(env.MESOS_EXECUTOR_ID, "t1");
    assert.equal(env.LIBPROCESS_IP, "10.0.1.1");
    assert.deepEqual([env.OWN, env.GIVEN], ["1", "2"]);
  });

  it("inherits the agent's variables before 1.0, but never those of the simulator", () => {
    assert.equal(environment("0.28.3").MESOS_WORK_DIR, "/w");
    assert.equal(environment("1.0.0").MESOS_WORK_DIR, undefined);
    assert.equal(environment("0.28.3").SIMULATED_MESOS, undefined);
  });
});
