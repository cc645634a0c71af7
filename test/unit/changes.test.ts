import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCluster } from "../../config/cluster-file";
import type { ClusterSpec } from "../../config/spec";
import { allVersions } from "../../mesos/versions";
import { changesBetween, emptyPlan } from "../../plan/changes/changes";
import { same } from "../../plan/changes/same";
import type { PlanChanges } from "../../plan/changes/types";
import { planCluster } from "../../plan/cluster";
import { imageOf } from "../../plan/inputs";
import { unresolvedInputs } from "../../plan/unresolved";
import type { ClusterPlan } from "../../plan/types";
import { type ChangeScene, type Config, large, largeScenes, small, smallScenes } from "./change-scenes";
import { services, servicesScenes } from "./change-scenes-services";
import { agentGroup, clusterSpec } from "./fixtures";

/** JSON is YAML. */
function specOf(cluster: Config): ClusterSpec {
  const text = JSON.stringify({ apiVersion: "mesos-matrix/v1", kind: "Cluster", name: "test", cluster });
  return parseCluster(text, "test.yaml", { defaultName: "test" });
}

const planOf = (spec: ClusterSpec): ClusterPlan => planCluster(spec, unresolvedInputs(spec));

/** Everything that is said, a line each. */
function said({ changes }: PlanChanges): string[] {
  return changes.flatMap(({ reasons, consequences }) => [
    ...reasons.map(({ what, key }) => `${what} (${key})`),
    ...consequences.map(({ text }) => text),
  ]);
}

function check(base: Config, { change, says, dangers, containers }: ChangeScene): void {
  const found = changesBetween(planOf(specOf(base)), planOf(specOf(change(base))));
  const lines = said(found);
  for (const pattern of says) {
    assert.ok(
      lines.some((line) => pattern.test(line)),
      `nothing says ${String(pattern)}:\n${lines.join("\n")}`,
    );
  }
  assert.deepEqual(
    [...new Set(found.changes.flatMap((one) => one.dangers))].sort(),
    [...dangers].sort(),
    lines.join("\n"),
  );
  const operations = found.operations.filter(({ kind }) => kind === "container");
  for (const operation of ["create", "replace", "update", "delete"] as const) {
    const keys = operations.filter((one) => one.operation === operation).map(({ key }) => key);
    assert.deepEqual(keys.sort(), [...(containers[operation] ?? [])].sort(), operation);
  }
  // Whatever becomes of a container or an app is explained at some place of the config.
  const explained = found.changes.flatMap(({ touched }) => touched);
  const visible = found.operations.filter(({ kind }) => kind === "container" || kind === "app");
  assert.deepEqual(new Set(explained.map(({ key }) => key)), new Set(visible.map(({ key }) => key)));
  for (const { subject, reasons } of found.changes) assert.ok(reasons.length > 0, `${subject}: no reason`);
}

describe("what a change of a small cluster means", () => {
  for (const scene of smallScenes) it(scene.title, () => check(small, scene));
});

describe("what a change of a cluster with three masters means", () => {
  for (const scene of largeScenes) it(scene.title, () => check(large, scene));
});

describe("what a change of a cluster with services means", () => {
  for (const scene of servicesScenes) it(scene.title, () => check(services, scene));
});

describe("changes between plans", () => {
  it("explains a first cluster as something new, without dangers", () => {
    const after = planOf(specOf(small));
    const { changes, operations } = changesBetween(emptyPlan(after), after);
    assert.ok(operations.every(({ operation }) => operation === "create" || operation === "replace"));
    assert.deepEqual(
      changes.flatMap(({ dangers }) => dangers),
      [],
    );
    assert.deepEqual(
      changes.map(({ subject }) => subject),
      ["network", "zookeeper", "masters", "agents[0]", "agents[1]"],
    );
  });

  it("says nothing of plans that differ only in the order of keys, as a state gives them back", () => {
    const plan = planOf(specOf(small));
    const back = JSON.parse(JSON.stringify(plan), (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as ClusterPlan;
    const found = changesBetween(back, plan);
    assert.deepEqual(found, { changes: [], steps: [], operations: [] });
  });

  it("tells a moved tag: the same reference with another id", () => {
    const spec = specOf(small);
    const inputs = unresolvedInputs(spec);
    const image = { ...imageOf(inputs.images, "masters"), reference: "my/mesos:1.7.1" };
    const plan = (id: string): ClusterPlan =>
      planCluster(spec, { ...inputs, images: { ...inputs.images, masters: { ...image, id } } });
    const found = changesBetween(plan("sha256:aaaaaaaaaaaaaaaa"), plan("sha256:bbbbbbbbbbbbbbbb"));
    assert.match(
      said(found).join("\n"),
      /image my\/mesos:1\.7\.1 \(sha256:a+\) -> .*sha256:b+.*masters\.image/,
    );
  });

  it("takes Docker tasks away where their agent becomes another, and nowhere else", () => {
    const plan = (rack: string, count = 2): ClusterPlan =>
      planOf(
        clusterSpec({
          agents: [
            agentGroup({ count, flags: { containerizers: "docker,mesos" } }),
            agentGroup({ count: 1, flags: { containerizers: "docker,mesos" }, attributes: { rack } }),
          ],
        }),
      );
    const tasks = (after: ClusterPlan): [string, string][] =>
      changesBetween(plan("a"), after).operations.flatMap(({ kind, key, operation }) =>
        kind === "tasks" ? [[key, operation] as [string, string]] : [],
      );
    assert.deepEqual(tasks(plan("b")), [["agent-2-1-tasks", "replace"]]);
    assert.deepEqual(tasks(plan("a", 3)), [["agent-3-tasks", "create"]]);
    assert.deepEqual(tasks(plan("a", 1)), [["agent-2-tasks", "delete"]]);
  });

  it("never crashes on two clusters, and is empty only for equal plans", () => {
    const tags = allVersions().map(({ tag }) => tag);
    const text = fc.constantFrom("a", "b", "x;y:z", "`|<b>", "");
    const group = fc
      .record({
        count: fc.integer({ min: 1, max: 4 }),
        version: fc.constantFrom(...tags),
        resources: fc.constantFrom(undefined, "cpus:1", "cpus:2;mem:64"),
        attributes: fc.dictionary(fc.constantFrom("rack", "disk"), text, { maxKeys: 2 }),
        env: fc.dictionary(fc.constantFrom("MESOS_QUIET", "A"), text, { maxKeys: 2 }),
      })
      .map((change) => agentGroup(change));
    const odd = fc.constantFrom(1, 3, 5);
    const cluster = fc
      .record({
        zookeeper: fc.record({ count: odd, version: fc.constantFrom(undefined, "3.4.14", "3.9.5") }),
        masters: fc
          .record({ count: odd, version: fc.constantFrom(...tags) })
          .map((change) => ({ ...clusterSpec().masters, ...change })),
        agents: fc.array(group, { minLength: 1, maxLength: 3 }),
        timings: fc.constantFrom("default" as const, "fast" as const),
        readyTimeout: fc.constantFrom(60, 120),
      })
      .map((change) => clusterSpec(change));
    fc.assert(
      fc.property(cluster, cluster, fc.boolean(), (one, other, alike) => {
        const [before, after] = [planOf(one), planOf(alike ? one : other)];
        const { changes, operations } = changesBetween(before, after);
        assert.equal(changes.length === 0, same(before, after));
        assert.equal(operations.length === 0, same(before, after));
      }),
      { numRuns: 300 },
    );
  });
});
