import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { judgeRefused, runExitCode } from "../../automation/report/judge";
import { verdictTable } from "../../automation/report/table";
import { planned } from "../../automation/cli/plan";
import { clusterNotes, matrixNotes } from "../../automation/notes";
import { noteLine, reviewCluster } from "../../config/oracle/review";
import { ConfigError } from "../../config/problem";
import { allVersions } from "../../mesos/versions";
import { assertRefused, cluster, clusterFile, matrix, matrixFile, stack, stackFile } from "./config-problems";
import { cellResult, runReport } from "./report-fixtures";

const OLD = 'mesos: { version: "1.3.0", image: simulator }\nagents: [{ version: «"0.28.3" }]';

describe("a combination that cannot work", () => {
  it("is refused in a file and in a stack's config, at its place, with fact, source and cure", () => {
    const expected = {
      message:
        /agents\[0\] of Mesos 0\.28\.3 and masters of 1\.3\.0: masters from 1\.2\.1 on ignore .* \(apache\/mesos src\/master/,
      cure: /^write agents 1\.0\.4 or newer, or masters 1\.0\.4, or allow: \[agent-ignored\]$/,
    };
    assertRefused(cluster, clusterFile(OLD), { path: "cluster.agents[0].version", ...expected });
    assertRefused(stack, stackFile(OLD), { path: "mesos-matrix:cluster.agents[0].version", ...expected });
  });

  it("is told where the user wrote the version that everyone has", () => {
    const shared = 'mesos: { version: «"0.22.1", image: simulator }\nmasters: { version: "0.25.0" }';
    const find = { message: /json\.info_/, cure: /agent-cannot-find-leader/ };
    assertRefused(cluster, clusterFile(shared), { path: "cluster.mesos.version", ...find });
    const short = 'mesos: «"0.22.1"\nmasters: { version: "0.25.0" }';
    assertRefused(cluster, clusterFile(short), { path: "cluster.mesos", ...find });
  });

  it("is told together with every other one", () => {
    const both =
      'mesos: { version: "1.3.0", image: simulator }\nagents: [{ version: "0.28.3" }, { version: "0.22.1" }]';
    assert.throws(
      () => cluster(clusterFile(both)),
      (error) => error instanceof ConfigError && error.problems.length === 3,
    );
  });

  it("is an even number of masters or ZooKeeper servers, which helps nobody", () => {
    assertRefused(cluster, clusterFile('mesos: "1.7.1"\nmasters: { count: «2 }'), {
      path: "cluster.masters.count",
      message: /2 masters, of which none may fail: .*quorum.*operational-guide/,
      cure: /write 1 or 3, or allow: \[masters-even\]/,
    });
    assertRefused(cluster, clusterFile('mesos: "1.7.1"\nzookeeper: { count: «4 }'), {
      path: "cluster.zookeeper.count",
      message: /4 ZooKeeper servers, of which 1 may fail: .*more than half.*zookeeperAdmin/,
      cure: /write 3 or 5, or allow: \[zookeeper-even\]/,
    });
  });

  it("passes when its rule is allowed, and says so", () => {
    const spec = cluster(clusterFile(`${OLD.replace("«", "")}\nallow: [agent-ignored]`));
    const lines = reviewCluster(spec).warnings.map(noteLine);
    assert.match(lines.join("\n"), /^allowed: agents\[0\]\.version: .* \(rule agent-ignored\)$/m);
  });

  it("is a note and no refusal when it is only not known to work", () => {
    const spec = cluster(
      clusterFile('mesos: { version: "1.8.0-rc3", image: simulator }\nagents: [{ version: "1.8.0" }]'),
    );
    const { refused, warnings } = reviewCluster(spec);
    assert.deepEqual(refused, []);
    assert.deepEqual(
      warnings.filter(({ path }) => path === "agents[0].version").map(({ rule, allowed }) => [rule, allowed]),
      [["agent-newer-than-master", false]],
    );
  });
});

describe("allow", () => {
  it("takes ids of rules only, and tells the nearest", () => {
    assertRefused(cluster, clusterFile('mesos: "1.7.1"\nallow: [«agent-ignore]'), {
      path: "cluster.allow[0]",
      message: /"agent-ignore" is no rule/,
      cure: /did you mean agent-ignored\?/,
    });
    assertRefused(cluster, clusterFile('mesos: "1.7.1"\nallow: «agent-ignored'), {
      message: /must be a list of rules/,
      cure: /write allow: \[agent-ignored\]/,
    });
  });

  it("names each rule once in the spec", () => {
    const spec = cluster(clusterFile('mesos: "1.7.1"\nallow: [env-no-flag, env-no-flag]'));
    assert.deepEqual(spec.allow, ["env-no-flag"]);
  });
});

describe("a cell that cannot work", () => {
  const skewed = matrixFile(
    "mesos: { image: simulator }\nagents: [{ version: 0.28.3 }]",
    'axes: { mesos: ["1.0.4", "1.1.0", "1.3.0"] }\ntest: { command: ["true"] }',
  );

  it("leaves the matrix valid and carries its reason", () => {
    const { cells } = matrix(skewed);
    assert.deepEqual(
      cells.map(({ refused }) => refused.map(({ rule }) => rule)),
      [[], [], ["agent-ignored"]],
    );
    assert.deepEqual(
      cells.map(({ warnings }) => warnings.some(({ rule }) => rule === "agent-never-supported")),
      [false, true, false],
    );
  });

  it("is a warning for the run only where it is one, counted once for all cells", () => {
    const notes = matrixNotes(matrix(skewed));
    assert.equal(
      notes.filter((line) => line.includes("1.1.0 and 1.2.0") || line.includes("1.1 and 1.2.0")).length,
      1,
    );
    assert.match(notes.join("\n"), /^warning: agents\[0\]\.version: .*\(1 of 3 cells\)$/m);
  });

  it("is judged as refused: nothing in the exit code, 2 when strict", () => {
    const [, , cell] = matrix(skewed).cells;
    assert.ok(cell !== undefined);
    const judged = judgeRefused(cell.refused, false);
    assert.equal(judged.verdict, "refused");
    assert.match(judged.reason, /ignore the registration/);
    assert.equal(judged.exitCode, 0);
    assert.equal(judgeRefused(cell.refused, true).exitCode, 2);
  });

  it("does not make a run fail in which another cell passed, and alone never makes one succeed", () => {
    const refused = { verdict: "refused" as const, exitCode: 0 };
    const passed = { verdict: "passed" as const, exitCode: 0 };
    assert.equal(runExitCode([refused, passed]), 0);
    assert.equal(runExitCode([refused, refused]), 2);
    assert.equal(runExitCode([refused, { verdict: "skipped", exitCode: 130 }]), 130);
    assert.equal(runExitCode([{ ...refused, exitCode: 2 }, passed]), 2);
  });

  it("is told in the table, and so is every rule that was not to count", () => {
    const allowed = "allowed: agents[0].version: agents and masters (rule agent-ignored)";
    const report = runReport([
      cellResult({ verdict: "refused", reason: "no such pair", seconds: 0 }),
      cellResult({ displayName: "mesos=1.8.0", warnings: [allowed] }),
      cellResult({ displayName: "mesos=1.9.0", warnings: [allowed, "a log is missing"] }),
    ]);
    const table = verdictTable(report);
    assert.match(table, /refused/);
    assert.match(table, /^ {2}no such pair$/m);
    assert.match(table, /^in 2 of 3 cells, allowed: agents\[0\]\.version: .*agent-ignored/m);
  });
});

const tags = allVersions().map(({ tag }) => tag);

/** Mostly good values, so that about half of the clusters get as far as the rules. */
const mostly = <T>(good: readonly T[], bad: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 29, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );

const version = mostly(tags, ["1.8", "9.9.9"]);
const image = mostly(["simulator", "mesosphere", "redjack", "mesos"], ["nobody"]);
const env = fc.dictionary(
  fc.constantFrom(
    ...["MESOS_ISOLATOR", "MESOS_PORT", "MESOS_QUORUM", "MESOS_CONTAINERIZERS", "MESOS_REGISTRY_STRICT"],
    ...["LIBPROCESS_ADVERTISE_IP", "mesos_work_dir", "MESOS_", "PLAIN", "MESOS___PROTO__"],
    ...["MESOS_CONSTRUCTOR", "MESOS_TOSTRING"],
  ),
  fc.oneof(fc.string(), fc.constantFrom("tcp://1.2.3.4:5", "1", "true", "docker,mesos", "file:///etc/x")),
  { maxKeys: 2 },
);
const role = fc.record({ version, image, env }, { requiredKeys: [] });
const group = fc.record(
  { count: mostly([1, 2, 3], [0]), resources: mostly(["cpus:1;mem:512", "ports:[1-5,3-9]"], ["cpu:1", ""]) },
  { requiredKeys: [] },
);
const clusters = fc.record(
  {
    mesos: fc.oneof(version, fc.record({ version, image })),
    zookeeper: mostly<unknown>(["3.4", "3.3", "3.9.5", { count: 3, version: "3.8" }], ["4"]),
    masters: fc
      .tuple(role, fc.record({ count: mostly([1, 3, 5], [2]) }, { requiredKeys: [] }))
      .map(([one, more]) => ({ ...one, ...more })),
    agents: fc.array(
      fc.tuple(role, group).map(([one, more]) => ({ ...one, ...more })),
      { minLength: 1, maxLength: 3 },
    ),
    timings: mostly(["default", "fast"], ["slow"]),
    allow: fc.array(mostly(["agent-ignored", "simulator-mixed", "env-bad-value"], ["no-rule"]), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ["mesos"] },
);

/** Runs of the property below; ORACLE_RUNS=10000 for the long one. */
const runs = Number(process.env.ORACLE_RUNS ?? 500);

describe("random clusters", () => {
  it("are read or refused with problems, never more, and reviewed alike in files, stacks and cells", () => {
    let read = 0;
    let refused = 0;
    fc.assert(
      fc.property(clusters, (keys) => {
        const text = stringify(keys);
        const problems = (parse: () => unknown): number => {
          try {
            parse();
            return 0;
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            for (const { place, message, cure } of error.problems) {
              assert.ok(place.line >= 1 && message !== "" && cure !== "");
              assert.doesNotMatch(`${message}${cure}`, /[\p{Cc}\p{Cf}]/u);
            }
            return error.problems.length;
          }
        };
        const ofFile = problems(() => {
          const spec = cluster(clusterFile(text));
          for (const note of clusterNotes(spec)) assert.doesNotMatch(note, /[\p{Cc}\p{Cf}]/u);
          assert.ok(planned(spec).containers.length >= 3);
        });
        assert.equal(
          problems(() => stack(stackFile(text))),
          ofFile,
        );
        let cells = 0;
        problems(() => {
          for (const cell of matrix(matrixFile(text)).cells) cells += cell.refused.length === 0 ? 1 : 0;
        });
        if (ofFile === 0) {
          read += 1;
          assert.equal(cells, 1, "what is no problem in a file is no refused cell");
        } else {
          refused += 1;
        }
      }),
      { numRuns: runs },
    );
    assert.ok(read > runs / 100 && refused > runs / 100, `both happen: ${read} read, ${refused} refused`);
  }).timeout(600_000);
});
