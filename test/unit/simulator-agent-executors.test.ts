import assert from "node:assert/strict";
import { restore, save } from "../../simulator/agent/recovery";
import { newAgentState, type AgentEffect } from "../../simulator/agent/model";
import type { ExecutorEvent } from "../../simulator/agent/executor-events";
import type { TaskInfo, TaskState, TaskStatus } from "../../simulator/wire/messages";
import { agentConfig, NOW, status, taskInfo } from "./simulator-fixtures";
import { acknowledge, FRAMEWORK, posts, signals, TestAgent, updates } from "./simulator-test-agent";

const KEY = "executor F e1";

function custom(id: string): TaskInfo {
  return { ...taskInfo(id), executor: { executor_id: { value: "e1" }, resources: [] } };
}

function inGroup(id: string): TaskInfo {
  return { ...taskInfo(id), executor: { type: "DEFAULT", executor_id: { value: "pod" }, resources: [] } };
}

/** What a custom executor was told. */
function told(effects: readonly AgentEffect[]): ExecutorEvent[] {
  return effects.flatMap((effect) => (effect.kind === "tell-executor" ? [effect.event] : []));
}

const types = (effects: readonly AgentEffect[]): string[] => told(effects).map(({ type }) => type);

function subscribe(agent: TestAgent, link: string, updatesSent: readonly TaskStatus[] = []) {
  const sent = { frameworkId: "F", executorId: "e1", link, tasks: [], updates: updatesSent };
  return agent.happen({ kind: "subscribe", sent });
}

const said = (task: string, state: TaskState, uuid = "AAAAAAAAAAAAAAAAAAAAAA=="): TaskStatus =>
  status(task, state, uuid);

describe("a custom executor of the simulated agent", () => {
  it("is started with its first task, and sent its tasks once it subscribed", () => {
    const agent = new TestAgent().registered();
    assert.ok(agent.run(custom("t1")).some(({ kind }) => kind === "launch-executor"));
    assert.ok(!agent.run(custom("t2")).some(({ kind }) => kind === "launch-executor"));
    assert.deepEqual(types(subscribe(agent, "l1")), ["SUBSCRIBED", "LAUNCH", "LAUNCH"]);
    assert.deepEqual(types(agent.run(custom("t3"))), ["LAUNCH"]);
  });

  it("has each update taken once, and acknowledged as often as it says it", () => {
    const agent = new TestAgent().registered();
    agent.run(custom("t1"));
    subscribe(agent, "l1");
    const running = { kind: "executor-update", executor: KEY, status: said("t1", "TASK_RUNNING") } as const;
    const first = agent.happen(running);
    assert.deepEqual([types(first), updates(first).length], [["ACKNOWLEDGED"], 1]);
    const second = agent.happen(running);
    assert.deepEqual([types(second), updates(second).length], [["ACKNOWLEDGED"], 0]);
    const alien = { ...running, status: said("other", "TASK_RUNNING") };
    assert.deepEqual(types(agent.happen(alien)), []);
  });

  it("is asked to kill a task with the policy of the call; one it was not sent is killed without it", () => {
    const agent = new TestAgent().registered();
    agent.run(custom("t1"));
    const early = updates(agent.hear({ kind: "kill", frameworkId: "F", taskId: "t1" }));
    assert.deepEqual(
      early.map(({ state, reason }) => [state, reason]),
      [["TASK_KILLED", "REASON_TASK_KILLED_DURING_LAUNCH"]],
    );
    agent.run(custom("t2"));
    assert.deepEqual(types(subscribe(agent, "l1")), ["SUBSCRIBED", "LAUNCH"]);
    const effects = agent.hear({ kind: "kill", frameworkId: "F", taskId: "t2", graceMs: 250 });
    assert.deepEqual(told(effects), [
      {
        type: "KILL",
        kill: { task_id: { value: "t2" }, kill_policy: { grace_period: { nanoseconds: 2.5e8 } } },
      },
    ]);
  });

  it("is killed where it does not end within its grace period", () => {
    const agent = new TestAgent().registered();
    agent.run(custom("t1"));
    agent.happen({ kind: "started", key: KEY, pid: 7 });
    subscribe(agent, "l1");
    const effects = agent.hear({ kind: "shutdown-executor", frameworkId: "F", executorId: "e1" });
    assert.deepEqual(types(effects), ["SHUTDOWN"]);
    agent.now += 4_999;
    assert.deepEqual(signals(agent.happen({ kind: "tick" })), []);
    agent.now += 1;
    assert.deepEqual(signals(agent.happen({ kind: "tick" })), ["SIGKILL"]);
  });

  it("takes its tasks along when it ends, is told of to the master, and is forgotten with the last acknowledgement", () => {
    const agent = new TestAgent().registered();
    agent.run(custom("t1"));
    agent.happen({ kind: "started", key: KEY, pid: 7 });
    subscribe(agent, "l1");
    const effects = agent.happen({ kind: "exited", key: KEY, code: 2, signal: null });
    const [failed] = updates(effects);
    assert.deepEqual([failed?.state, failed?.reason], ["TASK_FAILED", "REASON_EXECUTOR_TERMINATED"]);
    const exit = posts(effects).find(({ kind }) => kind === "executor-exited");
    assert.deepEqual(exit, {
      kind: "executor-exited",
      agentId: "S0",
      frameworkId: "F",
      executorId: "e1",
      status: 512,
    });
    assert.ok(agent.state.executors.has(KEY));
    acknowledge(agent, failed!);
    assert.ok(!agent.state.executors.has(KEY));
  });

  it("that nobody expects is told to shut down", () => {
    const agent = new TestAgent().registered();
    assert.deepEqual(types(subscribe(agent, "l1")), ["SHUTDOWN"]);
  });

  it("passes messages both ways, and none while it is not connected", () => {
    const agent = new TestAgent().registered();
    agent.run(custom("t1"));
    const message = { kind: "scheduler-message", frameworkId: "F", executorId: "e1", data: "aGk=" } as const;
    assert.deepEqual(told(agent.hear(message)), []);
    subscribe(agent, "l1");
    assert.deepEqual(types(agent.hear(message)), ["MESSAGE"]);
    const back = posts(agent.happen({ kind: "executor-message", executor: KEY, data: "eW8=" }));
    assert.deepEqual(back[0], {
      kind: "executor-message",
      agentId: "S0",
      frameworkId: "F",
      executorId: "e1",
      data: "eW8=",
    });
    agent.happen({ kind: "executor-gone", link: "l1" });
    assert.deepEqual(told(agent.hear(message)), []);
  });
});

describe("a task group of the simulated agent", () => {
  const run = (agent: TestAgent) => {
    agent.hear({ kind: "run-group", framework: FRAMEWORK, tasks: [inGroup("a"), inGroup("b")] });
    agent.happen({ kind: "started", key: "F a", pid: 1 });
    agent.happen({ kind: "started", key: "F b", pid: 2 });
  };

  it("is ended by one task that fails, and its executor ends with the last of them", () => {
    const agent = new TestAgent().registered();
    run(agent);
    assert.deepEqual(signals(agent.happen({ kind: "exited", key: "F a", code: 1, signal: null })), [
      "SIGTERM",
    ]);
    const last = agent.happen({ kind: "exited", key: "F b", code: null, signal: "SIGTERM" });
    assert.equal(agent.state.runs.get("F b")?.state, "TASK_KILLED");
    assert.ok(posts(last).some((message) => message.kind === "executor-exited" && message.status === 0));
  });

  it("goes on when one task finishes", () => {
    const agent = new TestAgent().registered();
    run(agent);
    assert.deepEqual(signals(agent.happen({ kind: "exited", key: "F a", code: 0, signal: null })), []);
    assert.equal(agent.state.executors.get("executor F pod")?.state, "RUNNING");
  });
});

describe("checks of the simulated agent", () => {
  const health = { type: "COMMAND", command: { value: "x", arguments: [], uris: [] } };
  const running = (info: Partial<TaskInfo>, tag = "1.11.0") => {
    const agent = new TestAgent({ tag }).registered();
    agent.run({ ...taskInfo("t1"), ...info });
    agent.happen({ kind: "started", key: "F t1", pid: 1 });
    return agent;
  };
  const result = (agent: TestAgent, code: number) => {
    const which = agent.state.runs.get("F t1")!.health === undefined ? "check" : "health";
    return agent.happen({
      kind: "checked",
      key: "F t1",
      which,
      result: { type: "COMMAND", command: { exit_code: code } },
    });
  };
  const states = (agent: TestAgent) =>
    agent.state.runs.get("F t1")!.statuses.map(({ state, healthy }) => [state, healthy]);
  const checks = (effects: readonly AgentEffect[]) => effects.filter(({ kind }) => kind === "check").length;

  it("begin after 15 s, and are due again 10 s after each result", () => {
    const agent = running({ health_check: health });
    agent.now = NOW + 14_999;
    assert.equal(checks(agent.happen({ kind: "tick" })), 0);
    agent.now = NOW + 15_000;
    assert.equal(checks(agent.happen({ kind: "tick" })), 1);
    agent.now = NOW + 40_000;
    assert.equal(checks(agent.happen({ kind: "tick" })), 0, "it still runs");
    result(agent, 0);
    agent.now = NOW + 50_000;
    assert.equal(checks(agent.happen({ kind: "tick" })), 1);
  });

  it("ignore failures in the grace period, tell each later one, and kill after the allowed number", () => {
    const agent = running({
      health_check: { ...health, grace_period_seconds: 20, consecutive_failures: 2 },
    });
    agent.now = NOW + 15_000;
    result(agent, 1);
    assert.equal(states(agent).length, 2);
    agent.now = NOW + 25_000;
    assert.deepEqual(signals(result(agent, 1)), []);
    assert.deepEqual(signals(result(agent, 1)), ["SIGTERM"]);
    agent.happen({ kind: "exited", key: "F t1", code: null, signal: "SIGTERM" });
    assert.deepEqual(states(agent).slice(2), [
      ["TASK_RUNNING", false],
      ["TASK_RUNNING", false],
      ["TASK_KILLED", false],
    ]);
  });

  it("tell the first success and each after failures, no other", () => {
    const agent = running({ health_check: health });
    agent.now = NOW + 60_000;
    for (const code of [0, 0, 1, 0, 0]) result(agent, code);
    assert.deepEqual(
      states(agent)
        .slice(2)
        .map(([, healthy]) => healthy),
      [true, false, true],
    );
  });

  it("of the general kind say nothing at first, then each new result; they exist from 1.2 on", () => {
    const check = { type: "COMMAND", command: { command: health.command } };
    const agent = running({ check });
    for (const code of [0, 0, 7]) result(agent, code);
    assert.deepEqual(
      agent.state.runs.get("F t1")!.statuses.map(({ check_status }) => check_status?.command),
      [{}, {}, { exit_code: 0 }, { exit_code: 7 }],
    );
    assert.equal(running({ check }, "1.1.3").state.runs.get("F t1")!.check, undefined);
  });

  it("by HTTP are done from 1.1 on", () => {
    const health_check = { type: "HTTP", http: { port: 80, statuses: [] } };
    assert.equal(running({ health_check }, "1.0.4").state.runs.get("F t1")!.health, undefined);
    assert.ok(running({ health_check }, "1.1.0").state.runs.get("F t1")!.health);
  });
});

describe("the next life of the simulated agent", () => {
  const checkpointing = { ...FRAMEWORK, checkpoint: true };

  /** An agent that starts again with what another one stored. */
  function nextLife(before: TestAgent, config = {}): TestAgent {
    const agent = new TestAgent({ agentId: "S0", ...config });
    for (const executor of before.state.executors.values()) {
      restore(agent.state, JSON.parse(JSON.stringify(save(executor))) as ReturnType<typeof save>, NOW);
    }
    return agent;
  }

  it("stores executors of frameworks that checkpoint, before it says anything of them", () => {
    const agent = new TestAgent().registered();
    agent.run(taskInfo("t1"), checkpointing);
    const effects = agent.happen({ kind: "started", key: "F t1", pid: 1 });
    assert.equal(effects[0]?.kind, "checkpoint");
    const other = new TestAgent().registered();
    assert.ok(!other.run().some(({ kind }) => kind === "checkpoint"));
  });

  it("registers once executors had their time to come back, with tasks, states and updates as they were", () => {
    const before = new TestAgent({ tag: "1.4.3" }).registered();
    before.run(taskInfo("t1"), checkpointing);
    const [running] = updates(before.happen({ kind: "started", key: "F t1", pid: 42 }));
    const agent = nextLife(before, { tag: "1.4.3" });
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    agent.happen({ kind: "detected", leader: { id: "M", ip: "10.0.0.1", port: 5050, hostname: "m" } });
    assert.deepEqual(posts(agent.skip()), [], "the end of recovery");
    assert.equal(agent.now, NOW + 2_000);
    const [post] = posts(agent.skip());
    assert.ok(post?.kind === "reregister");
    assert.deepEqual(
      post.tasks.map(({ task, statuses }) => [task.task_id.value, statuses.map(({ state }) => state)]),
      [["t1", ["TASK_RUNNING"]]],
    );
    const registered = agent.hear({ kind: "registered", agentId: "S0", pingTimeoutMs: 75_000 });
    assert.equal(updates(registered)[0]?.uuid, running?.uuid);
  });

  it("loses custom executors that do not come back, and those tasks that they never got", () => {
    const before = new TestAgent().registered();
    before.run(custom("t1"), checkpointing);
    before.happen({ kind: "started", key: KEY, pid: 7 });
    subscribe(before, "l1");
    before.happen({ kind: "executor-update", executor: KEY, status: said("t1", "TASK_RUNNING") });
    before.run(custom("t2"), checkpointing);

    const back = nextLife(before);
    const again = subscribe(back, "l2", [said("t1", "TASK_RUNNING")]);
    assert.equal(back.state.runs.get("F t2")?.statuses[0]?.reason, "REASON_SLAVE_RESTARTED");
    assert.deepEqual(types(again), ["ACKNOWLEDGED", "SUBSCRIBED"]);
    assert.equal(back.state.runs.get("F t1")?.statuses.length, 1);

    const lost = nextLife(before);
    lost.happen({ kind: "started", key: KEY, pid: 7 });
    lost.now = NOW + 2_000;
    assert.deepEqual(signals(lost.happen({ kind: "tick" })), ["SIGKILL"]);
    lost.happen({ kind: "exited", key: KEY, code: null, signal: "SIGKILL" });
    const last = lost.state.runs.get("F t1")!.statuses.at(-1);
    assert.deepEqual([last?.state, last?.message], ["TASK_LOST", "Executor did not reregister within 2secs"]);
  });

  it("ends everything and leaves under --recover=cleanup", () => {
    const before = new TestAgent().registered();
    before.run(taskInfo("t1"), checkpointing);
    before.happen({ kind: "started", key: "F t1", pid: 42 });
    const agent = nextLife(before, { recover: "cleanup" });
    agent.happen({ kind: "started", key: "F t1", pid: 42 });
    const effects = agent.happen({ kind: "recovered" });
    assert.deepEqual(signals(effects), ["SIGTERM"]);
    const end = agent.happen({ kind: "exited", key: "F t1", code: null, signal: "SIGTERM" });
    assert.ok(end.some(({ kind }) => kind === "leave"));
    assert.equal(newAgentState(agentConfig(), "S0", NOW).recoverBy, undefined);
  });
});
