import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasField, type JsonView } from "../../mesos/json-fields";
import { allVersions } from "../../mesos/versions";
import { recordedText } from "../recorded/answers";

const SIMULATOR = join(__dirname, "..", "..", "..", "simulator");

describe("what was recorded", () => {
  it("is not what the simulator answers: no id and no address of a recording stands in it", () => {
    const recordings = ["master-leader.json", "agent.json", "scheduler-api.json", "operator-api-leader.json"];
    const text = recordings.map(recordedText).join("\n");
    const ids = new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|172\.30\.\d+\.\d+/g));
    assert.ok(ids.size > 5);
    for (const file of readdirSync(SIMULATOR, { recursive: true, encoding: "utf8" })) {
      if (!/\.(ts|json)$/.test(file)) continue;
      const source = readFileSync(join(SIMULATOR, file), "utf8");
      assert.deepEqual(
        [...ids].filter((id) => source.includes(id)),
        [],
        file,
      );
    }
  });
});

describe("members of the endpoints' JSON", () => {
  it("are there from the version on that has them", () => {
    const first = (view: JsonView, field: string): string | undefined =>
      allVersions().find(({ tag }) => hasField(view, tag, field))?.tag;
    assert.equal(first("master state", "recovered_slaves"), "1.2.0-rc1");
    assert.equal(first("master state", "capabilities"), "1.5.0-rc1");
    assert.equal(first("agent of a master", "deactivated"), "1.9.0-rc1");
    assert.equal(first("framework", "unreachable_tasks"), "1.2.0-rc1");
    assert.equal(first("framework", "offer_constraints"), "1.11.0-rc1");
    assert.equal(first("agent state", "resource_providers"), "1.8.0-rc1");
    assert.equal(first("master state", "version"), "0.20.0-rc1");
    const leaderInfo = allVersions().filter(({ tag }) => hasField("master state", tag, "leader_info"));
    assert.ok(
      leaderInfo.some(({ tag }) => tag === "1.0.4") && !leaderInfo.some(({ tag }) => tag === "1.1.0-rc1"),
    );
    const oldCounters = allVersions().filter(({ tag }) => hasField("master state", tag, "finished_tasks"));
    assert.equal(oldCounters.at(-1)?.tag, "0.22.2");
  });
});
