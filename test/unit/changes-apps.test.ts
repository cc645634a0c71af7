import assert from "node:assert/strict";
import type { JsonObject } from "../../config/spec";
import { changesBetween, emptyPlan } from "../../plan/changes/changes";
import type { PlanChanges } from "../../plan/changes/types";
import { planCluster } from "../../plan/cluster";
import type { ClusterPlan } from "../../plan/types";
import { clusterSpec, marathon, planInputs } from "./fixtures";

const web = { id: "/web", cmd: "serve", instances: 3 };

const planOf = (...apps: readonly JsonObject[]): ClusterPlan =>
  planCluster(
    clusterSpec({ marathon: marathon(), apps: apps.map((definition) => ({ definition })) }),
    planInputs(),
  );

const told = ({ changes }: PlanChanges): unknown[] =>
  changes
    .filter(({ subject }) => subject.startsWith("app "))
    .map(({ subject, reasons, touched, consequences }) => [
      subject,
      reasons.map(({ what, key }) => `${key}: ${what}`),
      touched.map(({ operation, key }) => `${operation} ${key}`),
      consequences.map(({ text }) => text),
    ]);

describe("what a change of apps means", () => {
  it("is nothing where they stay as they are", () => {
    assert.deepEqual(changesBetween(planOf(web), planOf(web)).operations, []);
  });

  it("is another number of tasks, where only the number is another", () => {
    const found = changesBetween(planOf(web), planOf({ ...web, instances: 1 }));
    assert.deepEqual(told(found), [
      [
        "app /web",
        ["apps[0].instances: instances 3 -> 1"],
        ["update app-web-applied"],
        ["Marathon starts or ends tasks of /web until their number is right; the others run on"],
      ],
    ]);
    assert.deepEqual(found.steps, ["give to Marathon, and wait until healthy: app-web"]);
  });

  it("is new tasks, where anything else is another", () => {
    const found = changesBetween(planOf(web), planOf({ ...web, cmd: "serve --fast", cpus: 0.5 }));
    assert.deepEqual(told(found), [
      [
        "app /web",
        ['apps[0].cmd: cmd "serve" -> "serve --fast"', "apps[0].cpus: cpus none -> 0.5"],
        ["update app-web-applied"],
        ["Marathon replaces the tasks of /web, within its upgradeStrategy"],
      ],
    ]);
  });

  it("is one that comes and one that goes, whatever their order in the file", () => {
    const other = { id: "/shop", apps: [] };
    assert.deepEqual(told(changesBetween(planOf(web, other), planOf(other, { id: "/new", cmd: "x" }))), [
      ["app /new", ["apps[1]: the app /new"], ["create app-new-applied"], []],
      [
        "app /web",
        ["apps: the app /web is gone"],
        ["delete app-web-applied"],
        ["Marathon ends the tasks of /web"],
      ],
    ]);
    assert.deepEqual(changesBetween(planOf(web, other), planOf(other, web)).operations, []);
  });

  it("is everything where nothing is there yet", () => {
    const plan = planOf(web);
    assert.deepEqual(told(changesBetween(emptyPlan(plan), plan)), [
      ["app /web", ["apps[0]: the app /web"], ["create app-web-applied"], []],
    ]);
  });
});
