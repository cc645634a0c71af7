import assert from "node:assert/strict";
import { labelled } from "../e2e/harness";
import { addressOf, leadingState } from "./mesos";
import { TestStack } from "./stack";

const cluster = (masters: number, agents: number): Record<string, unknown> => ({
  mesos: { version: "1.11.0", image: "simulator" },
  timings: "fast",
  masters: { count: masters },
  agents: [{ count: agents, resources: "cpus:1;mem:128" }],
});

describe("pulumi up with fewer masters and agents", function () {
  const stack = new TestStack();
  before(async () => {
    stack.configure(cluster(3, 2));
    await stack.init();
    await stack.must("up", "--yes", "--skip-preview");
  });
  after(async () => {
    await stack[Symbol.asyncDispose]();
  });

  it("stops those that go before the others are replaced, ends ready, and leaves nothing of them", async () => {
    stack.configure(cluster(1, 1));
    await stack.must("up", "--yes", "--skip-preview");
    const state = await leadingState([await addressOf(`${stack.name}-master-1`, 5050)]);
    assert.deepEqual(
      state?.slaves.filter((slave) => slave.active).map((slave) => slave.hostname),
      [(await addressOf(`${stack.name}-agent-1`, 5051)).split(":")[0]],
    );
    assert.deepEqual(
      (await labelled(`mesos-matrix.cluster=${stack.name}`)).filter((name) =>
        /master-[23]|agent-2/.test(name),
      ),
      [],
    );
  });
});
