import assert from "node:assert/strict";
import fc from "fast-check";
import { acceptedCodec, codecOf } from "../../simulator/wire/codec";
import { v1Messages } from "../../simulator/wire/message-set";
import { task } from "./simulator-fixtures";

const set = v1Messages("1.11.0");
const protobuf = codecOf("application/x-protobuf")!;
const json = codecOf("application/json")!;

const acceptCall = {
  framework_id: { value: "F" },
  type: "ACCEPT",
  accept: {
    offer_ids: [{ value: "O1" }],
    operations: [{ type: "LAUNCH", launch: { task_infos: [task("t1", "A1")] } }],
    filters: { refuse_seconds: 1.5 },
  },
} as const;

describe("the messages of the v1 APIs", () => {
  it("reads back from protobuf what it wrote, bytes and enums and 64-bit numbers included", () => {
    const status = {
      task_id: { value: "t1" },
      state: "TASK_RUNNING",
      source: "SOURCE_EXECUTOR",
      timestamp: 1795339890.116627,
      uuid: "VY345zN7ROaA0CJ730fe0g==",
      container_status: {
        network_infos: [{ ip_addresses: [{ ip_address: "10.0.0.1" }] }],
        executor_pid: 15813,
      },
    };
    const range = { name: "ports", type: "RANGES", ranges: { range: [{ begin: 31000, end: 2 ** 40 }] } };
    for (const [type, message] of [
      ["scheduler.Event", { type: "UPDATE", update: { status } }],
      ["scheduler.Call", acceptCall],
      ["Resource", range],
      ["TaskInfo", { ...task("t", "a"), limits: { cpus: { value: 2 } } }],
    ] as const) {
      assert.deepEqual(set.fromProtobuf(type, set.toProtobuf(type, message)), message);
    }
  });

  it("writes the bytes that protobuf prescribes", () => {
    const bytes = set.toProtobuf("scheduler.Call", { framework_id: { value: "F" }, type: "TEARDOWN" });
    assert.equal(bytes.toString("hex"), "0a030a01461002");
    const filters = set.toProtobuf("Filters", { refuse_seconds: 0 });
    assert.equal(filters.toString("hex"), "090000000000000000", "zero is a value");
  });

  it("refuses protobuf that lacks a required field", () => {
    const bytes = set.toProtobuf("TaskID", { value: "" });
    assert.deepEqual(set.fromProtobuf("TaskID", bytes), { value: "" });
    assert.throws(() => set.fromProtobuf("TaskID", Buffer.alloc(0)));
  });

  it("says the same of a call whichever encoding it came in", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
        (name, seconds) => {
          const call = {
            type: "SUBSCRIBE",
            subscribe: {
              framework_info: { user: name, name, failover_timeout: seconds, roles: [name, "b"] },
            },
          };
          const bytes = protobuf.encode(set, "scheduler.Call", call);
          assert.deepEqual(
            protobuf.decode(set, "scheduler.Call", bytes),
            json.decode(set, "scheduler.Call", Buffer.from(JSON.stringify(call))),
          );
        },
      ),
    );
  });

  for (const [what, value, message] of [
    ["no object", [1], "Expecting a JSON object"],
    ["a list for one value", { type: ["A"] }, "Not expecting a JSON array for field 'type'"],
    ["a number for a text", { framework_id: { value: 1 } }, "Not expecting a JSON number for field 'value'"],
    [
      "missing members",
      { type: "SUBSCRIBE", subscribe: { framework_info: { name: "x" } } },
      "Missing required fields: subscribe.framework_info.user",
    ],
    [
      "bytes that are no base64",
      { acknowledge: { uuid: "%" } },
      "Failed to base64 decode bytes field 'uuid': Invalid character '%'",
    ],
    [
      "text that is no number",
      { decline: { filters: { refuse_seconds: "soon" } } },
      "Failed to parse 'soon' as a JSON number for field 'refuse_seconds'",
    ],
  ] as const) {
    it(`refuses JSON with ${what} in the words of Mesos`, () => {
      assert.throws(() => set.fromJson("scheduler.Call", value), { message });
    });
  }

  it("drops members that a message does not have, takes null for absent and text for numbers", () => {
    assert.deepEqual(
      set.fromJson("scheduler.Call", {
        type: "DECLINE",
        framework_id: null,
        colour: "red",
        decline: { offer_ids: { value: "O1" }, filters: { refuse_seconds: "2.5" } },
      }),
      { type: "DECLINE", decline: { offer_ids: [{ value: "O1" }], filters: { refuse_seconds: 2.5 } } },
    );
  });

  it("does not know calls that came later: absent from 1.5 on, an error before", () => {
    const call = { type: "UPDATE_FRAMEWORK" };
    assert.deepEqual(v1Messages("1.9.0").fromJson("scheduler.Call", call), call);
    assert.deepEqual(v1Messages("1.8.0").fromJson("scheduler.Call", call), {});
    assert.throws(() => v1Messages("1.4.3").fromJson("scheduler.Call", call), {
      message: "Failed to find enum for 'UPDATE_FRAMEWORK'",
    });
    const bytes = set.toProtobuf("scheduler.Call", call);
    assert.deepEqual(v1Messages("1.4.3").fromProtobuf("scheduler.Call", bytes), {});
  });

  it("has the fields that a version has: force until 0.27, suppressed_roles in their place", () => {
    const subscribe = { framework_info: { user: "u", name: "n" }, force: true };
    const call = { type: "SUBSCRIBE", subscribe };
    assert.deepEqual(v1Messages("0.27.3").fromJson("scheduler.Call", call), call);
    const { framework_info } = subscribe;
    assert.deepEqual(v1Messages("0.28.0").fromJson("scheduler.Call", call), {
      ...call,
      subscribe: { framework_info },
    });
  });

  it("takes any bytes for a call or refuses them in one sentence, and never more", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          protobuf.decode(set, "scheduler.Call", Buffer.from(bytes));
        } catch (error) {
          assert.equal((error as Error).message, "Failed to parse body into Call protobuf");
        }
      }),
    );
  });
});

describe("the encoding of an answer", () => {
  for (const [accept, expected] of [
    [undefined, "application/json"],
    ["*/*", "application/json"],
    ["application/x-protobuf", "application/x-protobuf"],
    ["application/*", "application/json"],
    ["text/html, application/x-protobuf;q=0.5", "application/x-protobuf"],
    ["application/json;q=0, */*", "application/x-protobuf"],
    ["text/plain", undefined],
  ] as const) {
    it(`is ${expected ?? "refused"} where a client accepts ${accept ?? "whatever comes"}`, () => {
      assert.equal(acceptedCodec(accept)?.contentType, expected);
    });
  }
});
