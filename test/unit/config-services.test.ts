import assert from "node:assert/strict";
import { assertRefused, cluster, clusterFile, matrix, matrixFile } from "./config-problems";

const BASE = 'mesos: { version: "1.7.3", image: simulator }';
const SIM = 'marathon: { version: "1.7.216", image: simulator }';

describe("what runs beside Mesos", () => {
  it("is nothing where the cluster names nothing", () => {
    const spec = cluster(clusterFile(BASE));
    assert.deepEqual(
      [spec.marathon, spec.mesosDns, spec.loadBalancer, spec.apps],
      [undefined, undefined, undefined, []],
    );
  });

  it("has short forms and defaults, mesosphere's Marathon and no simulated one among them", () => {
    const spec = cluster(
      clusterFile('mesos: "1.7.1"\nmarathon: "1.7.216"\nmesosDns: "0.6.0"\nloadBalancer: { mode: poll }'),
    );
    assert.deepEqual(spec.marathon, {
      count: 1,
      version: "1.7.216",
      image: { kind: "mesosphere" },
      flags: {},
      env: {},
    });
    assert.deepEqual(spec.mesosDns, { version: "0.6.0", image: undefined, domain: "mesos", config: {} });
    assert.deepEqual(spec.loadBalancer, {
      version: undefined,
      image: { kind: "haproxy" },
      groups: ["external"],
      mode: "poll",
    });
  });

  it("takes flags, environment, counts and an image of the user's own, whose tag follows the version", () => {
    const { marathon } = cluster(
      clusterFile(
        [
          'mesos: "1.7.1"',
          "marathon:",
          "  count: 3",
          '  version: "1.7.216"',
          '  image: { custom: { repository: my/marathon, tag: "v{version}" } }',
          '  env: { JAVA_OPTS: "-Xmx512m" }',
        ].join("\n"),
      ),
    );
    assert.deepEqual(marathon, {
      count: 3,
      version: "1.7.216",
      image: { kind: "custom", repository: "my/marathon", tag: "v1.7.216" },
      flags: {},
      env: { JAVA_OPTS: "-Xmx512m" },
    });
  });

  it("takes apps and groups as Marathon does, and files that hold them", () => {
    const { apps, appsTimeout } = cluster(
      clusterFile(
        `${BASE}\n${SIM}\nappsTimeout: 90s\napps:\n  - { id: /web, cmd: "serve \${MESOS_MATRIX_ZK} \${PORT0}", instances: 3 }\n  - { id: shop, apps: [{ id: db }] }\n  - { file: apps/more.json }`,
      ),
    );
    assert.equal(appsTimeout, 90);
    assert.deepEqual(apps, [
      { definition: { id: "/web", cmd: "serve ${MESOS_MATRIX_ZK} ${PORT0}", instances: 3 } },
      { definition: { id: "shop", apps: [{ id: "db" }] } },
      { file: "apps/more.json" },
    ]);
  });

  for (const [title, keys, message, cure] of [
    ["a version with a v", 'marathon: «"v1.8.222"', /"v1\.8\.222" is not how Marathon/, /write "1\.8\.222"/],
    ["a candidate in the letters of Mesos", 'marathon: «"1.4.0-rc8"', /1\.4\.0-rc8/, /write "1\.4\.0-RC8"/],
    ["no Marathon at all", "marathon: { version: 1.8.222, count: «0 }", /start no application/, /take mara/],
    ["an image source of Mesos", "marathon: { version: 1.8.222, image: «redjack }", /redjack/, /simulator/],
    [
      "a flag in the environment",
      "marathon: { version: 1.8.222, env: { «MARATHON_HTTP_PORT: '1' } }",
      /MARATHON_HTTP_PORT/,
      /flags: \{ http_port: \.\.\. \}/,
    ],
    ["no version of Mesos-DNS", "mesosDns: «'0.6'", /"0\.6" is not a version of Mesos-DNS/, /0\.6\.0/],
    ["a domain that is none", "mesosDns: { version: 0.6.0, domain: «'a b' }", /no domain/, /mesos/],
    ["apps without Marathon", "«apps: [{ id: /a }]", /apps are given to Marathon/, /add marathon/],
    ["a load balancer without Marathon", "«loadBalancer: {}", /no Marathon/, /add marathon/],
    ["an app without an id", `${SIM}\napps: [«{ cmd: x }]`, /an app has no id/, /add id/],
    ["an app whose id Marathon refuses", `${SIM}\napps: [{ id: «/Web_1 }]`, /no id that Mar/, /\/web/],
    [
      "an app of a group whose id Marathon refuses",
      `${SIM}\napps: [{ id: /g, apps: [{ id: «A }] }]`,
      /no id that Marathon/,
      /\/web/,
    ],
    ["an app twice", `${SIM}\napps: [{ id: /a }, { id: «a }]`, /two entries/, /of its own/],
    ["a file beside an app", `${SIM}\napps: [{ file: a.json, «id: /a }]`, /beside file/, /in the file/],
    ["a misspelt token", `${SIM}\napps: [{ id: /a, cmd: «"\${MESOS_MATRIX_ZKK}" }]`, /token/, /MATRIX_ZK\}/],
    [
      "the leading master as a token",
      `${SIM}\napps: [{ id: /a, args: [«"\${MESOS_MATRIX_MASTER}"] }]`,
      /may be another/,
      /MESOS_MATRIX_ZK/,
    ],
    ["a mode that is none", `${SIM}\nloadBalancer: { mode: «event }`, /"event"/, /did you mean events/],
    [
      "words for a load balancer that has its own",
      `${SIM}\nloadBalancer: { image: marathon-lb, «command: [sse] }`,
      /for an image of your own/,
      /take command: out/,
    ],
    [
      "groups beside words of one's own",
      `${SIM}\nloadBalancer: { image: { custom: { repository: my/lb, tag: "1" } }, command: [x], «groups: [a] }`,
      /nobody is told of groups/,
      /in the words of command/,
    ],
    [
      "no version of Marathon",
      "«marathon: { count: 2 }",
      /which version of Marathon/,
      /version: "1\.8\.222"/,
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      assertRefused(cluster, clusterFile(`${BASE}\n${keys}`), { message, cure });
    });
  }

  it("can be axes of a matrix, with cells that the tables refuse", () => {
    const { cells } = matrix(
      matrixFile(
        "mesos: { image: simulator }\nmarathon: { image: simulator }",
        'axes: { mesos: ["1.4.3", "1.8.0"], marathon: ["1.4.14", "1.8.222"] }\ntest: { command: ["true"] }',
      ),
    );
    assert.deepEqual(
      cells.map(({ displayName, refused }) => [displayName, refused.map(({ rule }) => rule)]),
      [
        ["mesos=1.4.3 marathon=1.4.14", []],
        ["mesos=1.4.3 marathon=1.8.222", ["marathon-master-too-old"]],
        ["mesos=1.8.0 marathon=1.4.14", []],
        ["mesos=1.8.0 marathon=1.8.222", []],
      ],
    );
  });

  it("is refused at the short form where the user wrote one", () => {
    assertRefused(cluster, clusterFile('mesos: "1.4.3"\nmarathon: «"1.8.222"'), {
      message: /Marathon 1\.8\.222 and masters of Mesos 1\.4\.3/,
      cure: /marathon-master-too-old/,
    });
  });
});
