import assert from "node:assert/strict";
import fc from "fast-check";
import { nextDue } from "../../simulator/master/machine";
import { offersOn, usedResources, type Effect } from "../../simulator/master/model";
import { parseResources } from "../../simulator/resources/parse";
import { contains, sum } from "../../simulator/resources/resources";
import { taskEnded, withRunningTask } from "./simulator-scenes";
import {
  accept,
  agentInfo,
  events,
  leadingMaster,
  NOW,
  offered,
  status,
  statuses,
  task,
  told,
} from "./simulator-fixtures";

describe("the simulated master and its agents", () => {
  it("gives a new agent an id, opens a link to it and stores it", () => {
    const master = leadingMaster();
    const effects = master.happen({
      kind: "agent",
      message: { kind: "register", info: agentInfo(1, "cpus:1") },
    });
    assert.deepEqual(
      effects.filter((effect) => effect.kind !== "log").map((effect) => effect.kind),
      ["link", "agent", "store"],
    );
    assert.deepEqual([...master.state.agents.keys()], ["M-S0"]);
    assert.deepEqual(told(effects), [{ kind: "registered", agentId: "M-S0", pingTimeoutMs: 75_000 }]);
  });

  it("tells an agent that asks twice the id it has", () => {
    const master = leadingMaster();
    master.agents("cpus:1");
    const again = master.happen({
      kind: "agent",
      message: { kind: "register", info: agentInfo(1, "cpus:1") },
    });
    assert.equal(told(again)[0]?.kind, "registered");
    assert.equal(master.state.agents.size, 1);
  });

  it("lets a registered agent that asks once more keep its id and its tasks", () => {
    const { master, agentId } = withRunningTask();
    const again = master.happen({
      kind: "agent",
      message: { kind: "register", info: agentInfo(1, "cpus:1;mem:512") },
    });
    assert.deepEqual(
      told(again).map((message) => [message.kind, "agentId" in message && message.agentId]),
      [["registered", agentId]],
    );
    assert.deepEqual(events(again, "UPDATE"), []);
    assert.equal(master.state.agents.get(agentId)?.tasks.size, 1);
  });

  it("ignores agents before 1.0 from 1.2.1 on", () => {
    const old = {
      kind: "agent",
      message: { kind: "register", info: agentInfo(1, "cpus:1", "0.28.3") },
    } as const;
    for (const [tag, count] of [
      ["1.0.4", 1],
      ["1.2.0", 1],
      ["1.2.1", 0],
      ["1.11.0", 0],
    ] as const) {
      const master = leadingMaster(tag);
      master.happen(old);
      assert.equal(master.state.agents.size, count, tag);
    }
  });

  it("names agents and offers without a letter in 0.20", () => {
    assert.deepEqual(leadingMaster("0.20.1").agents("cpus:1"), ["M-0"]);
  });

  it("rescinds what a disconnected agent offered, and offers nothing of it", () => {
    const master = leadingMaster();
    const [agentId] = master.agents("cpus:1;mem:512");
    const [offer] = offered(master.subscribe("c"));
    const effects = master.happen({ kind: "exited", agentId: agentId! });
    assert.deepEqual(events(effects, "RESCIND")[0]?.rescind, { offer_id: { value: offer!.id } });
    assert.deepEqual(offered(master.pass(10_000)), []);
  });

  it("gives up on an agent after five unanswered pings: FAILURE, and its tasks are lost", () => {
    const { master, agentId } = withRunningTask({ checkpoint: true });
    const effects: Effect[] = [];
    for (let i = 0; i < 5; i += 1) effects.push(...master.pass(15_000));
    assert.equal(told(effects).filter((message) => message.kind === "ping").length, 5);
    assert.ok(master.state.agents.has(agentId), "not before the last answer is overdue");
    const last = master.pass(15_000);
    assert.equal(statuses(last)[0]?.state, "TASK_LOST");
    assert.equal(statuses(last)[0]?.reason, "REASON_AGENT_REMOVED");
    assert.deepEqual(events(last, "FAILURE")[0]?.failure, { agent_id: { value: agentId } });
    assert.ok(master.state.unreachable.has(agentId));
  });

  it("keeps an agent that answers its pings", () => {
    const { master, agentId } = withRunningTask();
    for (let i = 0; i < 12; i += 1) {
      master.pass(15_000);
      master.happen({ kind: "agent", message: { kind: "pong", agentId } });
    }
    assert.ok(master.state.agents.get(agentId)?.connected);
  });

  it("tells a partition-aware framework TASK_UNREACHABLE", () => {
    const { master } = withRunningTask({ checkpoint: true, capabilities: [{ type: "PARTITION_AWARE" }] });
    for (let i = 0; i < 5; i += 1) master.pass(15_000);
    assert.equal(statuses(master.pass(15_000))[0]?.state, "TASK_UNREACHABLE");
  });

  it("loses tasks of a framework without checkpoint at once when the agent disconnects, others not", () => {
    const plain = withRunningTask();
    assert.equal(
      statuses(plain.master.happen({ kind: "exited", agentId: plain.agentId }))[0]?.state,
      "TASK_LOST",
    );
    const safe = withRunningTask({ checkpoint: true });
    assert.deepEqual(statuses(safe.master.happen({ kind: "exited", agentId: safe.agentId })), []);
  });

  it("forgets agents of the registry that do not come back in time", () => {
    const master = leadingMaster();
    master.happen({ kind: "recovered", registry: { "OLD-S1": agentInfo(1, "cpus:1") } });
    assert.ok(master.state.recovered.has("OLD-S1"));
    const effects = master.pass(600_000);
    assert.ok(!master.state.recovered.has("OLD-S1"));
    assert.deepEqual(
      effects.flatMap((effect) => (effect.kind === "store" ? [effect.registry] : [])),
      [{}],
    );
  });
});

describe("the simulated master and its frameworks", () => {
  it("answers SUBSCRIBE with SUBSCRIBED, a heartbeat, then offers of everything free", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512", "cpus:2;mem:512");
    const effects = master.subscribe("c");
    const types = effects.flatMap((effect) => (effect.kind === "event" ? [effect.event.type] : []));
    assert.deepEqual(types, ["SUBSCRIBED", "HEARTBEAT", "OFFERS"]);
    assert.equal(offered(effects).length, 2);
  });

  it("writes offers with allocation_info from 1.2 on, later to MULTI_ROLE frameworks only", () => {
    const multi = { roles: ["*"], capabilities: [{ type: "MULTI_ROLE" }] };
    for (const [tag, info, has] of [
      ["1.1.3", {}, false],
      ["1.2.0", {}, true],
      ["1.3.2", {}, false],
      ["1.4.1", {}, true],
      ["1.4.3", {}, false],
      ["1.11.0", {}, false],
      ["1.11.0", multi, true],
    ] as const) {
      const master = leadingMaster(tag);
      master.agents("cpus:1;mem:512");
      assert.equal("allocation_info" in offered(master.subscribe("c", info))[0]!.raw, has, tag);
    }
  });

  it("sends a heartbeat every 15 s", () => {
    const master = leadingMaster();
    master.subscribe("c");
    assert.equal(events(master.pass(14_999), "HEARTBEAT").length, 0);
    assert.equal(events(master.pass(1), "HEARTBEAT").length, 1);
    assert.equal(nextDue(master.state) <= master.now + 15_000, true);
  });

  it("holds declined offers back for as long as asked, 5 s by default", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512");
    const [offer] = offered(master.subscribe("c"));
    master.call("M-0000", { type: "DECLINE", decline: { offer_ids: [{ value: offer!.id }] } });
    assert.deepEqual(offered(master.pass(4_000)), []);
    assert.equal(offered(master.pass(1_000)).length, 1);
  });

  it("forgets filters on REVIVE, and offers nothing between SUPPRESS and REVIVE", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512");
    const [offer] = offered(master.subscribe("c"));
    const filters = { refuse_seconds: 3600 };
    master.call("M-0000", { type: "DECLINE", decline: { offer_ids: [{ value: offer!.id }], filters } });
    master.call("M-0000", { type: "SUPPRESS" });
    assert.deepEqual(offered(master.pass(7_200_000)), []);
    assert.equal(offered(master.call("M-0000", { type: "REVIVE" })).length, 1);
  });

  it("launches a task, forwards its updates, and completes it when the last one is acknowledged", () => {
    const { master, agentId } = withRunningTask();
    const finished = status("t1", "TASK_FINISHED", "BBBBBBBBBBBBBBBBBBBBBB==");
    assert.equal(statuses(master.update(agentId, "M-0000", finished))[0]?.state, "TASK_FINISHED");
    const { agents, frameworks } = master.state;
    assert.equal(agents.get(agentId)!.tasks.size, 1, "until it is acknowledged");
    const effects = master.call("M-0000", taskEnded(agentId, finished));
    assert.equal(told(effects)[0]?.kind, "acknowledge");
    assert.equal(agents.get(agentId)!.tasks.size, 0);
    assert.equal(frameworks.get("M-0000")!.completedTasks[0]?.state, "TASK_FINISHED");
  });

  it("frees the resources of a task at its terminal update", () => {
    const { master, agentId } = withRunningTask();
    assert.deepEqual(
      usedResources(master.state.agents.get(agentId)!.tasks.values()),
      parseResources("cpus:0.1;mem:32"),
    );
    master.update(agentId, "M-0000", status("t1", "TASK_FAILED"));
    assert.deepEqual(usedResources(master.state.agents.get(agentId)!.tasks.values()), []);
  });

  it("launches several tasks over several offers of one agent", () => {
    const master = leadingMaster();
    const [agentId] = master.agents("cpus:1;mem:512");
    const [first] = offered(master.subscribe("c"));
    master.call("M-0000", accept([first!.id], [task("t1", agentId!, { cpus: 0.5 })], 0));
    const [second] = offered(master.pass(1_000));
    master.call("M-0000", {
      type: "DECLINE",
      decline: { offer_ids: [{ value: second!.id }], filters: { refuse_seconds: 0 } },
    });
    master.update(agentId!, "M-0000", status("t1", "TASK_FINISHED"));
    const offers = [...master.state.offers.keys()];
    const launched = master.call(
      "M-0000",
      accept(offers, [task("t2", agentId!, { cpus: 0.6 }), task("t3", agentId!, { cpus: 0.4 })]),
    );
    assert.deepEqual(
      told(launched).map((message) => message.kind),
      ["run", "run"],
    );
  });

  it("ends a task that asks for more than its offer in TASK_ERROR, in the words of the version", () => {
    for (const [tag, words] of [
      ["1.0.4", /^Task uses more resources cpus\(\*\):2; mem\(\*\):32 than available cpus/],
      [
        "1.1.0",
        /^Total resources cpus\(\*\):2; mem\(\*\):32 required by task and its executor is more than available/,
      ],
    ] as const) {
      const master = leadingMaster(tag);
      const [agentId] = master.agents("cpus:1;mem:512");
      const [offer] = offered(master.subscribe("c"));
      const effects = master.call("M-0000", accept([offer!.id], [task("big", agentId!, { cpus: 2 })]));
      const [update] = statuses(effects);
      assert.equal(update?.state, "TASK_ERROR");
      assert.equal(update.reason, "REASON_TASK_INVALID");
      assert.match(update.message ?? "", words);
      assert.equal(update.uuid, undefined, "nobody has to acknowledge it");
    }
  });

  it("loses tasks launched on offers that are gone, and frees the good offers of the same call", () => {
    const master = leadingMaster();
    const [agentId] = master.agents("cpus:1;mem:512");
    const [offer] = offered(master.subscribe("c"));
    const effects = master.call("M-0000", accept([offer!.id, "M-O99"], [task("t1", agentId!)]));
    assert.equal(statuses(effects)[0]?.state, "TASK_LOST");
    assert.equal(statuses(effects)[0]?.reason, "REASON_INVALID_OFFERS");
    assert.equal(
      statuses(effects)[0]?.message,
      "Task launched with invalid offers: Offer M-O99 is no longer valid",
    );
    assert.equal(offered(effects).length, 1);
  });

  it("refuses offers of two agents in one call", () => {
    const master = leadingMaster();
    const [agentId] = master.agents("cpus:1;mem:512", "cpus:1;mem:512");
    const offers = offered(master.subscribe("c")).map((offer) => offer.id);
    const effects = master.call("M-0000", accept(offers, [task("t1", agentId!)]));
    assert.match(statuses(effects)[0]?.message ?? "", /must belong to one single agent/);
  });

  it("forwards KILL to the agent, and answers it for an unknown task", () => {
    const { master } = withRunningTask();
    const kill = (id: string) => master.call("M-0000", { type: "KILL", kill: { task_id: { value: id } } });
    assert.deepEqual(told(kill("t1")), [{ kind: "kill", frameworkId: "M-0000", taskId: "t1" }]);
    assert.equal(statuses(kill("nobody"))[0]?.state, "TASK_LOST");
  });

  it("reconciles: all tasks, named ones, and unknown ones by what it knows of their agent", () => {
    const { master, agentId } = withRunningTask({ capabilities: [{ type: "PARTITION_AWARE" }] });
    const ask = (...tasks: [string, string?][]) =>
      statuses(
        master.call("M-0000", {
          type: "RECONCILE",
          reconcile: {
            tasks: tasks.map(([id, agent]) => ({
              task_id: { value: id },
              ...(agent === undefined ? {} : { agent_id: { value: agent } }),
            })),
          },
        }),
      ).map((update) => update.state);
    assert.deepEqual(ask(), ["TASK_RUNNING"]);
    assert.deepEqual(ask(["t1"], ["x", agentId], ["y", "nobody"]), [
      "TASK_RUNNING",
      "TASK_GONE",
      "TASK_UNKNOWN",
    ]);
    master.state.recovered.set("M-S9", { info: agentInfo(9, "cpus:1"), until: NOW * 2 });
    assert.deepEqual(ask(["z", "M-S9"]), [], "no answer while the agent may still come back");
  });

  it("fails a framework over to a new stream: the old one hears ERROR and is closed", () => {
    const { master } = withRunningTask();
    const effects = master.subscribe("c2", { id: { value: "M-0000" } });
    assert.deepEqual(events(effects, "ERROR")[0]?.error, { message: "Framework failed over" });
    assert.ok(effects.some((effect) => effect.kind === "close" && effect.connection === "c"));
    assert.equal(master.state.frameworks.get("M-0000")?.connection, "c2");
    assert.equal(master.state.frameworks.get("M-0000")?.tasks.size, 1, "its task goes on");
  });

  it("removes a disconnected framework after its failover timeout, at once where it has none", () => {
    const { master, agentId } = withRunningTask({ failover_timeout: 60 });
    master.happen({ kind: "disconnected", connection: "c" });
    master.pass(59_000);
    assert.ok(master.state.frameworks.has("M-0000"));
    const effects = master.pass(1_000);
    assert.deepEqual(
      told(effects).filter((message) => message.kind !== "ping"),
      [{ kind: "shutdown-framework", frameworkId: "M-0000" }],
    );
    assert.equal(master.state.agents.get(agentId)!.tasks.size, 0);
    const hasty = leadingMaster();
    hasty.subscribe("c");
    hasty.happen({ kind: "disconnected", connection: "c" });
    assert.equal(hasty.state.frameworks.size, 0);
  });

  it("refuses a framework that was removed, on its stream", () => {
    const master = leadingMaster();
    master.subscribe("c");
    master.call("M-0000", { type: "TEARDOWN" });
    const effects = master.subscribe("c2", { id: { value: "M-0000" } });
    assert.deepEqual(events(effects, "ERROR")[0]?.error, { message: "Framework has been removed" });
    assert.ok(effects.some((effect) => effect.kind === "close" && effect.connection === "c2"));
  });
});

describe("a new leader", () => {
  const comeBack = (tag: string) => {
    const { master: old, agentId } = withRunningTask({ checkpoint: true, failover_timeout: 60 });
    const held = [...old.state.agents.get(agentId)!.tasks.values()];
    const master = leadingMaster(tag);
    const info = agentInfo(1, "cpus:1;mem:512", tag);
    master.happen({ kind: "recovered", registry: { [agentId]: info } });
    master.happen({
      kind: "agent",
      message: {
        kind: "reregister",
        agentId,
        info,
        frameworks: [old.state.frameworks.get("M-0000")!.info],
        tasks: held.map((t) => ({ frameworkId: t.frameworkId, task: t.info, statuses: t.statuses })),
        executors: [],
      },
    });
    return { master, agentId };
  };

  it("learns tasks from agents, and frameworks too from 1.2 on", () => {
    for (const [tag, recovered] of [
      ["1.1.3", undefined],
      ["1.2.0", true],
    ] as const) {
      const { master, agentId } = comeBack(tag);
      assert.equal(master.state.agents.get(agentId)!.tasks.size, 1);
      assert.equal(master.state.recovered.size, 0);
      assert.equal(master.state.frameworks.get("M-0000")?.recovered, recovered, tag);
    }
  });

  it("gives a framework that subscribes with its id its tasks back, whatever the version", () => {
    for (const tag of ["0.28.3", "1.1.3", "1.11.0"]) {
      const { master } = comeBack(tag);
      master.subscribe("c2", { id: { value: "M-0000" } });
      const effects = master.call("M-0000", { type: "RECONCILE", reconcile: { tasks: [] } });
      assert.equal(statuses(effects)[0]?.state, "TASK_RUNNING", tag);
    }
  });

  it("does not offer what tasks of frameworks that are still out hold", () => {
    const { master } = comeBack("1.1.3");
    const [offer] = offered(master.subscribe("other"));
    const resources = parseResources(JSON.stringify(offer!.raw.resources));
    assert.ok(contains(parseResources("cpus:0.9;mem:480"), resources));
  });
});

describe("accounting", () => {
  interface Move {
    kind: number;
    which: number;
    cpus: number;
  }
  const moves: fc.Arbitrary<Move[]> = fc.array(
    fc.record({
      kind: fc.integer({ min: 0, max: 7 }),
      which: fc.nat(7),
      cpus: fc.integer({ min: 1, max: 30 }).map((tenths) => tenths / 10),
    }),
    { maxLength: 60 },
  );

  it("never oversells an agent, whatever frameworks and agents do", () => {
    fc.assert(
      fc.property(moves, (list) => {
        const master = leadingMaster();
        const agents = master.agents("cpus:1;mem:512", "cpus:2;mem:256", "cpus:3;mem:1024");
        const frameworks = ["M-0000", "M-0001"];
        frameworks.forEach((_, i) => master.subscribe(`c${i}`, { failover_timeout: 1e6 }));
        list.forEach(({ kind, which, cpus }, n) => {
          const id = frameworks[which % 2]!;
          const agentId = agents[which % 3]!;
          const own = [...master.state.offers.values()].filter((offer) => offer.frameworkId === id);
          const offer = own[which % Math.max(own.length, 1)];
          if (kind <= 2 && offer !== undefined) {
            const tasks = [
              task(`t${n}`, offer.agentId, { cpus }),
              task(`u${n}`, offer.agentId, { cpus: 0.3 }),
            ];
            master.call(id, accept([offer.id], tasks, 0));
          } else if (kind === 3 && offer !== undefined) {
            const filters = { refuse_seconds: 0 };
            master.call(id, { type: "DECLINE", decline: { offer_ids: [{ value: offer.id }], filters } });
          } else if (kind === 4) {
            master.happen({ kind: "exited", agentId });
          } else if (kind === 5) {
            const info = agentInfo(
              (which % 3) + 1,
              ["cpus:1;mem:512", "cpus:2;mem:256", "cpus:3;mem:1024"][which % 3]!,
            );
            master.happen({
              kind: "agent",
              message: { kind: "reregister", agentId, info, frameworks: [], tasks: [], executors: [] },
            });
          } else if (kind === 6) {
            const [running] = master.state.agents.get(agentId)?.tasks.values() ?? [];
            if (running !== undefined) {
              master.update(
                agentId,
                running.frameworkId,
                status(running.info.task_id.value, "TASK_FINISHED"),
              );
            }
          } else {
            master.pass(1_000);
          }
          for (const agent of master.state.agents.values()) {
            const used = usedResources(agent.tasks.values());
            const out = offersOn(master.state, agent.id).map((o) => o.resources);
            assert.ok(
              contains(agent.info.resources, sum([used, ...out])),
              `oversold ${agent.id} after move ${n}`,
            );
            if (!agent.connected) assert.deepEqual(out, [], "a disconnected agent offers nothing");
          }
        });
      }),
      { numRuns: 150 },
    );
  });
});
