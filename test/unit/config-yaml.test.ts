import assert from "node:assert/strict";
import { assertRefused, cluster, clusterFile, matrix, refusals, stack } from "./config-problems";

const BOMB = [
  "a: &a [x, x, x, x, x, x, x, x, x, x]",
  ..."abcdefgh".split("").map((name, i) => {
    const next = String.fromCharCode(name.charCodeAt(0) + 1);
    return `${next}: &${next} [${Array.from({ length: 10 }, () => `*${name}`).join(", ")}] # ${i}`;
  }),
].join("\n");

for (const [name, read] of [
  ["a file", cluster],
  ["a matrix", matrix],
  ["a stack's config", stack],
] as const) {
  describe(`the YAML of ${name}`, () => {
    it("that is none is refused at its first fault", () => {
      const problems = refusals(() => read("a: {b: 1\nc: ]\n"));
      assert.match(problems[0]?.message ?? "", /^this is not YAML: /);
      assert.equal(problems[0]?.place.line, 2);
    });

    it("that is indented by tabs is refused in these words", () => {
      assertRefused(read, "a:\n«\tb: 1\n", {
        message: /a tab stands where spaces must/,
        cure: /indent with spaces/,
      });
    });

    it("in two documents is refused", () => {
      assertRefused(read, "a: 1\n«---\nb: 2\n", {
        message: /second YAML document/,
        cure: /one document per file/,
      });
    });

    it("with tags of its own is refused", () => {
      assertRefused(read, "a: «!ruby/object x\n", {
        message: /YAML tags mean nothing here/,
        cure: /take the tag/,
      });
    });

    it("that grows without end by aliases of aliases is refused, quickly", () => {
      const [problem] = refusals(() => read(BOMB));
      assert.match(problem?.message ?? "", /more than 50000 values, aliases \(\*name\) written out/);
    });

    it("that holds itself is refused", () => {
      const [problem] = refusals(() => read("a: &a [*a]\n"));
      assert.match(problem?.message ?? "", /nested more than 50 deep here, or an alias holds itself/);
    });

    it("that is nested without end is refused, in blocks and in brackets, closed or not", () => {
      for (const text of ["[".repeat(20_000), `${"[".repeat(300)}${"]".repeat(300)}`, "- ".repeat(20_000)]) {
        const problems = refusals(() => read(text));
        assert.equal(problems.length, 1);
        assert.match(problems[0]?.message ?? "", /nested (too deep|more than 50 deep)/);
      }
    }).timeout(120_000);

    it("that is plain text or a list is refused", () => {
      for (const text of ["hello", "- a\n- b\n", "3.5", "true"]) {
        const [problem] = refusals(() => read(text));
        assert.match(problem?.message ?? "", /must be a mapping/);
      }
    });

    it("whose keys are no text is refused", () => {
      const [problem] = refusals(() => read("? [a]\n: b\n"));
      assert.match(problem?.message ?? "", /a key here is no plain text/);
    });
  });
}

describe("the header of a file", () => {
  const MESOS = 'mesos: "1.11.0"';

  it("must be there", () => {
    const problems = refusals(() => cluster(`cluster: { ${MESOS} }\n`));
    assert.deepEqual(problems.map(({ cure }) => cure).sort(), [
      "add apiVersion: mesos-matrix/v1",
      "add kind: Cluster",
    ]);
  });

  it("must be of this version", () => {
    assertRefused(cluster, clusterFile(MESOS).replace("mesos-matrix/v1", "«mesos-matrix/v2"), {
      path: "apiVersion",
      message: /"mesos-matrix\/v2" is no version of the file format/,
      cure: /write apiVersion: mesos-matrix\/v1/,
    });
  });

  it("must be of the kind that is wanted: the other kind is told alone", () => {
    assertRefused(matrix, clusterFile(MESOS).replace("Cluster", "«Cluster"), {
      path: "kind",
      message: /describes one cluster, and a matrix is needed/,
      cure: /mesos-matrix up/,
    });
    assertRefused(cluster, clusterFile(MESOS).replace("Cluster", "«Matrix"), {
      path: "kind",
      message: /describes a matrix, and one cluster is needed/,
      cure: /mesos-matrix run/,
    });
    assertRefused(cluster, clusterFile(MESOS).replace("Cluster", "«cluster"), {
      path: "kind",
      message: /"cluster" is no kind of file/,
      cure: /kind: Cluster/,
    });
  });

  it("is missed with the right words in a stack's config", () => {
    assertRefused(cluster, `«config: { "mesos-matrix:cluster": { ${MESOS} } }\n`, {
      message: /looks like a stack's config/,
      cure: /kind: Cluster/,
    });
  });

  it("names a slip in a key once, not also the key as missing", () => {
    assertRefused(cluster, clusterFile(MESOS).replace("cluster:", "«clsuter:"), {
      path: "clsuter",
      message: /"clsuter" is no key/,
      cure: /did you mean cluster\?/,
    });
  });

  it("must not name the cluster otherwise than the cluster does", () => {
    assertRefused(cluster, `name: a\n${clusterFile(`${MESOS}\nname: «b`)}`, {
      path: "cluster.name",
      message: /named "a" at the top of the file and "b" here/,
      cure: /keep one/,
    });
  });
});
