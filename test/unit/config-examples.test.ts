import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { topicsOf } from "../../automation/explain/explain";
import { clusterNotes } from "../../automation/notes";
import { APP_TOKENS } from "../../config/apps";
import { parseCluster } from "../../config/cluster-file";
import { loadClusterFile, loadMatrixFile, loadStackConfig } from "../../config/load";
import { reviewCluster } from "../../config/oracle/review";
import { KEY } from "./config-problems";

// Tests run from dist/test/unit of the project.
const ROOT = join(__dirname, "..", "..", "..");

describe("the files that newcomers start with", () => {
  it("quickstart.yaml is three small simulated clusters, each with its own version of Mesos", () => {
    const { name, cells, test } = loadMatrixFile(join(ROOT, "examples", "quickstart.yaml"));
    assert.equal(name, "quickstart");
    assert.deepEqual(
      cells.map(({ displayName }) => displayName),
      ["mesos=0.28.3", "mesos=1.8.0-rc3", "mesos=1.11.0"],
    );
    for (const { cluster } of cells) {
      assert.equal(cluster.zookeeper.count, 1);
      assert.equal(cluster.masters.count, 1);
      assert.equal(cluster.masters.image.kind, "simulator");
      assert.deepEqual(
        cluster.agents.map(({ count, resources }) => [count, resources]),
        [[2, "cpus:1;mem:512;disk:1024;ports:[31000-31099]"]],
      );
      assert.equal(cluster.timings, "fast");
    }
    assert.deepEqual(test, {
      command: ["node", "examples/node-framework/main.js"],
      image: undefined,
      timeout: 120,
      env: {},
      junit: undefined,
    });
  });

  it("seed.yaml is the cluster of the project's seed, mended: no rule has a word to say against it", () => {
    const spec = loadClusterFile(join(ROOT, "examples", "seed.yaml"));
    assert.deepEqual(clusterNotes(spec), []);
    assert.deepEqual(
      [spec.masters.version, spec.zookeeper.version, spec.marathon?.version, spec.mesosDns?.version],
      ["0.22.1", "3.5", "0.8.2", "0.6.0"],
    );
    assert.equal(spec.loadBalancer?.image.kind, "haproxy");
  });

  it("docs/seed.md sends its reader to explanations that there are", () => {
    const text = readFileSync(join(ROOT, "docs", "seed.md"), "utf8");
    const words = [...text.matchAll(/`explain ([^`]+)`/g)].map(([, word = ""]) => word);
    const rules = text
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .flatMap((line) => [...(line.split("|").at(-2) ?? "").matchAll(/`([a-z]+(?:-[a-z0-9]+)+)`/g)])
      .map(([, rule = ""]) => rule);
    assert.ok(rules.length >= 10 && words.length >= 3);
    for (const rule of rules)
      assert.ok(
        topicsOf(rule).some(({ kind }) => kind === "rule"),
        rule,
      );
    for (const word of words) assert.ok(topicsOf(word).length > 0, word);
  });

  it("the cluster in docs/marathon.md can be brought up as it stands", () => {
    const page = readFileSync(join(ROOT, "docs", "marathon.md"), "utf8");
    const [, text = ""] = /^```yaml\n([^]*?)^```$/m.exec(page) ?? [];
    const spec = parseCluster(text, "cluster.yaml", { defaultName: "example" });
    assert.equal(spec.marathon?.count, 2);
    assert.deepEqual(reviewCluster(spec).refused, []);
    const [app] = spec.apps;
    assert.ok(app !== undefined && "definition" in app && app.definition.id === "/web");
    for (const token of APP_TOKENS) assert.ok(page.includes(`\${${token}}`), `it tells of ${token}`);
  });

  it("the cluster in docs/services.md can be brought up as it stands, and what it adds to it stands beside it", () => {
    const page = readFileSync(join(ROOT, "docs", "services.md"), "utf8");
    const [whole = "", dns = "", balancer = "", docker = ""] = [
      ...page.matchAll(/^```yaml\n([^]*?)^```$/gm),
    ].map(([, text = ""]) => text);
    const spec = parseCluster(whole, "cluster.yaml", { defaultName: "example" });
    assert.deepEqual([spec.mesosDns?.version, spec.loadBalancer?.image.kind], ["0.6.0", "haproxy"]);
    assert.deepEqual(reviewCluster(spec).refused, []);
    const indented = `${dns}${balancer}${docker}`.replaceAll(/^(?=.)/gm, "  ");
    const more = `apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster:\n  mesos: "1.7.1"\n  marathon: "1.7.216"\n${indented}`;
    const added = parseCluster(more, "cluster.yaml", { defaultName: "example" });
    assert.deepEqual(added.mesosDns?.config, { ttl: 5, resolvers: ["10.0.0.2"] });
    assert.equal(added.loadBalancer?.command?.[1], "${MESOS_MATRIX_MARATHON}");
    assert.equal(added.agents[0]?.flags.containerizers, "docker,mesos");
  });

  it("Pulumi.dev.yaml is one small simulated cluster on this machine", () => {
    const spec = loadStackConfig({ file: join(ROOT, "Pulumi.dev.yaml"), projectKey: KEY, name: "dev" });
    assert.equal(spec.name, "dev");
    assert.deepEqual(spec.target, { kind: "local" });
    assert.equal(spec.masters.image.kind, "simulator");
    assert.deepEqual(
      spec.agents.map(({ count, version, attributes }) => [count, version, attributes]),
      [[2, "1.11.0", { rack: "a" }]],
    );
  });
});
