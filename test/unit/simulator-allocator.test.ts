import assert from "node:assert/strict";
import fc from "fast-check";
import { allocate, dominantShare, type Taker } from "../../simulator/master/allocator";
import { parseResources } from "../../simulator/resources/parse";
import { contains, scalar, sum, type Resources } from "../../simulator/resources/resources";

const taker = (frameworkId: string, held = "", more: Partial<Taker> = {}): Taker => ({
  frameworkId,
  roles: ["*"],
  held: parseResources(held),
  understands: () => true,
  accepts: () => true,
  ...more,
});
const giver = (agentId: string, text: string) => ({ agentId, free: parseResources(text) });

const free: fc.Arbitrary<Resources> = fc
  .record({
    cpus: fc.integer({ max: 8000, min: 0 }),
    mem: fc.integer({ max: 9000, min: 0 }),
    role: fc.boolean(),
  })
  .map(({ cpus, mem, role }) =>
    parseResources(`cpus:${cpus / 1000};mem${role ? "(prod)" : ""}:${mem};ports:[31000-31099]`),
  );

describe("the allocator", () => {
  it("never gives more of an agent than it has free, whoever asks", () => {
    fc.assert(
      fc.property(
        fc.array(free, { maxLength: 5 }),
        fc.array(fc.record({ refuses: fc.boolean(), prod: fc.boolean() }), { maxLength: 5 }),
        (frees, wishes) => {
          const givers = frees.map((resources, i) => ({ agentId: `S${i}`, free: resources }));
          const takers = wishes.map(({ refuses, prod }, i) =>
            taker(`F${i}`, "", { accepts: () => !refuses, roles: prod ? ["prod", "*"] : ["*"] }),
          );
          const grants = allocate(givers, takers, sum(frees));
          for (const { agentId, free: has } of givers) {
            const given = grants.filter((grant) => grant.agentId === agentId).map((grant) => grant.resources);
            assert.ok(contains(has, sum(given)));
            const total = given.reduce((cpus, resources) => cpus + scalar(resources, "cpus"), 0);
            assert.ok(total <= scalar(has, "cpus") + 1e-9, "no two grants hold the same cpus");
          }
        },
      ),
    );
  });

  it("serves the framework with the smallest dominant share first", () => {
    const grants = allocate(
      [giver("S0", "cpus:1;mem:100")],
      [taker("A", "cpus:1"), taker("B", "mem:10")],
      parseResources("cpus:4;mem:400"),
    );
    assert.deepEqual(
      grants.map((grant) => grant.frameworkId),
      ["B"],
    );
    assert.equal(dominantShare(parseResources("cpus:1;mem:300"), parseResources("cpus:4;mem:400")), 0.75);
  });

  it("shares several agents out between equal frameworks", () => {
    const grants = allocate(
      [giver("S0", "cpus:1;mem:100"), giver("S1", "cpus:1;mem:100")],
      [taker("A"), taker("B")],
      parseResources("cpus:2;mem:200"),
    );
    assert.deepEqual(
      grants.map(({ agentId, frameworkId }) => [agentId, frameworkId]),
      [
        ["S0", "A"],
        ["S1", "B"],
      ],
    );
  });

  it("passes an agent on where a filter holds it back", () => {
    const picky = taker("A", "", { accepts: (agentId) => agentId !== "S0" });
    const grants = allocate([giver("S0", "cpus:1")], [picky, taker("B")], parseResources("cpus:1"));
    assert.deepEqual(
      grants.map((grant) => grant.frameworkId),
      ["B"],
    );
  });

  it("gives reserved resources to their role only", () => {
    const total = parseResources("cpus:1;mem(prod):100");
    const [grant] = allocate([{ agentId: "S0", free: total }], [taker("A", "", { roles: ["dev"] })], total);
    assert.deepEqual(grant?.resources, parseResources("cpus:1"));
  });

  it("offers no crumbs", () => {
    assert.deepEqual(allocate([giver("S0", "cpus:0.009;mem:31;ports:[1-2]")], [taker("A")], []), []);
  });
});
