import assert from "node:assert/strict";
import { knowsOperatorCall } from "../../mesos/operator-calls";
import { allVersions } from "../../mesos/versions";
import { answerOperator } from "../../simulator/master/operator-api";
import type { MasterFacts } from "../../simulator/master/routes";
import type { JsonObject } from "../../simulator/wire/json";
import { v1Messages } from "../../simulator/wire/message-set";
import { leadingMaster, NOW } from "./simulator-fixtures";
import { withRunningTask } from "./simulator-scenes";

describe("the operator API of a simulated master", () => {
  it("knows each call from its own version on", () => {
    const first = (type: string): string | undefined =>
      allVersions().find(({ tag }) => knowsOperatorCall("master", tag, type))?.tag;
    assert.deepEqual(["GET_MASTER", "TEARDOWN", "GET_OPERATIONS", "UPDATE_QUOTA", "DRAIN_AGENT"].map(first), [
      ...["1.0.0-rc3", "1.5.0-rc1", "1.6.0-rc1", "1.8.0-rc1", "1.9.0-rc1"],
    ]);
    const teardown = { type: "TEARDOWN", teardown: { framework_id: { value: "F" } } };
    assert.match(ask("1.4.3", teardown), /^400 .*Expecting 'type' to be present/);
    assert.match(ask("1.5.0", teardown), /^400 No framework found with ID F/);
    assert.match(ask("1.5.0", { type: "TEARDOWN" }), /^400 .*Expecting 'teardown' to be present/);
    assert.match(ask("1.9.0", { type: "GET_QUOTA" }), /^501 The simulator has no GET_QUOTA/);
  });

  it("keeps weights, and refuses those that are not positive", () => {
    const state = leadingMaster().state;
    const set = (weight: number): string =>
      ask(
        "1.11.0",
        { type: "UPDATE_WEIGHTS", update_weights: { weight_infos: [{ role: "x", weight }] } },
        state,
      );
    assert.match(set(0), /^400 .*Weights must be positive/);
    assert.equal(set(2.5), "200 ");
    assert.match(
      ask("1.11.0", { type: "GET_WEIGHTS" }, state),
      /"weight_infos":\[{"weight":2.5,"role":"x"}\]/,
    );
  });

  it("shows tasks with the status that was sent last, in JSON and in protobuf", () => {
    const { master } = withRunningTask();
    const shown = ask("1.11.0", { type: "GET_TASKS" }, master.state);
    assert.match(shown, /"status_update_state":"TASK_RUNNING"/);
    const headers = { "content-type": "application/json", accept: "application/x-protobuf" };
    const { body } = answer({ type: "GET_TASKS" }, master.state, headers);
    assert.ok(Buffer.isBuffer(body));
    const read = v1Messages("1.11.0").fromProtobuf("master.Response", body);
    const { tasks } = read.get_tasks as unknown as { tasks: { state: string }[] };
    assert.deepEqual(
      tasks.map(({ state }) => state),
      ["TASK_RUNNING"],
    );
  });
});

function ask(tag: string, call: JsonObject, state = leadingMaster(tag).state): string {
  const { status, body = "" } = answer(call, state, { "content-type": "application/json" });
  return `${status} ${body.toString()}`;
}

function answer(call: JsonObject, state: MasterFacts["state"], headers: Readonly<Record<string, string>>) {
  const facts = {
    state,
    around: { leader: undefined, flags: {}, cluster: undefined, logDir: undefined },
    vitals: {
      ...{ leads: true, logRecovered: true, ensembleSize: 1, subscribers: 0, timers: {} },
      ...{ perFramework: true, now: NOW },
    },
    tearDown: () => false,
  } as unknown as MasterFacts;
  const body = Buffer.from(JSON.stringify(call));
  return answerOperator(facts, { method: "POST", path: "/", query: new URLSearchParams(), headers, body });
}
