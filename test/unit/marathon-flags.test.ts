import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareMarathon,
  everyMarathonFlag,
  marathonFlagNames,
  marathonFlagNeighbours,
  marathonFlagType,
  marathonFlagWords,
} from "../../mesos/marathon-flags";
import { marathonExit } from "../../mesos/marathon-exit-codes";
import flagFile from "../../mesos/data/marathon-flags.json";
import { planCluster } from "../../plan/cluster";
import { readMarathonFlags } from "../../simulator/marathon/flags";
import { assertRefused, cluster, clusterFile } from "./config-problems";
import { clusterSpec, marathon, planInputs } from "./fixtures";

const { tags } = flagFile;

describe("the flags of Marathon", () => {
  it("stand in ranges of known tags, in order and without overlap", () => {
    for (const name of everyMarathonFlag()) {
      const ranges = (flagFile.flags as unknown as Record<string, [string, string, string][]>)[name] ?? [];
      const places = ranges.flatMap(([first, last]) => [tags.indexOf(first), tags.indexOf(last)]);
      assert.ok(
        places.every((place, i) => place >= (places[i - 1] ?? 0)),
        name,
      );
      for (const [, , type] of ranges) assert.match(type, /^(?:int|string|bool|toggle)$/);
    }
    assert.deepEqual(tags, [...tags].sort(compareMarathon));
  });

  it("differ between releases as their sources do", () => {
    assert.equal(marathonFlagType("0.8.2", "zk_session_timeout"), undefined);
    assert.equal(marathonFlagType("0.9.0", "zk_session_timeout"), "int");
    assert.equal(marathonFlagType("0.11.1", "ha"), "bool");
    assert.equal(marathonFlagType("0.13.0", "ha"), "toggle");
    assert.equal(marathonFlagType("1.10.26", "mesos_offer_constraints"), undefined);
    assert.equal(marathonFlagType("1.11.24", "mesos_offer_constraints"), "toggle");
    assert.equal(marathonFlagType("1.4.13", "event_subscriber"), "string");
    assert.equal(marathonFlagType("1.5.0", "event_subscriber"), undefined);
    assert.deepEqual(marathonFlagNeighbours("1.5.0", "event_subscriber"), {
      before: "1.4.13",
      after: undefined,
    });
    assert.ok(marathonFlagNames("1.10.26").length > marathonFlagNames("0.7.0").length);
  });

  it("are those of the newest tag for a release that came after it, and those of their release for a patch between", () => {
    assert.equal(marathonFlagType("1.12.1", "zk_connection_timeout"), "int");
    assert.equal(marathonFlagType("1.8.223", "zk_connection_timeout"), "int");
  });

  it("become words of argv as scallop reads them", () => {
    assert.deepEqual(marathonFlagWords("1.8.222", "zk_timeout", "5000"), ["--zk_timeout", "5000"]);
    assert.deepEqual(marathonFlagWords("1.8.222", "ha", "false"), ["--disable_ha"]);
    assert.deepEqual(marathonFlagWords("1.8.222", "ha", "true"), ["--ha"]);
    assert.deepEqual(marathonFlagWords("1.8.222", "disable_http", "true"), ["--disable_http"]);
    assert.deepEqual(marathonFlagWords("1.8.222", "disable_http", "false"), []);
  });

  it("that a plan gives are known to every release, and read back by its command line", () => {
    const versions = fc.constantFrom(...tags);
    fc.assert(
      fc.property(versions, fc.constantFrom("default" as const, "fast" as const), (version, timings) => {
        const spec = clusterSpec({
          timings,
          marathon: marathon({ version, count: 2, flags: { framework_name: "mine", mesos_user: "nobody" } }),
        });
        const { containers } = planCluster(spec, planInputs());
        const planned = containers.filter(({ role }) => role === "marathon");
        assert.equal(planned.length, 2);
        for (const { argv, address } of planned) {
          const known = argv.filter((word) => word !== "mine" || marathonFlagType(version, "framework_name"));
          const flags = readMarathonFlags(version, known);
          assert.equal(flags.get("hostname"), address);
          assert.match(flags.get("master") ?? "", /^zk:\/\/.*\/mesos$/);
          assert.match(flags.get("zk") ?? "", /^zk:\/\/.*\/marathon$/);
          assert.equal(flags.get("mesos_user"), "nobody", "the user's goes before ours");
          assert.equal(
            flags.has("zk_session_timeout"),
            timings === "fast" && compareMarathon(version, "0.9.0-RC1") >= 0,
          );
        }
      }),
    );
  });
});

const BASE = 'mesos: { version: "1.7.3", image: simulator }';
const withFlags = (version: string, flags: string): string =>
  clusterFile(`${BASE}\nmarathon: { version: "${version}", image: simulator, flags: { ${flags} } }`);

describe("flags of Marathon in a file", () => {
  for (const [title, version, flags, message, cure] of [
    [
      "that no Marathon has",
      "1.7.216",
      "«zk_sesion_timeout: 1",
      /is no flag of Marathon 1\.7\.216/,
      /did you mean zk_session_timeout/,
    ],
    ["that came later", "0.8.2", "«zk_session_timeout: 1000", /it came with 0\.9\.0-RC1/, /take it out/],
    [
      "that are gone",
      "1.5.0",
      "«event_subscriber: http_callback",
      /the last version with it is 1\.4\.13/,
      /take it out/,
    ],
    ["that we set", "1.7.216", "«master: zk", /set by mesos-matrix/, /take it out/],
    ["that hold a secret", "1.7.216", "«http_credentials: a:b", /holds a secret/, /take it out/],
    [
      "that turn a toggle off by its other name",
      "1.7.216",
      "«disable_ha: true",
      /how ha is turned off/,
      /write ha: false/,
    ],
    [
      "with a time that has a unit",
      "1.7.216",
      "zk_timeout: «10secs",
      /no whole number/,
      /write zk_timeout: 10000/,
    ],
    ["with a word for a toggle", "1.7.216", "ha: «maybe", /neither true nor false/, /write ha: true/],
    ["that can only be turned on", "1.7.216", "disable_http: «false", /only be turned on/, /take it out/],
    ["with a file for a number", "1.7.216", "zk_timeout: «{ file: a }", /names no file/, /write a number/],
  ] as const) {
    it(`are refused ${title}`, () => {
      assertRefused(cluster, withFlags(version, flags), { message, cure });
    });
  }

  it("that name a file are uploaded, a secret one as a secret", () => {
    const spec = cluster(
      withFlags("1.7.216", "plugin_conf: { file: p.json }, mesos_authentication_secret_file: { file: s }"),
    );
    const { uploads, argv } = planCluster(spec, planInputs()).containers.find(
      ({ role }) => role === "marathon",
    )!;
    assert.deepEqual(uploads, [
      { path: "/etc/mesos-matrix/marathon/plugin_conf", file: "marathon.flags.plugin_conf" },
      {
        path: "/etc/mesos-matrix/marathon/mesos_authentication_secret_file",
        secret: "marathon.flags.mesos_authentication_secret_file",
      },
    ]);
    assert.ok(argv.includes("/etc/mesos-matrix/marathon/plugin_conf"));
  });

  it("do not make a secret of the environment, which docker inspect shows", () => {
    assertRefused(
      cluster,
      clusterFile(
        `${BASE}\nmarathon: { version: "1.7.216", image: simulator, env: { A: «{ secret: { env: X } } } }`,
      ),
      { message: /docker inspect/, cure: /names a file/ },
    );
  });
});

describe("an exit code of Marathon", () => {
  it("says its cause and its cure where the documentation has it", () => {
    assert.match(marathonExit(106)?.cause ?? "", /scheduler driver failed/);
    assert.match(marathonExit(111)?.cure ?? "", /http_port/);
    assert.equal(marathonExit(3), undefined);
  });
});
