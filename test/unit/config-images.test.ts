import assert from "node:assert/strict";
import { assertRefused, cluster, clusterFile, matrix, stack, stackFile } from "./config-problems";
import type { Expected } from "./config-problems";

const TEST = 'test: { command: ["true"] }';
const clusterText = (keys: string) => cluster(clusterFile(keys));
const matrixText = (image: string, axes = 'mesos: ["1.9.0", "1.10.0"]', rest = ""): string =>
  `apiVersion: mesos-matrix/v1\nkind: Matrix\ncluster: { mesos: { image: ${image} }${rest} }\naxes: { ${axes} }\n${TEST}\n`;

describe("an image of the user's own", () => {
  it("is a registry's, a saved one, one to build or a make install, with the version in every part of it", () => {
    const sources: readonly (readonly [string, unknown])[] = [
      [
        '{ custom: { repository: "my/mesos-{version}", tag: "v{version}" } }',
        { kind: "custom", repository: "my/mesos-1.9.0", tag: "v1.9.0" },
      ],
      ['{ archive: "img/mesos-{version}.tar" }', { kind: "archive", file: "img/mesos-1.9.0.tar" }],
      [
        '{ build: { context: "images/{version}", dockerfile: "D.{version}", args: { V: "={version}" } } }',
        { kind: "build", context: "images/1.9.0", dockerfile: "D.1.9.0", args: { V: "=1.9.0" } },
      ],
      ["{ build: { context: . } }", { kind: "build", context: ".", dockerfile: undefined, args: {} }],
      [
        '{ installTree: "builds/{version}" }',
        { kind: "installTree", folder: "builds/1.9.0", base: undefined },
      ],
      [
        '{ installTree: { folder: "builds/{version}", base: "ubuntu:22.04" } }',
        { kind: "installTree", folder: "builds/1.9.0", base: "ubuntu:22.04" },
      ],
    ];
    for (const [text, source] of sources) {
      assert.deepEqual(clusterText(`mesos: { version: 1.9.0, image: ${text} }`).masters.image, source);
    }
  });

  it("may be given to ZooKeeper and to what runs beside Mesos, with their versions", () => {
    const spec = clusterText(
      [
        'mesos: { version: "1.9.0", image: simulator }',
        'zookeeper: { version: 3.9.5, image: { archive: "zk-{version}.tar" } }',
        'marathon: { version: "1.8.222", image: { build: { context: "marathon/{version}" } } }',
      ].join("\n"),
    );
    assert.deepEqual(spec.zookeeper.image, { kind: "archive", file: "zk-3.9.5.tar" });
    const built = { kind: "build", context: "marathon/1.8.222", dockerfile: undefined, args: {} };
    assert.deepEqual(spec.marathon?.image, built);
  });

  const refused: readonly (readonly [string, string, Expected])[] = [
    [
      "without a source",
      "mesos: { version: 1.9.0, image: «{} }",
      { message: /no source/, cure: /custom, archive, build or installTree/ },
    ],
    [
      "with two sources",
      "mesos: { version: 1.9.0, image: «{ archive: a.tar, installTree: b } }",
      { message: /2 sources/, cure: /write one of/ },
    ],
    [
      "with a placeholder that nobody fills in",
      'mesos: { version: 1.9.0, image: { archive: «"img/mesos-{Version}.tar" } }',
      { message: /\{Version\}/, cure: /\{version\}/ },
    ],
    [
      "with a shell's variable",
      'mesos: { version: 1.9.0, image: { installTree: «"builds/${version}" } }',
      { message: /\$\{version\}/, cure: /\{version\}/ },
    ],
    [
      "with a path that is empty",
      'mesos: { version: 1.9.0, image: { build: { context: «"" } } }',
      { message: /no name/, cure: /path/ },
    ],
    [
      "that is built of a path alone",
      "mesos: { version: 1.9.0, image: { build: «images/mesos } }",
      { message: /"images\/mesos" is text/, cure: /\{ context: \.\.\. \}/ },
    ],
    [
      "with a build argument that no Dockerfile can have",
      'mesos: { version: 1.9.0, image: { build: { context: ., args: { «my-arg: "1" } } } }',
      { message: /"my-arg"/, cure: /my_arg/ },
    ],
    [
      "packed onto a base that Docker refuses",
      'mesos: { version: 1.9.0, image: { installTree: { folder: b, base: «"Ubuntu:22.04" } } }',
      { message: /Docker refuses/, cure: /ubuntu/ },
    ],
    [
      "of a make install for ZooKeeper",
      "mesos: 1.9.0\nzookeeper: { image: { «installTree: b } }",
      { message: /"installTree" is no key of image/, cure: /./ },
    ],
    [
      "for masters and agents of two versions, without the version",
      "mesos: { version: 1.9.0, image: «{ archive: mesos.tar } }\nagents: [{ version: 1.8.1 }]",
      { message: /cannot be Mesos 1\.9\.0, 1\.8\.1/, cure: /img\/mesos-\{version\}\.tar/ },
    ],
  ];
  for (const [title, keys, expected] of refused) {
    it(`is refused ${title}`, () => assertRefused(cluster, clusterFile(keys), expected));
  }

  it("must hold the version on an axis of several", () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ["«{ custom: { repository: my/mesos, tag: latest } }", /tag: "\{version\}"/],
      ["«{ archive: mesos.tar }", /archive: .*\{version\}/],
      ['«{ build: { context: ., args: { A: "1" } } }', /args: .*\{version\}/],
      ["«{ installTree: { folder: build } }", /installTree: "builds\/\{version\}"/],
    ];
    for (const [image, cure] of cases) {
      const message = /cannot be Mesos 1\.9\.0, 1\.10\.0, and \{version\} stands in no part/;
      assertRefused(matrix, matrixText(image), { path: "cluster.mesos.image", message, cure });
    }
    assertRefused(matrix, matrixText("«{ archive: a.tar }", 'mesos: ">=1.7 latest-patch"'), {
      message: /and \d+ more/,
      cure: /\{version\}/,
    });
  });

  it("needs no version where its part has only one", () => {
    assert.equal(matrix(matrixText("{ archive: mesos.tar }", 'mesos: ["1.9.0"]')).cells.length, 1);
    assert.equal(matrix(matrixText('{ archive: "m-{version}.tar" }')).cells.length, 2);
    // The axis sets the agents' version, and only the masters have this image.
    const masters = 'masters: { version: "1.9.0", image: { archive: m.tar } }';
    const text = matrixText(
      "simulator",
      'agents.*.version: ["1.8.0", "1.9.0"]',
      `, ${masters}, agents: [{}]`,
    );
    assert.equal(matrix(text).cells.length, 2);
  });

  it("must hold the version for an axis of another program, too", () => {
    const rest = ", zookeeper: { image: «{ archive: zk.tar } }";
    assertRefused(matrix, matrixText("simulator", 'mesos: ["1.9.0"], zookeeper: ["3.8", "3.9"]', rest), {
      message: /cannot be ZooKeeper 3\.8, 3\.9/,
      cure: /\{version\}/,
    });
  });
});

describe("Mesos by commit", () => {
  const image = 'image: { installTree: "builds/{version}" }';

  it("has the facts of its base, and stands for the version in its image", () => {
    const { masters, agents } = clusterText(`mesos: { commit: "c1b42f79d157", base: master, ${image} }`);
    assert.equal(masters.version, "master");
    assert.equal(masters.commit, "c1b42f79d157");
    assert.deepEqual(agents[0]?.image, {
      kind: "installTree",
      folder: "builds/c1b42f79d157",
      base: undefined,
    });
  });

  it("is not what a group with a version of its own runs", () => {
    const keys = `mesos: { commit: "c1b42f79d157", base: master, ${image} }\nagents: [{ version: 1.11.0 }]`;
    const { agents } = clusterText(keys);
    assert.equal(agents[0]?.commit, undefined);
    assert.equal(agents[0]?.version, "1.11.0");
  });

  it("may be an axis", () => {
    const text = matrixText(
      '{ archive: "m-{version}.tar" }, base: master',
      'mesos.commit: ["abcdef1", "abcdef2"]',
    );
    const files = matrix(text).cells.map(({ cluster: { masters } }) => masters.image);
    assert.deepEqual(files, [
      { kind: "archive", file: "m-abcdef1.tar" },
      { kind: "archive", file: "m-abcdef2.tar" },
    ]);
  });

  const refused: readonly (readonly [string, string, Expected])[] = [
    [
      "that is none",
      `mesos: { commit: «HEAD, base: master, ${image} }`,
      { message: /"HEAD"/, cure: /rev-parse/ },
    ],
    [
      "in capitals",
      `mesos: { commit: «ABCDEF1, base: master, ${image} }`,
      { message: /./, cure: /"abcdef1"/ },
    ],
    [
      "that YAML reads as a number",
      `mesos: { commit: «1234567, base: master, ${image} }`,
      { message: /number/, cure: /quotes/ },
    ],
    ["without a base", `mesos: { «commit: abcdef1, ${image} }`, { message: /nobody knows/, cure: /base:/ }],
    [
      "beside a version",
      `mesos: { commit: abcdef1, «version: 1.9.0, ${image} }`,
      { message: /both/, cure: /base: "1\.9\.0"/ },
    ],
    [
      "of a vendor",
      "mesos: { commit: abcdef1, base: master, «image: mesosphere }",
      { message: /"mesosphere" holds no commit/, cure: /installTree/ },
    ],
    [
      "of nobody's image",
      "mesos: { «commit: abcdef1, base: master }",
      { message: /default image/, cure: /installTree/ },
    ],
  ];
  for (const [title, keys, expected] of refused) {
    it(`is refused ${title}`, () => assertRefused(cluster, clusterFile(keys), expected));
  }

  it("takes flags by its base", () => {
    const keys = `mesos: { commit: abcdef1, base: "1.4.0", ${image} }\nagents: [{ flags: { «zk_session_timeout: 2secs } }]`;
    assertRefused(cluster, clusterFile(keys), { message: /zk_session_timeout/, cure: /./ });
  });
});

describe("registry", () => {
  it("is an address, with a login if it wants one", () => {
    assert.deepEqual(clusterText('mesos: 1.9.0\nregistry: "127.0.0.1:5000/mirror"').registry, {
      address: "127.0.0.1:5000/mirror",
      login: undefined,
    });
    const login = "{ address: r.example.com, username: robot, password: { secret: { env: PW } } }";
    assert.deepEqual(clusterText(`mesos: 1.9.0\nregistry: ${login}`).registry, {
      address: "r.example.com",
      login: { username: "robot", password: { secret: { env: "PW" } } },
    });
  });

  it("takes its password from a stack's encrypted config", () => {
    const keys =
      "mesos: 1.9.0\nregistry: { address: r.example.com, username: robot, password: { secure: abc } }";
    const { registry } = stack(stackFile(keys), { registry: { password: "clear" } });
    assert.deepEqual(registry?.login?.password, { secret: { value: "clear" } });
  });

  const refused: readonly (readonly [string, string, Expected])[] = [
    [
      "with a scheme",
      'registry: «"https://r.example.com/"',
      { message: /web address/, cure: /write r\.example\.com/ },
    ],
    ["without a host", "registry: «mirror", { message: /names no registry/, cure: /r.*example\.com/ }],
    [
      "without a password",
      "registry: «{ address: r.example.com, username: robot }",
      { message: /no password/, cure: /secret/ },
    ],
    [
      "with a colon in its user",
      "registry: { address: r.example.com, username: «'a:b', password: { secret: { env: A } } }",
      { message: /no name/, cure: /colon/ },
    ],
  ];
  for (const [title, keys, expected] of refused) {
    it(`is refused ${title}`, () => assertRefused(cluster, clusterFile(`mesos: 1.9.0\n${keys}`), expected));
  }

  it("does not repeat a password that was written in clear text", () => {
    const keys = "mesos: 1.9.0\nregistry: { address: r.example.com, username: robot, password: «hunter-22 }";
    assertRefused(cluster, clusterFile(keys), {
      message: /^(?!.*hunter).*clear text/,
      cure: /^(?!.*hunter).*secret/,
    });
  });
});
