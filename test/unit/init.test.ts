import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startingFile } from "../../automation/cli/init";
import { clusterNotes, matrixNotes } from "../../automation/notes";
import { cluster, matrix } from "./config-problems";

/** The file with every line taken in that is a key or an entry behind `# `. */
const everything = (text: string): string =>
  text
    .split("\n")
    // Where a key stands twice, once as a comment with an example, the example counts.
    .filter(
      (line, i, lines) =>
        !/^\s*# /.test(lines[i + 1] ?? "") ||
        keyOf(line) === undefined ||
        keyOf(lines[i + 1]) !== keyOf(line),
    )
    .map((line) => line.replace(/^(\s*)# (?=[a-z]\w*: )/, "$1"))
    .join("\n");

const keyOf = (line = ""): string | undefined => /^\s*(?:# )?([a-zA-Z]\w*):/.exec(line)?.[1];

describe("the file that init writes", () => {
  it("describes a cluster with every default written out, and no rule has a word to say", () => {
    const text = startingFile("cluster", "cluster.yaml");
    const spec = cluster(text, "cluster");
    assert.deepEqual(clusterNotes(spec), []);
    assert.deepEqual(
      spec,
      cluster('apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster: { mesos: "1.7.1" }\n', "cluster"),
    );
  });

  it("describes a matrix that is as good", () => {
    const spec = matrix(startingFile("matrix", "matrix.yaml"));
    assert.deepEqual(matrixNotes(spec), []);
    assert.equal(spec.cells.length, 2);
    assert.equal(spec.test.timeout, 600);
  });

  it("is right in what it holds as comments too", () => {
    const spec = cluster(everything(startingFile("cluster", "cluster.yaml")));
    assert.equal(spec.name, "my-cluster");
    assert.equal(spec.agents[0]?.attributes.rack, "a");
    assert.equal(spec.masters.flags.max_completed_frameworks, "5");
    assert.equal(spec.marathon?.version, "1.8.222");
    assert.equal(spec.mesosDns?.domain, "mesos");
    assert.equal(spec.apps.length, 1);
    const { cells } = matrix(everything(startingFile("matrix", "matrix.yaml")));
    assert.deepEqual(
      cells.map(({ displayName }) => displayName),
      ["mesos=1.7.1", "mesos=1.6.2"],
    );
  });

  it("names the schema by the way from where it stands", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-init-"));
    try {
      const text = startingFile("cluster", path.join(folder, "c.yaml"));
      const [, way = ""] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
      assert.match(readFileSync(path.join(folder, way), "utf8"), /mesos-matrix cluster file/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
