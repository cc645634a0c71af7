import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { ConfigError } from "../../config/problem";
import { cluster, clusterFile, KEY, matrix, matrixFile, stack, stackFile } from "./config-problems";

const CLUSTER = [
  "name: one",
  "mesos: { version: 1.9.0, image: redjack }",
  "zookeeper: { count: 3 }",
  'masters: { count: 3, env: { A: "1", B: { secret: { env: PW } } } }',
  'agents: [{ count: 2, resources: "cpus:1;mem:512", attributes: { rack: a } }]',
  "flags: { quiet: true, zk_session_timeout: 2secs, acls: { file: a } }",
  "readyTimeout: 2m",
].join("\n");

const valid = [
  clusterFile(CLUSTER),
  stackFile(CLUSTER),
  matrixFile(
    CLUSTER,
    'axes: { mesos: [1.9.0, 1.8.0], timings: [fast] }\ninclude: [{ mesos: 1.7.0, timings: fast }]\ntest: { command: ["true"] }',
  ),
];

/** Reads a text in every way; whatever it is, only ConfigError may come, and nothing in it may move a terminal. */
function survives(text: string): void {
  for (const read of [cluster, matrix, stack]) {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      assert.ok(error.problems.length > 0, "an error without a problem helps nobody");
      for (const { place, path, message, cure } of error.problems) {
        assert.doesNotMatch(`${path}${message}${cure}`, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        assert.ok(place.line >= 1 && place.line <= text.split("\n").length && place.column >= 1);
      }
    }
  }
}

const keys = fc.constantFrom(
  ...[
    "apiVersion",
    "kind",
    "cluster",
    "axes",
    "test",
    "config",
    KEY,
    "mesos",
    "masters",
    "agents",
    "env",
    "flags",
    "count",
  ],
  ...[
    "version",
    "image",
    "custom",
    "command",
    "include",
    "exclude",
    "secure",
    "__proto__",
    "constructor",
    "<<",
    "",
  ],
);

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(null, "mesos-matrix/v1", "Matrix", "Cluster", "1.9.0", "local", "{version}", "*"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(keys, fc.string()), tie("value")), { maxLength: 6 }).map(Object.fromEntries),
  ),
}));

describe("reading a config", () => {
  it("answers any text with ConfigError or a spec", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), survives), { numRuns: 300 });
  }).timeout(60_000);

  it("answers any values under the right and wrong keys with ConfigError or a spec", () => {
    const document = fc.record({
      apiVersion: fc.oneof(fc.constant("mesos-matrix/v1"), values.value),
      kind: fc.oneof(fc.constantFrom("Matrix", "Cluster"), values.value),
      cluster: values.value,
      axes: values.value,
      include: values.value,
      exclude: values.value,
      test: values.value,
      config: fc.record({ [KEY]: values.value }),
    });
    fc.assert(
      fc.property(document, (content) => survives(stringify(content, { aliasDuplicateObjects: false }))),
      { numRuns: 300 },
    );
  }).timeout(60_000);

  it("answers a good file with any damage with ConfigError or a spec", () => {
    const damage = fc.tuple(fc.constantFrom(...valid), fc.nat(), fc.nat(20), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(damage, ([text, at, length, put]) => {
        const from = at % text.length;
        survives(text.slice(0, from) + put + text.slice(from + length));
      }),
      { numRuns: 600 },
    );
  }).timeout(60_000);

  it("accepts the good files that it damages", () => {
    assert.equal(cluster(valid[0] ?? "").name, "one");
    assert.equal(stack(valid[1] ?? "").name, "one");
    assert.equal(matrix(valid[2] ?? "").cells.length, 3);
  });

  it("answers 50 000 unknown, repeated and misplaced keys within the time of a test", () => {
    const lines = Array.from({ length: 25_000 }, (_, i) => `  k${i}: 1\n  twice: 1`);
    const text = `apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster:\n  mesos: "1.9.0"\n${lines.join("\n")}\n`;
    assert.throws(() => cluster(text), ConfigError);
  }).timeout(60_000);
});
