import assert from "node:assert/strict";
import fc from "fast-check";
import { changes } from "../../simulator/agent/compatibility";
import type { AgentInfo } from "../../simulator/protocol";
import { parseAttributes, summariseAttributes } from "../../simulator/resources/attributes";
import { agentResources } from "../../simulator/resources/defaults";
import { printResources, summariseResources } from "../../simulator/resources/message";
import { parseResources } from "../../simulator/resources/parse";
import { add, contains, scalar, subtract, type Resources } from "../../simulator/resources/resources";

const amount = fc.integer({ min: 0, max: 8000 }).map((thousandths) => thousandths / 1000);
const ports = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 9 })), { maxLength: 4 })
  .map((pairs) => pairs.map(([begin, size]) => `${begin}-${begin + size}`).join(","));
const anyResources: fc.Arbitrary<Resources> = fc
  .tuple(amount, amount, ports)
  .map(([cpus, mem, spans]) => parseResources(`cpus:${cpus};mem:${mem};ports:[${spans}]`));

describe("resources of the simulated Mesos", () => {
  it("reads scalars, ranges, sets and static reservations from text", () => {
    const resources = parseResources("cpus:1.5;mem(prod):512;ports:[31000-31099,31100];zones:{a,b}");
    assert.equal(
      printResources(resources),
      "cpus(*):1.5; mem(prod):512; ports(*):[31000-31100]; zones(*):{a, b}",
    );
  });

  it("reads the JSON form too", () => {
    const json = '[{"name":"cpus","type":"SCALAR","scalar":{"value":2}}]';
    assert.deepEqual(parseResources(json), parseResources("cpus:2"));
  });

  it("refuses text that is no resource, naming it", () => {
    assert.throws(() => parseResources("cpus=1"), /'cpus=1'/);
    assert.throws(() => parseResources("cpus:many"), /'many'/);
    assert.throws(() => parseResources("ports:[9-1]"), /ends before it begins/);
  });

  it("takes from the machine what the text does not name", () => {
    const resources = agentResources("cpus:1", "*", "/");
    assert.equal(scalar(resources, "cpus"), 1);
    assert.ok(scalar(resources, "mem") > 0 && scalar(resources, "disk") > 0);
    assert.match(printResources(resources), /ports\(\*\):\[31000-32000\]/);
  });

  it("adds tenths exactly", () => {
    const tenth = parseResources("cpus:0.1");
    const sum = Array.from({ length: 10 }).reduce<Resources>((total) => add(total, tenth), []);
    assert.deepEqual(sum, parseResources("cpus:1"));
  });

  it("always contains what it adds, and has the rest left when that is taken away", () => {
    fc.assert(
      fc.property(anyResources, anyResources, (a, b) => {
        const both = add(a, b);
        assert.ok(contains(both, a) && contains(both, b));
        assert.ok(contains(both, subtract(both, b)));
        assert.deepEqual(subtract(a, a), []);
        if (contains(a, b)) assert.deepEqual(scalar(add(subtract(a, b), b), "cpus"), scalar(a, "cpus"));
      }),
    );
  });

  it("keeps roles apart: a reserved resource is none of anyone else's", () => {
    assert.ok(!contains(parseResources("cpus(prod):4"), parseResources("cpus:1")));
  });

  it("summarises as /state does, zeros included and gpus only where the version has them", () => {
    const resources = parseResources("cpus:1;ports:[1-2]");
    assert.deepEqual(summariseResources(resources, false), { disk: 0, mem: 0, cpus: 1, ports: "[1-2]" });
    assert.equal(summariseResources(resources, true).gpus, 0);
  });

  it("reads attributes, numbers as numbers", () => {
    assert.deepEqual(summariseAttributes(parseAttributes("rack:a;zone:b;slot:3")), {
      rack: "a",
      zone: "b",
      slot: 3,
    });
    assert.throws(() => parseAttributes("rack"), /'rack'/);
  });
});

describe("an agent that restarts with another configuration", () => {
  const before: AgentInfo = {
    hostname: "a",
    ip: "10.0.0.1",
    port: 5051,
    resources: parseResources("cpus:1;mem:512"),
    attributes: parseAttributes("rack:a"),
    version: "1.8.0",
    capabilities: [],
  };

  it("may change nothing under the policy equal, and is told each change", () => {
    assert.deepEqual(changes(before, { ...before, version: "1.9.0", ip: "10.0.0.2" }, "equal"), []);
    const after = { ...before, hostname: "b", resources: parseResources("cpus:2;mem:512"), attributes: [] };
    assert.deepEqual(changes(before, after, "equal"), [
      "hostname changed from 'a' to 'b'",
      "attributes changed from 'rack:a' to ''",
      "resources changed from 'cpus(*):1; mem(*):512' to 'cpus(*):2; mem(*):512'",
    ]);
  });

  it("may grow under the policy additive, but not shrink", () => {
    const more = {
      ...before,
      resources: parseResources("cpus:2;mem:512"),
      attributes: parseAttributes("rack:a;zone:b"),
    };
    assert.deepEqual(changes(before, more, "additive"), []);
    assert.equal(changes(more, before, "additive").length, 2);
  });
});
