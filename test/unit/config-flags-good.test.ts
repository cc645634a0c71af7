import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { STILL_ENCRYPTED } from "../../config/sealed";
import {
  assertRefused,
  cluster,
  clusterFile,
  KEY,
  matrix,
  matrixFile,
  stack,
  stackFile,
} from "./config-problems";

const mesos = (version: string): string => `mesos: { version: ${version}, image: simulator }`;

// Tests run from dist/test/unit of the project.
const README = join(__dirname, "..", "..", "..", "README.md");

describe("flags in a config", () => {
  it("are written as the README shows", () => {
    const [, example = ""] = /### Flags\n+```yaml\n([\s\S]*?)```/.exec(readFileSync(README, "utf8")) ?? [];
    const spec = cluster(clusterFile(example));
    assert.deepEqual(spec.masters.flags, { max_completed_frameworks: "5", acls: { file: "acls.json" } });
    assert.equal(spec.flags.zk_session_timeout, "2secs");
  });

  it("stand where the user wrote them, as the text that Mesos reads", () => {
    const spec = cluster(
      clusterFile(
        [
          mesos("1.11.0"),
          "flags: { zk_session_timeout: 2secs, quiet: true }",
          "masters: { flags: { max_completed_frameworks: 5, acls: { file: acls.json } } }",
          "agents:",
          "  - flags: { gc_disk_headroom: 0.5, credential: { secret: { env: PW } } }",
          "  - flags: { credential: { secret: { file: pw.txt } } }",
        ].join("\n"),
      ),
    );
    assert.deepEqual(spec.flags, { zk_session_timeout: "2secs", quiet: "true" });
    assert.deepEqual(spec.masters.flags, { max_completed_frameworks: "5", acls: { file: "acls.json" } });
    assert.deepEqual(
      spec.agents.map(({ flags }) => flags),
      [
        { gc_disk_headroom: "0.5", credential: { secret: { env: "PW" } } },
        { credential: { secret: { file: "pw.txt" } } },
      ],
    );
  });

  for (const [title, keys] of [
    [
      "one role has it, and the other has it at other versions",
      `${mesos("1.4.3")}\nflags: { zk_session_timeout: 2secs }`,
    ],
    ["one role has it, and the other never had it", `${mesos("1.11.0")}\nflags: { isolation: posix/cpu }`],
    [
      "both names are given with one value",
      `${mesos("0.28.3")}\nflags: { slave_ping_timeout: 2secs, agent_ping_timeout: 2secs }`,
    ],
    [
      "the other authenticator needs no credentials",
      `${mesos("1.11.0")}\nflags: { authenticate_frameworks: true, authenticators: mine }`,
    ],
    [
      "what it needs comes by the environment",
      `${mesos("1.11.0")}\nflags: { authenticate_frameworks: true }\nmasters: { env: { MESOS_CREDENTIALS: /c } }`,
    ],
    ["it is off", `${mesos("1.11.0")}\nflags: { authenticate_agents: false }`],
    [
      "agents have the credential that masters demand",
      `${mesos("1.11.0")}\nflags: { authenticate_agents: true, credentials: { file: c }, credential: { file: d } }`,
    ],
    [
      "the simulator has it without a build option",
      `${mesos("1.11.0")}\nagents: [{ flags: { jwt_secret_key: { file: key } } }]`,
    ],
    [
      "an image of one's own may have it",
      'mesos: { version: 1.11.0, image: { custom: { repository: a/b, tag: "1" } } }\nagents: [{ flags: { jwt_secret_key: { file: key } } }]',
    ],
    [
      "it is a path in the container",
      `${mesos("1.11.0")}\nmasters: { flags: { credentials: /etc/creds, acls: "file:///etc/acls" } }`,
    ],
    ["it is JSON", `${mesos("1.11.0")}\nflags: { acls: '{"permissive": false}' }`],
    [
      "everybody is on the white list, as old masters write it",
      `${mesos("0.21.2")}\nflags: { whitelist: "*" }`,
    ],
    [
      "the strict registry was still allowed",
      `${mesos("0.28.3")}\nmasters: { flags: { registry_strict: true } }`,
    ],
  ] as const) {
    it(`are fine where ${title}`, () => {
      assert.ok(cluster(clusterFile(keys)).masters.version.length > 0);
    });
  }

  it("are checked for each cell of a matrix, at the version and value of that cell", () => {
    const keys = "mesos: { image: simulator }\nagents: [{ flags: { «zk_session_timeout: 2secs } }]";
    const rest = 'axes: { mesos: [1.4.3, 1.5.0] }\ntest: { command: ["true"] }';
    assertRefused(matrix, matrixFile(keys, rest), {
      path: "cluster.agents[0].flags.zk_session_timeout",
      message: /agents of 1\.4\.3 do not have it yet/,
      cure: /1\.5\.0-rc1/,
    });
    const axis = 'axes: { masters.flags.zk_session_timeout: [2secs, «3] }\ntest: { command: ["true"] }';
    assertRefused(matrix, matrixFile(mesos("1.11.0"), axis), {
      message: /"3" is no time/,
      cure: /zk_session_timeout: 3secs/,
    });
  });

  it("are refused as a whole where there are more than Mesos has", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `flag${i}: 1`).join(", ");
    assertRefused(cluster, clusterFile(`${mesos("1.11.0")}\nflags: «{ ${many} }`), {
      path: "cluster.flags",
      message: /20000 flags are more than any Mesos has/,
      cure: /flags of Mesos only/,
    });
  });

  it("are told once where many cells make the same mistake", () => {
    const keys = "mesos: { image: simulator }\nagents: [{ flags: { «zk_session_timeout: 2secs } }]";
    const rest =
      'axes: { mesos: [1.2.0, 1.3.0, 1.4.0, 1.5.0], timings: [default, fast] }\ntest: { command: ["true"] }';
    assertRefused(matrix, matrixFile(keys, rest), {
      message: /agents of 1\.2\.0 do not have it yet .*; 2 more like this, in other cells$/,
      cure: /1\.5\.0-rc1/,
    });
  });

  it("can be an axis of a matrix", () => {
    const rest = 'axes: { flags.zk_session_timeout: [2secs, 3secs] }\ntest: { command: ["true"] }';
    assert.deepEqual(
      matrix(matrixFile(mesos("1.11.0"), rest)).cells.map(({ cluster: { flags } }) => flags),
      [{ zk_session_timeout: "2secs" }, { zk_session_timeout: "3secs" }],
    );
  });

  it("may be encrypted in a stack's config where the flag names a file, decrypted or not", () => {
    const text = stackFile(
      `${mesos("1.11.0")}\nmasters:\n  flags:\n    credentials:\n      secure: v1:cipher`,
    );
    assert.deepEqual(stack(text, { masters: { flags: { credentials: "a b" } } }).masters.flags, {
      credentials: { secret: { value: "a b" } },
    });
    assert.deepEqual(stack(text).masters.flags, { credentials: { secret: { value: STILL_ENCRYPTED } } });
  });

  it("may not be encrypted where the value would stand in argv", () => {
    const text = stackFile(`${mesos("1.11.0")}\nflags:\n  logging_level:\n    «secure: v1:cipher`);
    assertRefused(stack, text, {
      path: `${KEY}.flags.logging_level`,
      message: /takes its value itself, not a file/,
      cure: /write the value/,
    });
  });
});
