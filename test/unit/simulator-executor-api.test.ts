import assert from "node:assert/strict";
import { judgeExecutorCall } from "../../simulator/agent/executor-api";
import type { HttpRequest } from "../../simulator/http/message";
import type { JsonObject } from "../../simulator/wire/json";
import { v1Messages } from "../../simulator/wire/message-set";
import { taskInfo } from "./simulator-fixtures";
import { TestAgent } from "./simulator-test-agent";

const TAG = "1.8.0";
const UUID = "AAAAAAAAAAAAAAAAAAAAAA==";

/** An agent with a custom executor that has subscribed, or not yet. */
function scene(subscribed: boolean) {
  const agent = new TestAgent({ tag: TAG }).registered();
  agent.run({ ...taskInfo("t1"), executor: { executor_id: { value: "e1" }, resources: [] } });
  const sent = { frameworkId: "F", executorId: "e1", link: "l", tasks: [], updates: [] };
  if (subscribed) agent.happen({ kind: "subscribe", sent });
  const ask = (call: JsonObject, contentType = "application/json", accept?: string) => {
    const whole = { framework_id: { value: "F" }, executor_id: { value: "e1" }, ...call };
    const body =
      contentType === "application/json"
        ? Buffer.from(JSON.stringify(whole))
        : v1Messages(TAG).toProtobuf("executor.Call", whole);
    const headers = { "content-type": contentType, ...(accept === undefined ? {} : { accept }) };
    const request: HttpRequest = {
      method: "POST",
      path: "/api/v1/executor",
      query: new URLSearchParams(),
      headers,
      body,
    };
    return judgeExecutorCall(agent.state, request);
  };
  return { agent, ask };
}

const update = (more: JsonObject = {}): JsonObject => ({
  type: "UPDATE",
  update: {
    status: {
      task_id: { value: "t1" },
      state: "TASK_RUNNING",
      source: "SOURCE_EXECUTOR",
      uuid: UUID,
      ...more,
    },
  },
});

describe("the executor API of a simulated agent", () => {
  it("takes updates in JSON and in protobuf alike", () => {
    const { ask } = scene(true);
    for (const type of ["application/json", "application/x-protobuf"]) {
      const judged = ask(update({ message: "hi" }), type);
      assert.ok(judged.kind === "update", type);
      const { state, uuid, message, source } = judged.status;
      assert.deepEqual([state, uuid, message, source], ["TASK_RUNNING", UUID, "hi", "SOURCE_EXECUTOR"]);
    }
  });

  it("answers SUBSCRIBE in the encoding that the executor accepts", () => {
    const { ask } = scene(false);
    for (const [accept, type] of [
      [undefined, "application/json"],
      ["application/x-protobuf", "application/x-protobuf"],
    ] as const) {
      const judged = ask({ type: "SUBSCRIBE", subscribe: {} }, "application/x-protobuf", accept);
      assert.ok(judged.kind === "subscribe");
      assert.equal(judged.codec.contentType, type);
    }
    const none = ask({ type: "SUBSCRIBE", subscribe: {} }, "application/json", "text/html");
    assert.equal(none.kind === "refused" && none.reply.status, 406);
  });

  it("refuses what it does not understand with the status and words of Mesos", () => {
    const invalid = "Failed to validate Executor::Call: ";
    for (const [subscribed, call, status, text] of [
      [true, update({ uuid: undefined }), 400, `${invalid}Expecting 'uuid' to be present`],
      [
        true,
        update({ source: "SOURCE_MASTER" }),
        400,
        `${invalid}Received Call from executor e1 of framework F with invalid source, expecting 'SOURCE_EXECUTOR'`,
      ],
      [
        true,
        update({ state: "TASK_STAGING" }),
        400,
        `${invalid}Received TASK_STAGING from executor e1 of framework F which is not allowed`,
      ],
      [false, update(), 403, "Executor is not subscribed"],
      [true, { ...update(), framework_id: { value: "X" } }, 400, "Framework cannot be found"],
      [true, { ...update(), executor_id: { value: "X" } }, 400, "Executor cannot be found"],
      [true, { type: "MESSAGE" }, 400, `${invalid}Expecting 'message' to be present`],
    ] as const) {
      const judged = scene(subscribed).ask(call);
      assert.ok(judged.kind === "refused", text);
      assert.deepEqual([judged.reply.status, judged.reply.body], [status, text]);
    }
  });

  it("takes nothing but SUBSCRIBE while the agent recovers", () => {
    const { agent, ask } = scene(true);
    agent.state.recoverBy = agent.now + 1_000;
    const judged = ask(update());
    assert.equal(judged.kind === "refused" && judged.reply.status, 503);
    assert.equal(ask({ type: "SUBSCRIBE", subscribe: {} }).kind, "subscribe");
  });
});
