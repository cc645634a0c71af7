import assert from "node:assert/strict";
import fc from "fast-check";
import { agentView } from "../../simulator/master/agent-view";
import { totalOf } from "../../simulator/master/agent-resources";
import { offersOn, usedOn } from "../../simulator/master/model";
import { contains, sum } from "../../simulator/resources/resources";
import type { JsonObject } from "../../simulator/wire/json";
import type { FrameworkInfo } from "../../simulator/wire/messages";
import {
  accept,
  agentInfo,
  events,
  leadingMaster,
  offered,
  status,
  statuses,
  task,
  told,
  type Master,
} from "./simulator-fixtures";

const RESOURCES = "cpus:2;mem:1024;disk:2048";

const reserved = (name: string, value: number, more: JsonObject = {}, role = "r"): JsonObject => ({
  name,
  type: "SCALAR",
  scalar: { value },
  role,
  reservation: { principal: "p" },
  ...more,
});

const volume = (id: string, value = 512, path = "data"): JsonObject =>
  reserved("disk", value, {
    disk: { persistence: { id, principal: "p" }, volume: { container_path: path, mode: "RW" } },
  });

const named: Partial<FrameworkInfo> = { principal: "p" };

const RESERVE = (...resources: JsonObject[]) => ({ type: "RESERVE", reserve: { resources } });
const UNRESERVE = (...resources: JsonObject[]) => ({ type: "UNRESERVE", unreserve: { resources } });
const CREATE = (...volumes: JsonObject[]) => ({ type: "CREATE", create: { volumes } });
const DESTROY = (...volumes: JsonObject[]) => ({ type: "DESTROY", destroy: { volumes } });

function scene(tag = "1.11.0", info = named): { master: Master; agentId: string } {
  const master = leadingMaster(tag);
  master.happen({
    kind: "agent",
    message: { kind: "register", info: agentInfo(1, RESOURCES, tag) },
  });
  const [agentId = ""] = master.state.agents.keys();
  master.subscribe("c", { role: "r", checkpoint: true, ...info });
  return { master, agentId };
}

/** Accepts all offers with operations; answers what came of it and what is offered next. */
function operate(master: Master, ...operations: JsonObject[]) {
  const offer_ids = [...master.state.offers.keys()].map((value) => ({ value }));
  const effects = master.call("M-0000", {
    type: "ACCEPT",
    accept: { offer_ids, operations, filters: { refuse_seconds: 0 } },
  });
  const refused = effects.flatMap((e) => (e.kind === "log" && e.text.startsWith("Dropping") ? [e.text] : []));
  const offers = offered(master.pass(1_000));
  return { effects, refused, resources: offers.flatMap(({ raw }) => raw.resources as JsonObject[]) };
}

const shape = (resources: readonly JsonObject[]) =>
  resources.map(({ name, scalar, role, reservation, disk }) => [
    name,
    (scalar as { value: number }).value,
    role,
    reservation === undefined ? "" : "dynamic",
    disk === undefined ? "" : "volume",
  ]);

describe("operations on offers", () => {
  it("reserve, create, destroy and unreserve, visible in the next offers and in /state, and kept by the agent", () => {
    const { master, agentId } = scene();
    const made = operate(master, RESERVE(reserved("disk", 1024), reserved("cpus", 1)), CREATE(volume("v")));
    assert.deepEqual(made.refused, []);
    assert.deepEqual(shape(made.resources).sort(), [
      ["cpus", 1, "*", "", ""],
      ["cpus", 1, "r", "dynamic", ""],
      ["disk", 1024, "*", "", ""],
      ["disk", 512, "r", "dynamic", ""],
      ["disk", 512, "r", "dynamic", "volume"],
      ["mem", 1024, "*", "", ""],
    ]);
    const kept = told(made.effects).filter((message) => message.kind === "made");
    assert.deepEqual(kept.at(-1)?.resources, master.state.agents.get(agentId)?.made);
    const agent = agentView(master.state, master.state.agents.get(agentId)!);
    const byRole = agent.reserved_resources as unknown as Record<string, JsonObject>;
    assert.deepEqual([byRole.r?.cpus, byRole.r?.disk], [1, 1024]);
    const back = operate(
      master,
      DESTROY(volume("v")),
      UNRESERVE(reserved("disk", 1024), reserved("cpus", 1)),
    );
    assert.deepEqual(back.refused, []);
    assert.deepEqual(shape(back.resources).sort(), [
      ["cpus", 2, "*", "", ""],
      ["disk", 2048, "*", "", ""],
      ["mem", 1024, "*", "", ""],
    ]);
    assert.deepEqual(master.state.agents.get(agentId)?.made, []);
  });

  it("let a task run on what was just reserved, and on a volume", () => {
    const { master, agentId } = scene();
    const info = { ...task("t", agentId), resources: [reserved("cpus", 1), volume("v")] };
    const { effects } = operate(
      master,
      RESERVE(reserved("cpus", 1), reserved("disk", 512)),
      CREATE(volume("v")),
      {
        type: "LAUNCH",
        launch: { task_infos: [info] },
      },
    );
    assert.ok(told(effects).some((message) => message.kind === "run"));
    assert.ok(!shape(operate(master).resources).some(([, , , , kind]) => kind === "volume"), "it is in use");
  });

  for (const [what, tag, info, operations, expected] of [
    [
      "reserving for another role",
      "1.11.0",
      named,
      [RESERVE(reserved("cpus", 1, {}, "x"))],
      /for a resource with role 'x', but the resource was allocated to role 'r'/,
    ],
    [
      "reserving for another role before 1.2",
      "1.0.4",
      named,
      [RESERVE(reserved("cpus", 1, {}, "x"))],
      /role 'x', but the framework can only reserve resources with role 'r'/,
    ],
    [
      "reserving for *, before 1.2",
      "1.1.3",
      { ...named, role: "*" },
      [RESERVE(reserved("cpus", 1))],
      /frameworks with that role cannot reserve/,
    ],
    [
      "reserving without a principal in 0.24",
      "0.24.2",
      {},
      [RESERVE(reserved("cpus", 1))],
      /A framework without a principal cannot reserve resources/,
    ],
    [
      "another's principal",
      "1.11.0",
      named,
      [RESERVE(reserved("cpus", 1, { reservation: { principal: "q" } }))],
      /does not match a reserved resource/,
    ],
    [
      "no principal where the framework has one",
      "1.11.0",
      named,
      [RESERVE(reserved("cpus", 1, { reservation: {} }))],
      /with no principal set/,
    ],
    ["reserving more than there is", "1.11.0", named, [RESERVE(reserved("cpus", 3))], /does not contain/],
    [
      "unreserving what is not reserved",
      "1.11.0",
      named,
      [UNRESERVE({ name: "cpus", type: "SCALAR", scalar: { value: 1 } })],
      /cpus\(\*\):1 is not dynamically reserved/,
    ],
    ["a volume on what is not reserved", "1.11.0", named, [CREATE(volume("v"))], /does not contain/],
    [
      "two volumes of one id",
      "1.11.0",
      named,
      [RESERVE(reserved("disk", 1024)), CREATE(volume("v"), volume("v"))],
      /Persistence ID 'v' is not unique/,
    ],
    [
      "unreserving a volume",
      "1.11.0",
      named,
      [RESERVE(reserved("disk", 512)), CREATE(volume("v")), UNRESERVE(volume("v"))],
      /Please destroy the persistent volume first/,
    ],
    [
      "destroying part of a volume",
      "1.11.0",
      named,
      [RESERVE(reserved("disk", 512)), CREATE(volume("v")), DESTROY(volume("v", 256))],
      /Persistent volumes not found/,
    ],
    ["destroying what is not there", "1.11.0", named, [DESTROY(volume("v"))], /Persistent volumes not found/],
    [
      "a disk of a resource provider",
      "1.11.0",
      named,
      [{ type: "CREATE_DISK" }],
      /needs a resource provider, and the agent has none/,
    ],
  ] as const) {
    it(`refuse ${what}`, () => {
      const { master } = scene(tag, info);
      const { refused } = operate(master, ...operations);
      assert.equal(refused.length, 1);
      assert.match(refused[0]!, expected);
    });
  }

  it("resize volumes from 1.6 on", () => {
    const { master } = scene();
    operate(master, RESERVE(reserved("disk", 1024)), CREATE(volume("v")));
    const grown = operate(master, {
      type: "GROW_VOLUME",
      grow_volume: { volume: volume("v"), addition: reserved("disk", 256) },
    });
    assert.deepEqual(grown.refused, []);
    assert.ok(shape(grown.resources).some(([, value, , , kind]) => value === 768 && kind === "volume"));
    const shrunk = operate(master, {
      type: "SHRINK_VOLUME",
      shrink_volume: { volume: volume("v", 768), subtract: { value: 700 } },
    });
    assert.deepEqual(shrunk.refused, []);
    assert.ok(shape(shrunk.resources).some(([, value, , , kind]) => value === 68 && kind === "volume"));
  });

  it("offer reservations in the form that a framework understands", () => {
    const { master } = scene("1.11.0", { ...named, capabilities: [{ type: "RESERVATION_REFINEMENT" }] });
    const { resources } = operate(master, RESERVE(reserved("cpus", 1)));
    const mine = resources.find(({ reservations }) => reservations !== undefined);
    assert.deepEqual(mine?.reservations, [{ type: "DYNAMIC", role: "r", principal: "p" }]);
    assert.equal(mine.reservation, undefined);
  });

  it("stay with the agent when it comes to a new leader", () => {
    const { master, agentId } = scene();
    operate(master, RESERVE(reserved("cpus", 1)));
    const { made } = master.state.agents.get(agentId)!;
    const next = leadingMaster();
    next.happen({
      kind: "agent",
      message: {
        kind: "reregister",
        agentId,
        info: agentInfo(1, RESOURCES),
        frameworks: [],
        tasks: [],
        executors: [],
        made,
      },
    });
    assert.deepEqual(
      shape(
        offered(next.subscribe("d", { role: "other" })).flatMap(({ raw }) => raw.resources as JsonObject[]),
      )[0],
      ["cpus", 1, "*", "", ""],
    );
  });
});

describe("operations with an id", () => {
  const uuidOf = (event: JsonObject | undefined) =>
    (event?.update_operation_status as { status: { state: string; uuid?: { value: string } } } | undefined)
      ?.status;

  it("are told until they are acknowledged, and can be asked for", () => {
    const { master, agentId } = scene();
    const { effects } = operate(master, { ...RESERVE(reserved("cpus", 1)), id: { value: "op" } });
    const first = uuidOf(events(effects, "UPDATE_OPERATION_STATUS")[0]);
    assert.equal(first?.state, "OPERATION_FINISHED");
    const again = uuidOf(events(master.pass(10_000), "UPDATE_OPERATION_STATUS")[0]);
    assert.equal(again?.uuid?.value, first.uuid?.value);
    const ask = () =>
      master.call("M-0000", {
        type: "RECONCILE_OPERATIONS",
        reconcile_operations: {
          operations: [{ operation_id: { value: "op" }, agent_id: { value: agentId } }],
        },
      });
    assert.equal(uuidOf(events(ask(), "UPDATE_OPERATION_STATUS")[0])?.state, "OPERATION_FINISHED");
    master.call("M-0000", {
      type: "ACKNOWLEDGE_OPERATION_STATUS",
      acknowledge_operation_status: {
        agent_id: { value: agentId },
        uuid: first.uuid?.value,
        operation_id: { value: "op" },
      },
    });
    assert.deepEqual(events(master.pass(600_000), "UPDATE_OPERATION_STATUS"), []);
    assert.equal(uuidOf(events(ask(), "UPDATE_OPERATION_STATUS")[0])?.state, "OPERATION_UNKNOWN");
  });

  it("are OPERATION_ERROR where they are refused, and on agents before 1.8", () => {
    const refused = operate(scene().master, { ...RESERVE(reserved("cpus", 9)), id: { value: "op" } });
    assert.equal(uuidOf(events(refused.effects, "UPDATE_OPERATION_STATUS")[0])?.state, "OPERATION_ERROR");
    const { master, agentId } = scene("1.7.2");
    const old = operate(master, { ...RESERVE(reserved("cpus", 1)), id: { value: "op" } });
    assert.equal(uuidOf(events(old.effects, "UPDATE_OPERATION_STATUS")[0])?.state, "OPERATION_ERROR");
    assert.deepEqual(master.state.agents.get(agentId)?.made, []);
  });

  it("end tasks in TASK_ERROR where they launch", () => {
    const { master, agentId } = scene();
    const launch = { type: "LAUNCH", id: { value: "op" }, launch: { task_infos: [task("t", agentId)] } };
    assert.match(
      statuses(operate(master, launch).effects)[0]?.message ?? "",
      /cannot be set on LAUNCH operations/,
    );
  });
});

describe("resources under random operations", () => {
  const moves = fc.array(
    fc.record({ kind: fc.nat(7), amount: fc.integer({ min: 1, max: 12 }), id: fc.nat(2) }),
    {
      maxLength: 40,
    },
  );

  it("are never oversold: what is used and offered is within the agent's total, and the total stays what it was", () => {
    fc.assert(
      fc.property(moves, (list) => {
        const { master, agentId } = scene();
        master.subscribe("d", { role: "r", principal: "p", checkpoint: true });
        list.forEach(({ kind, amount, id }, n) => {
          const framework = `M-000${n % 2}`;
          const own = [...master.state.offers.values()].filter((offer) => offer.frameworkId === framework);
          const ids = own.map((offer) => offer.id);
          const size = amount * 64;
          const operations = [
            [RESERVE(reserved("disk", size), reserved("cpus", amount / 10))],
            [UNRESERVE(reserved("disk", size))],
            [CREATE(volume(`v${id}`, size))],
            [DESTROY(volume(`v${id}`, size))],
            [UNRESERVE(reserved("cpus", amount / 10))],
          ][kind];
          if (operations !== undefined) {
            master.call(framework, {
              type: "ACCEPT",
              accept: {
                offer_ids: ids.map((value) => ({ value })),
                operations,
                filters: { refuse_seconds: 0 },
              },
            });
          } else if (kind === 5) {
            const resources = [reserved("cpus", amount / 10), volume(`v${id}`, size)].slice(0, 1 + (n % 2));
            master.call(
              framework,
              accept(ids, [{ ...task(`t${n}`, agentId), resources }, task(`u${n}`, agentId)], 0),
            );
          } else if (kind === 6) {
            const [running] = master.state.agents.get(agentId)!.tasks.values();
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
          const agent = master.state.agents.get(agentId)!;
          const total = totalOf(agent);
          const out = offersOn(master.state, agentId).map((offer) => offer.resources);
          assert.ok(contains(total, sum([usedOn(agent), ...out])));
          for (const name of ["cpus", "mem", "disk"]) {
            const all = (resources: typeof total) =>
              resources.reduce((s, r) => s + (r.kind === "scalar" && r.name === name ? r.thousandths : 0), 0);
            assert.equal(all(total), all(agent.info.resources), name);
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});
