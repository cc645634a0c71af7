import assert from "node:assert/strict";
import { parseCluster } from "../../config/cluster-file";
import type { ClusterSpec } from "../../config/spec";
import { takeDown } from "../../automation/cluster";
import { againstDeployed, type ClusterComparison } from "../../automation/preview/against-deployed";
import { cli, labelled, Scratch, uniqueName } from "../e2e/harness";
import { services, servicesScenes } from "../unit/change-scenes-services";
import { type Config, large, largeScenes, small, smallScenes } from "../unit/change-scenes";

const text = (name: string, cluster: Config): string =>
  JSON.stringify({ apiVersion: "mesos-matrix/v1", kind: "Cluster", name, cluster });

const specOf = (name: string, cluster: Config): ClusterSpec =>
  parseCluster(text(name, cluster), "test.yaml", { defaultName: name });

/** Throws where Pulumi's own preview would create, replace or delete anything that ours does not explain, or the reverse. */
const compare = (spec: ClusterSpec): Promise<ClusterComparison> =>
  againstDeployed(spec, {
    file: "cluster.yaml",
    say: () => undefined,
    signal: new AbortController().signal,
  });

function held(title: string, base: Config, scenes: typeof smallScenes): void {
  describe(title, function () {
    const name = uniqueName("pv");
    before(async () => {
      process.env.CHANGE_SCENE_SECRET = '{"credentials":[{"principal":"p","secret":"s"}]}';
      using scratch = new Scratch();
      const { code, stderr } = await cli(["up", scratch.file("cluster.yaml", text(name, base))]);
      assert.equal(code, 0, stderr);
    });
    after(async () => {
      delete process.env.CHANGE_SCENE_SECRET;
      assert.deepEqual(await takeDown(name, () => undefined), []);
      assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
    });

    for (const scene of scenes) {
      it(scene.title, async () => {
        const found = await compare(specOf(name, scene.change(base)));
        assert.deepEqual(found.doubts, []);
        const containers = (found.pulumi ?? []).filter(({ kind }) => kind === "container");
        for (const operation of ["create", "replace", "update", "delete"] as const) {
          const names = containers.filter((one) => one.operation === operation).map((one) => one.name);
          assert.deepEqual(names.sort(), [...(scene.containers[operation] ?? [])].sort(), operation);
        }
      });
    }
  });
}

held("a preview and Pulumi's own, of changes of a small cluster", small, smallScenes);
held("a preview and Pulumi's own, of changes of a cluster with three masters", large, largeScenes);

held("a preview and Pulumi's own, of changes of a cluster with services", services, servicesScenes);

describe("a change that is applied", function () {
  const name = uniqueName("pv");
  const scratch = new Scratch();
  const apply = async (cluster: Config): Promise<void> => {
    const { code, stderr } = await cli(["up", scratch.file("cluster.yaml", text(name, cluster)), "--yes"]);
    assert.equal(code, 0, stderr);
  };
  before(async () => {
    await apply(small);
  });
  after(async () => {
    assert.deepEqual(await takeDown(name, () => undefined), []);
    scratch[Symbol.dispose]();
  });

  it("leaves nothing to preview, whatever it was", async () => {
    const titles = ["another attribute value", "a newer Mesos for everyone", "groups change places"];
    let cluster = small;
    for (const title of titles) {
      const change = smallScenes.find((scene) => scene.title === title);
      assert.ok(change, title);
      cluster = change.change(cluster);
      assert.notDeepEqual((await compare(specOf(name, cluster))).changes, [], title);
      await apply(cluster);
      const { changes, doubts } = await compare(specOf(name, cluster));
      assert.deepEqual({ changes, doubts }, { changes: [], doubts: [] }, title);
    }
  });
});
