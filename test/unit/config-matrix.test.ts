import assert from "node:assert/strict";
import { assertRefused, matrix, matrixFile, refusals } from "./config-problems";
import type { Expected } from "./config-problems";

const TEST = 'test: { command: ["true"] }';
const SIMULATED = "mesos: { image: simulator }";

const cellsOf = (keys: string, rest: string): string[] =>
  matrix(matrixFile(keys, `${rest}\n${TEST}`)).cells.map(({ displayName }) => displayName);

describe("a matrix", () => {
  it("has a cell for every combination, in the order of the file, the first axis slowest", () => {
    const axes = 'axes:\n  mesos: ["1.9.0", "1.8.0-rc3"]\n  zookeeper: ["3.8", "3.9"]';
    assert.deepEqual(cellsOf(SIMULATED, axes), [
      "mesos=1.9.0 zookeeper=3.8",
      "mesos=1.9.0 zookeeper=3.9",
      "mesos=1.8.0-rc3 zookeeper=3.8",
      "mesos=1.8.0-rc3 zookeeper=3.9",
    ]);
  });

  it("sets the versions of an axis and keeps the rest of the cluster", () => {
    const { cells } = matrix(
      matrixFile(
        `${SIMULATED}\nzookeeper: { count: 3 }`,
        `axes: { mesos: [1.9.0], zookeeper: ["3.8"] }\n${TEST}`,
      ),
    );
    assert.deepEqual(cells[0]?.coordinates, { mesos: "1.9.0", zookeeper: "3.8" });
    assert.equal(cells[0].cluster.masters.version, "1.9.0");
    assert.deepEqual(cells[0].cluster.masters.image, { kind: "simulator" });
    assert.deepEqual(cells[0].cluster.zookeeper, { count: 3, version: "3.8", image: undefined });
  });

  it("sets one group of agents, every group, masters, counts and single variables by path", () => {
    const { cells } = matrix(
      matrixFile(
        'mesos: "1.11.0"\nagents: [{ count: 1 }, { count: 1 }]',
        [
          "axes:",
          "  agents[1].version: [1.9.0]",
          "  agents.*.image: [simulator]",
          "  agents[0].attributes.rack: [b]",
          "  masters.count: [3]",
          '  masters.env.MESOS_LOGGING_LEVEL: ["WARNING"]',
          "  timings: [fast]",
          TEST,
        ].join("\n"),
      ),
    );
    const [cell] = cells;
    assert.ok(cell !== undefined);
    const { cluster: spec, displayName } = cell;
    assert.deepEqual(
      spec.agents.map(({ version, image, attributes }) => [version, image.kind, attributes]),
      [
        ["1.11.0", "simulator", { rack: "b" }],
        ["1.9.0", "simulator", {}],
      ],
    );
    assert.equal(spec.masters.count, 3);
    assert.deepEqual(spec.masters.env, { MESOS_LOGGING_LEVEL: "WARNING" });
    assert.equal(spec.timings, "fast");
    assert.match(displayName, /^agents\[1\]\.version=1\.9\.0 .* masters\.count=3 /);
  });

  it("reaches into a short form, and into parts that the file leaves out", () => {
    const { cells } = matrix(
      matrixFile("mesos: 1.9.0", `axes: { mesos.image: [simulator], agents.*.version: [1.8.0] }\n${TEST}`),
    );
    assert.deepEqual(cells[0]?.cluster.masters.image, { kind: "simulator" });
    assert.equal(cells[0].cluster.masters.version, "1.9.0");
    assert.equal(cells[0].cluster.agents[0]?.version, "1.8.0");
  });

  it("leaves out the excluded cells and adds the included ones at the end", () => {
    const rest = [
      "axes:",
      "  mesos: [1.9.0, 1.11.0]",
      '  zookeeper: ["3.8", "3.9"]',
      'exclude: [{ mesos: 1.9.0, zookeeper: "3.9" }]',
      'include: [{ mesos: 0.28.3, zookeeper: "3.8" }]',
    ];
    assert.deepEqual(cellsOf(SIMULATED, rest.join("\n")), [
      "mesos=1.9.0 zookeeper=3.8",
      "mesos=1.11.0 zookeeper=3.8",
      "mesos=1.11.0 zookeeper=3.9",
      "mesos=0.28.3 zookeeper=3.8",
    ]);
  });

  it("excludes every cell that has all the values an entry names", () => {
    const rest = 'axes: { mesos: [1.9.0, 1.11.0], zookeeper: ["3.8", "3.9"] }\nexclude: [{ mesos: 1.9.0 }]';
    assert.deepEqual(cellsOf(SIMULATED, rest), ["mesos=1.11.0 zookeeper=3.8", "mesos=1.11.0 zookeeper=3.9"]);
  });

  it("reads the test: a list of words, a deadline in seconds, variables", () => {
    const test =
      'test: { command: [node, t.js], image: "node:24", timeout: 1h, junit: "**/*.xml", env: { A: "1", B: { secret: { env: PW } } } }';
    const spec = matrix(matrixFile(SIMULATED, `axes: { mesos: [1.9.0] }\n${test}`));
    assert.deepEqual(spec.test, {
      command: ["node", "t.js"],
      image: "node:24",
      timeout: 3600,
      env: { A: "1", B: { secret: { env: "PW" } } },
      junit: "**/*.xml",
    });
  });

  it("gives the test ten minutes, and takes its name from the file, unless the file says otherwise", () => {
    const text = matrixFile(SIMULATED, `axes: { mesos: [1.9.0] }\n${TEST}`);
    assert.equal(matrix(text).test.timeout, 600);
    assert.equal(matrix(text).name, "matrix");
    assert.equal(matrix(`name: nightly\n${text}`).name, "nightly");
  });

  it("is the same, byte for byte, from the same text", () => {
    const text = matrixFile(SIMULATED, `axes: { mesos: [1.9.0, 1.11.0] }\n${TEST}`);
    assert.equal(JSON.stringify(matrix(text)), JSON.stringify(matrix(text)));
  });
});

const AXIS = 'axes: { mesos: ["1.9.0", "1.11.0"] }';

const cases: readonly [title: string, rest: string, expected: Expected][] = [
  ["no axes at all", `axes: «{}\n${TEST}`, { path: "axes", message: /no axes/, cure: /mesos:/ }],
  [
    "an axis without values",
    `axes: { mesos: [1.9.0], timings: «[] }\n${TEST}`,
    { path: "axes.timings", message: /no values/, cure: /give it values/ },
  ],
  [
    "an axis that is no list",
    `axes: { mesos: «1.9.0 }\n${TEST}`,
    { path: "axes.mesos", message: /must be a list/, cure: /mesos: \["1\.9\.0"\]/ },
  ],
  [
    "equal values on an axis",
    `axes: { mesos: [1.9.0, 1.11.0, «1.9.0] }\n${TEST}`,
    { path: "axes.mesos[2]", message: /"1\.9\.0" stands twice/, cure: /keep one/ },
  ],
  [
    "an axis nearly named right",
    `axes: { mesos: [1.9.0], «zookeper: ["3.8"] }\n${TEST}`,
    { path: "axes.zookeper", message: /"zookeper" is no axis/, cure: /did you mean zookeeper\?/ },
  ],
  [
    "a field's path nearly right",
    `axes: { mesos: [1.9.0], «"agents[0].verison": [1.9.0] }\n${TEST}`,
    { message: /is no axis/, cure: /did you mean agents\[0\]\.version\?/ },
  ],
  [
    "an axis like nothing else",
    `axes: { mesos: [1.9.0], «colour: [red] }\n${TEST}`,
    { path: "axes.colour", message: /"colour" is no axis/, cure: /mesos, zookeeper, marathon, timings/ },
  ],
  [
    "an axis named like a part of every object",
    `axes: { mesos: [1.9.0], «constructor: [x] }\n${TEST}`,
    { path: "axes.constructor", message: /"constructor" is no axis/, cure: /mesos/ },
  ],
  [
    "agents without saying which",
    `axes: { mesos: [1.9.0], «agents.version: [1.9.0] }\n${TEST}`,
    { message: /which group of agents/, cure: /agents\.\*\.version/ },
  ],
  [
    "a group that the cluster has not",
    `axes: { mesos: [1.9.0], «"agents[1].version": [1.9.0] }\n${TEST}`,
    { message: /the cluster has not: it has 1/, cure: /agents\[0\]/ },
  ],
  [
    "an axis that would make it another cluster",
    `axes: { mesos: [1.9.0], «target: [local] }\n${TEST}`,
    { path: "axes.target", message: /same for all cells/, cure: /under cluster:/ },
  ],
  [
    "two axes that set the same field",
    `axes: { mesos: [1.9.0], «mesos.version: [1.11.0] }\n${TEST}`,
    { message: /sets what the axis "mesos" sets already/, cure: /keep one/ },
  ],
  [
    "a version on an axis that never existed, once for all its cells",
    `axes: { mesos: [1.9.0, «1.99.0], timings: [fast, default] }\n${TEST}`,
    { path: "axes.mesos[1]", message: /"1\.99\.0" was never a release/, cure: /1\.11\.0/ },
  ],
  [
    "a number on an axis of versions",
    `axes: { mesos: [1.9.0, «1.10] }\n${TEST}`,
    {
      path: "axes.mesos[1]",
      message: /1\.10 is a number, which YAML reads as 1\.1,/,
      cure: /write "1\.10\.0"/,
    },
  ],
  [
    "a value that could not be printed",
    `axes: { mesos: [1.9.0], masters.env.A: [«"\\e[2J"] }\n${TEST}`,
    { message: /^"\\u001b\[2J" cannot name a cell/, cure: /plainer/ },
  ],
  [
    "a value that is no scalar",
    `axes: { mesos: [1.9.0, «{ version: 1.8.0 }] }\n${TEST}`,
    { path: "axes.mesos[1]", message: /a mapping stands here/, cure: /"1\.11\.0"/ },
  ],
  [
    "more masters on an axis than help",
    `axes: { mesos: [1.9.0], masters.count: [1, «7] }\n${TEST}`,
    { message: /7 masters are too many/, cure: /write 5/ },
  ],
  [
    "an included cell that is there already",
    `${AXIS}\ninclude:\n  - «mesos: 1.9.0\n${TEST}`,
    {
      path: "include[0]",
      message: /the cell mesos=1\.9\.0 is in the matrix already/,
      cure: /take this entry out/,
    },
  ],
  [
    "the same cell included twice",
    `${AXIS}\ninclude:\n  - mesos: 1.8.0\n  - «mesos: 1.8.0\n${TEST}`,
    { path: "include[1]", message: /mesos=1\.8\.0 is in the matrix already/, cure: /change a value/ },
  ],
  [
    "an included cell that says not all",
    `axes: { mesos: [1.9.0], timings: [fast] }\ninclude: [«{ mesos: 1.8.0 }]\n${TEST}`,
    { path: "include[0]", message: /timings is missing/, cure: /add timings:/ },
  ],
  [
    "an included version that never existed",
    `${AXIS}\ninclude: [{ mesos: «1.8.9 }]\n${TEST}`,
    { path: "include[0].mesos", message: /"1\.8\.9" was never a release/, cure: /1\.8\.1/ },
  ],
  [
    "an excluded axis that is not there",
    `${AXIS}\nexclude: [{ «meso: 1.9.0 }]\n${TEST}`,
    { path: "exclude[0].meso", message: /"meso" is no axis of this matrix/, cure: /did you mean mesos\?/ },
  ],
  [
    "an exclusion that excludes nothing",
    `${AXIS}\nexclude: [«{ mesos: 1.8.0 }]\n${TEST}`,
    { path: "exclude[0]", message: /mesos=1\.8\.0 is excluded, but no cell is like that/, cure: /correct/ },
  ],
  [
    "an empty exclusion",
    `${AXIS}\nexclude: [«{}]\n${TEST}`,
    { path: "exclude[0]", message: /the entry is empty/, cure: /name an axis: mesos/ },
  ],
  [
    "the exclusion of every cell",
    `${AXIS}\n«exclude: [{ mesos: 1.9.0 }, { mesos: 1.11.0 }]\n${TEST}`,
    { path: "exclude", message: /every cell is excluded/, cure: /exclude less/ },
  ],
  [
    "a test that is missing",
    AXIS,
    { path: "test", message: /test is missing/, cure: /add test: \{ command: \[node, my-test\.js\] \}/ },
  ],
  [
    "a command that is empty",
    `${AXIS}\ntest: { command: «[] }`,
    { path: "test.command", message: /the command is empty/, cure: /command: \[node/ },
  ],
  [
    "a command that is a line",
    `${AXIS}\ntest:\n  command: «npm test --silent`,
    {
      path: "test.command",
      message: /is text, but command must be a list of words/,
      cure: /command: \[npm, test, "--silent"\]/,
    },
  ],
  [
    "a command that needs a shell",
    `${AXIS}\ntest:\n  command: «npm test && echo "ok"`,
    {
      path: "test.command",
      message: /no shell reads it/,
      cure: /command: \[sh, "-c", "npm test && echo \\"ok\\""\]/,
    },
  ],
  [
    "a word of the command that YAML reads as a number",
    `${AXIS}\ntest: { command: [sleep, «10] }`,
    {
      path: "test.command[1]",
      message: /10 is a number, but command\[1\] must be text/,
      cure: /put it in quotes: "10"/,
    },
  ],
  [
    "a timeout without a unit",
    `${AXIS}\ntest: { command: [x], timeout: «"90" }`,
    { path: "test.timeout", message: /"90" has no unit/, cure: /write 90s for seconds or 90m for minutes/ },
  ],
  [
    "a test image with a name that Docker refuses",
    `${AXIS}\ntest: { command: [x], image: «"Node:24" }`,
    { path: "test.image", message: /"Node:24" is an image name that Docker refuses/, cure: /"node:24"/ },
  ],
  [
    "JUnit files outside of the folder that each cell has of its own",
    `${AXIS}\ntest: { command: [x], junit: «"../build/*.xml" }`,
    {
      path: "test.junit",
      message: /no pattern of files below the folder MESOS_MATRIX_OUT/,
      cure: /write .*there/,
    },
  ],
  [
    "a variable that mesos-matrix sets itself",
    `${AXIS}\ntest: { command: [x], env: { «MESOS_MATRIX_ZK: a } }`,
    { message: /itself gives the test command/, cure: /another|does not begin/ },
  ],
  [
    "a variable that is fatal to libmesos in the test",
    `${AXIS}\ntest: { command: [x], env: { «MESOS_VERSION: "1.9.0" } }`,
    { message: /a framework that uses libmesos exits at once/, cure: /MY_MESOS_VERSION/ },
  ],
  [
    "a key of the cluster at the top of the file",
    `${AXIS}\n${TEST}\n«masters: { count: 1 }`,
    { path: "masters", message: /"masters" is no key that is known here/, cure: /it belongs to cluster/ },
  ],
];

describe("a matrix is refused, at the place and with a cure, for", () => {
  for (const [title, rest, expected] of cases) {
    it(title, () => {
      const file = matrixFile(SIMULATED, rest);
      assertRefused(matrix, rest.includes("«") ? file : `«${file}`, expected);
    });
  }

  it("more cells than anyone can run, while every value is still checked", () => {
    const many = (field: string): string =>
      `  ${field}: [${Array.from({ length: 40 }, (_, i) => `v${i}`).join(", ")}]`;
    const axes = `axes:\n  mesos: [1.9.0, 1.99.0]\n${["A", "B", "C"].map((name) => many(`masters.env.${name}`)).join("\n")}`;
    const problems = refusals(() => matrix(matrixFile(SIMULATED, `${axes}\n${TEST}`)));
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["axes", "axes.mesos[1]"],
    );
    assert.match(problems[0]?.message ?? "", /128000 cells, more than the 1000/);
  });

  it("everything that is wrong at once, in the order of the file, each thing once", () => {
    const text = [
      "apiVersion: mesos-matrix/v2",
      "kind: Matrix",
      "name: My Matrix",
      "cluster:",
      "  mesos: { image: simulatr }",
      "  agnets: [{ count: 1 }]",
      "  masters: { count: 7 }",
      "axes:",
      "  mesos: [1.10, 1.99.0, 1.11.0, 1.11.0]",
      "  colour: [red]",
      "include: [{ mesos: 1.8.9, colour: red }]",
      "test:",
      "  command: npm test",
      "  timeout: 2",
      "",
    ].join("\n");
    const problems = refusals(() => matrix(text));
    assert.deepEqual(
      problems.map(({ place, path }) => `${place.line}:${place.column} ${path}`),
      [
        "1:13 apiVersion",
        "3:7 name",
        "5:19 cluster.mesos.image",
        "6:3 cluster.agnets",
        "7:21 cluster.masters.count",
        "9:11 axes.mesos[0]",
        "9:17 axes.mesos[1]",
        "9:33 axes.mesos[3]",
        "10:3 axes.colour",
        "11:20 include[0].mesos",
        "13:12 test.command",
        "14:12 test.timeout",
      ],
    );
  });
});
