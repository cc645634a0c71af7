import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { parse } from "yaml";
import { fileJsonSchema } from "../../config/json-schema";
import { clusterFile, matrixFile } from "./config-problems";

// Tests run from dist/test/unit of the project.
const ROOT = join(__dirname, "..", "..", "..");
const kinds = ["cluster", "matrix"] as const;

const validators: Partial<Record<(typeof kinds)[number], ValidateFunction>> = {};

/** What an editor's validator finds wrong with a file. */
const faults = (kind: (typeof kinds)[number], text: string): string[] => {
  const validate = (validators[kind] ??= new Ajv2020({ allErrors: true, strict: false }).compile(
    fileJsonSchema(kind),
  ));
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
};

describe("the JSON Schema of files", () => {
  for (const kind of kinds) {
    it(`of kind ${kind} stands in schema/${kind}.json as it is now; npm run schema writes it`, () => {
      const shipped = readFileSync(join(ROOT, "schema", `${kind}.json`), "utf8");
      assert.equal(shipped, `${JSON.stringify(fileJsonSchema(kind), null, 2)}\n`);
    });
  }

  it("is named by every example for editors, and finds nothing wrong with it", () => {
    const examples = readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".yaml"));
    assert.ok(examples.length >= 3);
    for (const name of examples) {
      const text = readFileSync(join(ROOT, "examples", name), "utf8");
      const [, kind] =
        /^# yaml-language-server: \$schema=\.\.\/schema\/(cluster|matrix)\.json$/m.exec(text) ?? [];
      assert.ok(kind === "cluster" || kind === "matrix", name);
      assert.deepEqual(faults(kind, text), [], name);
    }
  });

  it("lets short and long forms pass", () => {
    for (const keys of [
      'mesos: "1.8.0-rc3"',
      'mesos: { version: master, image: { custom: { repository: my/mesos, tag: "{version}" } } }',
      'mesos: "1.7.1"\nflags: { quiet: true, zk_session_timeout: 2secs, acls: { file: a.json } }',
      'mesos: "1.7.1"\nagents: [{ count: 2, attributes: { rack: a }, env: { A: { secret: { env: B } } } }]',
      'mesos: "1.7.1"\nmarathon: "1.8.222"\nmesosDns: { version: "0.6.0" }\nloadBalancer: { image: haproxy }',
    ]) {
      assert.deepEqual(faults("cluster", clusterFile(keys)), [], keys);
    }
    const axes = 'axes: { mesos: ">=1.4 latest-patch", zookeeper: ["3.8"] }\ntest: { command: [npm, test] }';
    assert.deepEqual(faults("matrix", matrixFile("mesos: { image: simulator }", axes)), []);
  });

  it("refuses what is wrong in its form: keys, types, words, numbers", () => {
    const wrong: readonly [keys: string, at: RegExp][] = [
      ["mesos: 1.10", /\/cluster\/mesos must be/],
      ['mesos: "1.99.0"', /\/cluster\/mesos must be equal to one of/],
      ['mesos: "1.7.1"\nmasterz: {}', /must NOT have additional properties/],
      ['mesos: "1.7.1"\nmasters: { count: 6 }', /\/cluster\/masters\/count must be <= 5/],
      ['mesos: "1.7.1"\nagents: [{ count: 251 }]', /\/cluster\/agents\/0\/count must be <= 250/],
      ['mesos: "1.7.1"\nagents: []', /\/cluster\/agents must NOT have fewer than 1/],
      ['mesos: "1.7.1"\nflags: { isolator: x }', /\/cluster\/flags property name must be valid/],
      ['mesos: "1.7.1"\nmasters: { flags: { isolation: x } }', /\/cluster\/masters\/flags property name/],
      ['mesos: "1.7.1"\nallow: [agents-ignored]', /\/cluster\/allow\/0 must be equal to one of/],
      ['mesos: "1.7.1"\ntimings: quick', /\/cluster\/timings must be equal to one of/],
      ['mesos: "1.7.1"\nreadyTimeout: 90', /\/cluster\/readyTimeout must be string/],
      ['mesos: "1.7.1"\nreadyTimeout: 90 seconds', /\/cluster\/readyTimeout must match pattern/],
      ['mesos: { version: "1.7.1", image: mesospere }', /\/cluster\/mesos\/image must be equal to one of/],
      ['mesos: "1.7.1"\nzookeeper: "4.0"', /\/cluster\/zookeeper must match pattern/],
    ];
    for (const [keys, at] of wrong) {
      const found = faults("cluster", clusterFile(keys));
      assert.ok(
        found.some((fault) => at.test(fault)),
        `${keys}: ${found.join("; ")}`,
      );
    }
    assert.ok(
      faults("matrix", clusterFile('mesos: "1.7.1"')).some((fault) =>
        fault.startsWith("/kind must be equal"),
      ),
    );
    assert.ok(
      faults("matrix", matrixFile('mesos: "1.7.1"', "axes: { timings: [fast] }")).some((f) =>
        f.includes("'test'"),
      ),
    );
  });
});
