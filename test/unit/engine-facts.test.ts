import assert from "node:assert/strict";
import { factsOf } from "../../automation/engine-facts";
import { reviewCluster } from "../../config/oracle/review";
import { agentGroup, clusterSpec } from "./fixtures";

const info = { CgroupVersion: "2", ServerVersion: "28.2.1", NCPU: 2, MemTotal: 4 * 1024 ** 3 };

describe("what an engine says of itself", () => {
  it("reaches the rules: cgroup, version, processors and memory", () => {
    assert.deepEqual(factsOf(info), { cgroup: "v2", engine: "28.2.1", cpus: 2, memory: 4096 });
    assert.deepEqual(factsOf({ ...info, CgroupVersion: "1", ServerVersion: "20.10.24+dfsg1" }), {
      cgroup: "v1",
      engine: "20.10.24+dfsg1",
      cpus: 2,
      memory: 4096,
    });
    assert.deepEqual(factsOf({ ServerVersion: "dev", NCPU: 0 }), {
      cgroup: undefined,
      engine: undefined,
      cpus: undefined,
      memory: undefined,
    });
  });

  it("refuses what cannot work there, and warns of what is too large for it", () => {
    const old = { version: "0.25.0", image: { kind: "mesosphere" }, resources: "cpus:8;mem:512" } as const;
    const spec = clusterSpec({
      masters: { count: 1, version: "0.25.0", image: { kind: "mesosphere" }, flags: {}, env: {} },
      agents: [agentGroup({ ...old, count: 1, flags: { containerizers: "docker,mesos" } })],
    });
    const rules = (found: readonly { readonly rule: string }[]): string[] => found.map(({ rule }) => rule);
    const { refused, warnings } = reviewCluster(spec, factsOf(info));
    assert.ok(rules(refused).includes("docker-cgroup-v2"), rules(refused).join());
    assert.ok(rules(refused).includes("image-schema-1-engine"), rules(refused).join());
    assert.ok(rules(warnings).includes("resources-exceed-host"), rules(warnings).join());
    assert.deepEqual(rules(reviewCluster(spec).refused), []);
  });
});
