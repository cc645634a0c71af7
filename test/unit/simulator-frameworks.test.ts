import assert from "node:assert/strict";
import { updateError } from "../../simulator/master/frameworks";
import { roleError } from "../../simulator/master/roles";
import type { FrameworkInfo } from "../../simulator/wire/messages";
import { withRunningTask } from "./simulator-scenes";
import {
  accept,
  agentInfo,
  events,
  framework,
  leadingMaster,
  offered,
  statuses,
  task,
} from "./simulator-fixtures";

const multi = (roles: readonly string[]): Partial<FrameworkInfo> => ({
  roles,
  capabilities: [{ type: "MULTI_ROLE" }],
});

const rolesOffered = (effects: Parameters<typeof offered>[0]) =>
  offered(effects).map(({ raw }) => (raw.allocation_info as { role: string }).role);

function errorOf(tag: string, info: Partial<FrameworkInfo>): string | undefined {
  const [event] = events(leadingMaster(tag).subscribe("c", info), "ERROR");
  return (event?.error as { message: string } | undefined)?.message;
}

describe("the roles of a framework", () => {
  it("are refused in the words of the version where they are none", () => {
    assert.equal(
      errorOf("1.11.0", multi(["a", "b", "a"])),
      "'FrameworkInfo.roles' contains duplicate items: { a }",
    );
    assert.equal(
      errorOf("1.11.0", { ...multi(["a"]), role: "b" }),
      "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable",
    );
    assert.equal(
      errorOf("1.11.0", { roles: ["a"] }),
      "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable",
    );
    assert.equal(
      errorOf("1.11.0", multi(["/a"])),
      "'FrameworkInfo.roles' contains invalid role: Role '/a' cannot start with a slash",
    );
    assert.equal(
      errorOf("1.0.4", { role: "a b" }),
      "'FrameworkInfo.role' is not a valid role: Role name 'a b' is invalid because it contains slash, backspace or whitespace",
    );
  });

  it("may have components from 1.4 on", () => {
    assert.equal(roleError("1.4.0", "a/b"), undefined);
    assert.match(roleError("1.3.0", "a/b") ?? "", /contains slash/);
    for (const wrong of ["a//b", "a/", "a/..", "a/*", "-a", "a/ b", ""]) {
      assert.notEqual(roleError("1.11.0", wrong), undefined, wrong);
    }
  });

  it("each get offers of their own, until they are suppressed or revived one by one", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512", "cpus(a):1;mem(a):512");
    master.subscribe("c", multi(["a", "b"]));
    const ids = [...master.state.offers.keys()].map((value) => ({ value }));
    const decline = (refuse_seconds: number) =>
      master.call("M-0000", { type: "DECLINE", decline: { offer_ids: ids, filters: { refuse_seconds } } });
    decline(0);
    master.call("M-0000", { type: "SUPPRESS", suppress: { roles: ["a"] } });
    assert.deepEqual([...new Set(rolesOffered(master.pass(1_000)))], ["b"]);
    master.call("M-0000", { type: "SUPPRESS" });
    for (const id of master.state.offers.keys()) ids.push({ value: id });
    decline(0);
    assert.deepEqual(rolesOffered(master.pass(5_000)), []);
    assert.deepEqual(
      [...new Set(rolesOffered(master.call("M-0000", { type: "REVIVE", revive: { roles: ["a"] } })))],
      ["a"],
    );
  });

  it("hold filters apart: what one role declined the other is offered", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512");
    const [offer] = offered(master.subscribe("c", multi(["a", "b"])));
    const filters = { refuse_seconds: 100 };
    master.call("M-0000", { type: "DECLINE", decline: { offer_ids: [{ value: offer!.id }], filters } });
    assert.deepEqual(rolesOffered(master.pass(1_000)), ["b"]);
  });

  it("cannot be suppressed by name where the framework is not in them", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512");
    const [offer] = offered(master.subscribe("c"));
    master.call("M-0000", { type: "SUPPRESS", suppress: { roles: ["other"] } });
    const filters = { refuse_seconds: 0 };
    master.call("M-0000", { type: "DECLINE", decline: { offer_ids: [{ value: offer!.id }], filters } });
    assert.equal(offered(master.pass(1_000)).length, 1);
  });

  it("cannot be mixed in one ACCEPT", () => {
    const master = leadingMaster();
    const [agentId] = master.agents("cpus:1;mem:512;cpus(a):1;mem(a):64");
    master.subscribe("a", multi(["b"]));
    const first = [...master.state.offers.keys()];
    master.call("M-0000", {
      type: "UPDATE_FRAMEWORK",
      update_framework: { framework_info: { ...framework(multi(["b", "a"])) } },
    });
    const second = [...master.state.offers.keys()].filter((id) => !first.includes(id));
    assert.equal(second.length, 1);
    const effects = master.call("M-0000", accept([...first, ...second], [task("t", agentId!)]));
    assert.match(statuses(effects)[0]?.message ?? "", /Aggregated offers must be allocated to the same role/);
  });

  it("may start suppressed, if the framework has them", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512");
    const subscribe = (suppressedRoles: string[]) =>
      master.happen({
        kind: "subscribe",
        connection: "c",
        framework: framework(multi(["a"])),
        options: { suppressedRoles },
      });
    assert.deepEqual(offered(subscribe(["a"])), []);
    assert.deepEqual(events(subscribe(["x"]), "ERROR")[0]?.error, {
      message: "Suppressed roles { x } are not contained in the set of roles",
    });
  });
});

describe("a framework that comes back", () => {
  it("takes over: the older stream is told so and closed, its offers are gone without a word", () => {
    const { master } = withRunningTask();
    const again = master.subscribe("d", { id: { value: "M-0000" } });
    assert.deepEqual(
      again.flatMap((e) => (e.kind === "event" ? [[e.connection, e.event.type]] : [])),
      [
        ["c", "ERROR"],
        ["d", "SUBSCRIBED"],
        ["d", "HEARTBEAT"],
        ["d", "OFFERS"],
      ],
    );
    assert.ok(again.some((e) => e.kind === "close" && e.connection === "c"));
  });

  it("needs force up to 0.27 while the older scheduler is subscribed", () => {
    const { master } = withRunningTask();
    const again = (force: boolean) =>
      master.happen({
        kind: "subscribe",
        connection: "d",
        framework: framework({ id: { value: "M-0000" } }),
        options: { force },
      });
    assert.deepEqual(events(again(false), "ERROR")[0]?.error, { message: "Framework is already connected" });
    assert.equal(master.state.frameworks.get("M-0000")?.connection, "c");
    again(true);
    assert.equal(master.state.frameworks.get("M-0000")?.connection, "d");
  });

  it("keeps user and checkpoint, and from 1.9 on its principal", () => {
    for (const [tag, refused] of [
      ["1.8.0", false],
      ["1.9.0", true],
    ] as const) {
      const master = leadingMaster(tag);
      master.subscribe("c", { checkpoint: true, principal: "p" });
      const id = { value: "M-0000" };
      const changed = { id, user: "other", checkpoint: false, principal: "q" };
      master.subscribe("d", changed);
      const { info } = master.state.frameworks.get("M-0000")!;
      assert.deepEqual([info.user, info.checkpoint], ["root", true], tag);
      assert.equal(info.principal, refused ? "p" : "q", tag);
    }
  });

  it("is refused for good after its failover timeout", () => {
    const master = leadingMaster();
    master.subscribe("c", { failover_timeout: 10 });
    master.happen({ kind: "disconnected", connection: "c" });
    master.pass(9_000);
    assert.ok(master.state.frameworks.has("M-0000"));
    master.pass(1_000);
    const again = events(master.subscribe("d", { id: { value: "M-0000" } }), "ERROR");
    assert.deepEqual(again[0]?.error, { message: "Framework has been removed" });
  });

  it("may not be called what no folder can be called", () => {
    assert.equal(errorOf("1.11.0", { id: { value: "a/b" } }), "'a/b' contains invalid characters");
    assert.equal(errorOf("1.11.0", { id: { value: ".." } }), "'..' is disallowed");
  });
});

describe("UPDATE_FRAMEWORK", () => {
  it("changes roles, takes offers to others back, and refuses what cannot change", () => {
    const master = leadingMaster();
    master.agents("cpus:1;mem:512");
    const id = { value: "M-0000" };
    const [offer] = offered(master.subscribe("c", { ...multi(["a"]), principal: "p" }));
    const info = framework({ ...multi(["b"]), principal: "p", id });
    const wrong = (more: Partial<FrameworkInfo>) =>
      updateError(master.state, { framework_info: { ...info, ...more }, suppressed_roles: [] });
    assert.equal(wrong({}), undefined);
    assert.match(wrong({ principal: "q" }) ?? "", /^FrameworkInfo update is not valid: Changing framework's/);
    assert.match(wrong({ user: "x" }) ?? "", /'FrameworkInfo.user' is unsupported; .* from 'root' to 'x'/);
    assert.match(wrong({ roles: ["a b"] }) ?? "", /^Supplied FrameworkInfo is not valid: /);
    const effects = master.call("M-0000", {
      type: "UPDATE_FRAMEWORK",
      update_framework: { framework_info: { ...info } },
    });
    assert.deepEqual(events(effects, "RESCIND")[0]?.rescind, { offer_id: { value: offer!.id } });
    assert.deepEqual(rolesOffered(effects), ["b"]);
  });
});

describe("tasks on an agent that cannot be reached", () => {
  const lost = (tag: string) => {
    const { master, agentId } = withRunningTask(
      { checkpoint: true, capabilities: [{ type: "PARTITION_AWARE" }] },
      tag,
    );
    for (let i = 0; i < 5; i += 1) master.pass(15_000);
    return { master, agentId, told: statuses(master.pass(15_000))[0] };
  };

  it("are told in the words of the version, with the time from 1.1 on", () => {
    const now = lost("1.11.0").told;
    assert.equal(now?.message, "Agent agent1 is unreachable: health check timed out");
    assert.equal(typeof now.unreachable_time?.nanoseconds, "number");
    assert.match(lost("1.1.0").told?.message ?? "", /^Slave agent1 is unreachable/);
    const old = lost("1.0.4").told;
    assert.match(old?.message ?? "", /^Slave agent1 removed: health check timed out/);
    assert.equal(old?.unreachable_time, undefined);
  });

  it("run again once it is back, and from 1.5 on the framework hears of it", () => {
    for (const [tag, reason] of [
      ["1.4.3", undefined],
      ["1.5.0", "REASON_AGENT_REREGISTERED"],
    ] as const) {
      const { master, agentId } = lost(tag);
      const unreachable = statuses(
        master.call("M-0000", {
          type: "RECONCILE",
          reconcile: { tasks: [{ task_id: { value: "t1" }, agent_id: { value: agentId } }] },
        }),
      );
      assert.equal(unreachable[0]?.state, "TASK_UNREACHABLE");
      const held = master.state.frameworks.get("M-0000")!.unreachableTasks[0]!;
      const running = held.statuses.filter(({ state }) => state === "TASK_RUNNING");
      const back = master.happen({
        kind: "agent",
        message: {
          kind: "reregister",
          agentId,
          info: agentInfo(1, "cpus:1;mem:512", tag),
          frameworks: [],
          tasks: [{ frameworkId: "M-0000", task: held.info, statuses: running }],
          executors: [],
        },
      });
      assert.equal(statuses(back)[0]?.reason, reason, tag);
      const { tasks, unreachableTasks } = master.state.frameworks.get("M-0000")!;
      assert.deepEqual([[...tasks.keys()], unreachableTasks], [["t1"], []]);
    }
  });
});
