import assert from "node:assert/strict";
import { freeResources } from "../../simulator/master/model";
import { scalar } from "../../simulator/resources/resources";
import type { JsonObject } from "../../simulator/wire/json";
import { accept, events, leadingMaster, offered, statuses, task, told } from "./simulator-fixtures";

const scalars = (amounts: Record<string, number>): JsonObject[] =>
  Object.entries(amounts).map(([name, value]) => ({ name, type: "SCALAR", scalar: { value } }));

const executor = (more: JsonObject = {}): JsonObject => ({
  executor_id: { value: "e1" },
  command: { value: "./executor" },
  resources: scalars({ cpus: 0.5 }),
  ...more,
});

/** A master with one agent of 1 cpu, and a framework that holds its offer. */
function scene(tag = "1.11.0") {
  const master = leadingMaster(tag);
  master.agents("cpus:1;mem:512;disk:512");
  const [offer] = offered(master.subscribe("c"));
  const agentId = offer!.agentId;
  const framework = [...master.state.frameworks.keys()][0]!;
  const custom = (id: string, more: JsonObject = {}): JsonObject => {
    return { ...task(id, agentId), command: undefined, executor: executor(more) };
  };
  return {
    master,
    agentId,
    framework,
    custom,
    accept: (operation: JsonObject) =>
      master.call(framework, {
        type: "ACCEPT",
        accept: {
          offer_ids: [{ value: offer!.id }],
          operations: [operation],
          filters: { refuse_seconds: 0 },
        },
      }),
    launch: (tasks: JsonObject[]) => master.call(framework, accept([offer!.id], tasks, 0)),
    free: () => {
      master.state.offers.clear();
      return scalar(freeResources(master.state, master.state.agents.get(agentId)!), "cpus");
    },
  };
}

describe("a simulated master and executors", () => {
  it("count an executor's resources once, from its first task until it exits", () => {
    const { master, agentId, framework, custom, launch, free } = scene();
    assert.deepEqual(
      told(launch([custom("t1"), custom("t2")])).map(
        (message) => message.kind === "run" && message.task.executor?.framework_id?.value,
      ),
      [framework, framework],
    );
    assert.equal(free(), 0.3);
    const exit = { agentId, frameworkId: framework, executorId: "e1", status: 256 };
    const after = master.happen({ kind: "agent", message: { kind: "executor-exited", ...exit } });
    const failure = { agent_id: { value: agentId }, executor_id: { value: "e1" }, status: 256 };
    assert.deepEqual(events(after, "FAILURE")[0]?.failure, failure);
    assert.equal(free(), 0.8);
  });

  it("refuse a task whose executor does not fit beside it, or is another under the same id", () => {
    const big = scene();
    const [tooBig] = statuses(big.launch([big.custom("t1", { resources: scalars({ cpus: 1 }) })]));
    assert.match(
      tooBig?.message ?? "",
      /Total resources cpus\(\*\):1\.1.* is more than available cpus\(\*\):1;/,
    );
    const other = scene();
    const [different] = statuses(
      other.launch([other.custom("t1"), other.custom("t2", { command: { value: "./other" } })]),
    );
    assert.match(different?.message ?? "", /not compatible with existing ExecutorInfo with same ExecutorID/);
  });

  it("pass messages between a scheduler and its executor as they are", () => {
    const { master, agentId, framework } = scene();
    const message = { agent_id: { value: agentId }, executor_id: { value: "e1" }, data: "aGVsbG8=" };
    assert.deepEqual(told(master.call(framework, { type: "MESSAGE", message })), [
      { kind: "scheduler-message", frameworkId: framework, executorId: "e1", data: "aGVsbG8=" },
    ]);
    const sent = { agentId, frameworkId: framework, executorId: "e1", data: "YmFjaw==" };
    const effects = master.happen({ kind: "agent", message: { kind: "executor-message", ...sent } });
    assert.deepEqual(events(effects, "MESSAGE")[0]?.message, { ...message, data: "YmFjaw==" });
  });

  it("know the executors of an agent that comes back, and forget those it lost", () => {
    const { master, agentId, framework, custom, launch, free } = scene();
    launch([custom("t1")]);
    assert.equal(free(), 0.4);
    const { info, tasks } = master.state.agents.get(agentId)!;
    const held = [...tasks.values()].map((one) => ({ frameworkId: framework, task: one.info, statuses: [] }));
    const back = { kind: "reregister", agentId, info, frameworks: [], tasks: held } as const;
    master.happen({ kind: "agent", message: { ...back, executors: [] } });
    assert.equal(free(), 0.9);
  });
});

describe("a simulated master and task groups", () => {
  const resources = scalars({ cpus: 0.1, mem: 32, disk: 10 });
  const group = (agentId: string, tasks: JsonObject[], more: JsonObject = {}): JsonObject => ({
    type: "LAUNCH_GROUP",
    launch_group: {
      executor: { type: "DEFAULT", executor_id: { value: "pod" }, resources, ...more },
      task_group: { tasks: tasks.length > 0 ? tasks : [task("a", agentId), task("b", agentId)] },
    },
  });

  it("send the tasks together to the agent, each with the executor of the group", () => {
    const { agentId, accept: take, free } = scene();
    const [run] = told(take(group(agentId, [])));
    assert.ok(run?.kind === "run-group");
    assert.deepEqual(
      run.tasks.map(({ task_id, executor: of }) => [task_id.value, of?.executor_id.value]),
      [
        ["a", "pod"],
        ["b", "pod"],
      ],
    );
    assert.equal(free(), 0.7);
  });

  it("refuse the whole group for one bad task, with the reason of Mesos", () => {
    const { agentId, accept: take } = scene();
    const refused = statuses(take(group(agentId, [task("a", agentId), task("b", "other")])));
    assert.deepEqual(
      refused.map(({ task_id, state, reason }) => [task_id.value, state, reason]),
      ["a", "b"].map((id) => [id, "TASK_ERROR", "REASON_TASK_GROUP_INVALID"]),
    );
    assert.match(refused[0]?.message ?? "", /^Task 'b' is invalid: Task uses invalid agent other/);
  });

  it("refuse an executor with a command, without a type or with too little of anything", () => {
    for (const [more, message] of [
      [{ command: { value: "x" } }, "'ExecutorInfo.command' must not be set for 'DEFAULT' executor"],
      [{ type: undefined }, "'ExecutorInfo.type' must be set"],
      [
        { resources: scalars({ cpus: 0.1, mem: 16, disk: 10 }) },
        "Executor 'pod' uses less memory (16MB) than the minimum required (32MB)",
      ],
      [{ resources: scalars({ cpus: 0.1, mem: 32 }) }, "Executor 'pod' uses no disk"],
    ] as const) {
      const { agentId, accept: take } = scene();
      assert.equal(statuses(take(group(agentId, [], more)))[0]?.message, message);
    }
  });

  it("are not known before 1.1", () => {
    const { agentId, accept: take } = scene("1.0.4");
    assert.equal(statuses(take(group(agentId, [])))[0]?.state, "TASK_ERROR");
  });
});
