import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PreconditionError } from "../../automation/precondition";
import { clusterFiles, clusterSecrets } from "../../automation/secrets";
import type { FlagValue } from "../../config/spec";
import { planCluster } from "../../plan/cluster";
import { agentGroup, clusterSpec, planInputs } from "./fixtures";

describe("the files that flags name", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "mesos-matrix-flags-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const spec = (version: string, flags: Readonly<Record<string, FlagValue>>) =>
    clusterSpec({
      flags,
      masters: { ...clusterSpec().masters, version },
      agents: [agentGroup({ version })],
    });

  it("are read as they stand, and each content that the plan names is there and no other", () => {
    const cluster = spec("1.11.0", {
      acls: { file: file("acls.json", '{"permissive": false}\n') },
      jwt_secret_key: { file: file("key", "k1\n") },
      credential: { secret: { file: file("one", "agent pw-71\n") } },
    });
    assert.deepEqual(clusterFiles(cluster), {
      "masters.flags.acls": '{"permissive": false}\n',
      "agents[0].flags.acls": '{"permissive": false}\n',
    });
    const secrets = clusterSecrets(cluster);
    assert.equal(secrets["agents[0].flags.jwt_secret_key"], "k1\n");
    const uploads = planCluster(cluster, planInputs()).containers.flatMap((container) => container.uploads);
    const named = (key: "file" | "secret"): string[] =>
      [
        ...new Set(
          uploads.flatMap((upload) => (key in upload ? [(upload as Record<string, string>)[key] ?? ""] : [])),
        ),
      ].sort();
    assert.deepEqual(named("file"), Object.keys(clusterFiles(cluster)).sort());
    assert.deepEqual(named("secret"), Object.keys(secrets).sort());
  });

  it("hold credentials in the format that the version of each role reads", () => {
    const flags = {
      credentials: { file: file("many", '{"credentials":[{"principal":"agent","secret":"pw-71"}]}') },
      credential: { secret: { env: "FLAG_CONTENTS_TEST" } },
    };
    process.env.FLAG_CONTENTS_TEST = "agent pw-71";
    try {
      const mixed = clusterSpec({
        flags,
        masters: { ...clusterSpec().masters, version: "1.11.0" },
        agents: [agentGroup({ version: "1.10.0" }), agentGroup({ version: "1.11.0" })],
      });
      assert.deepEqual(clusterSecrets(mixed), {
        "masters.flags.credentials": '{"credentials":[{"principal":"agent","secret":"pw-71"}]}\n',
        "agents[0].flags.credential": "agent pw-71\n",
        "agents[1].flags.credential": '{"principal":"agent","secret":"pw-71"}\n',
      });
      assert.equal(clusterSecrets(spec("0.28.3", flags))["masters.flags.credentials"], "agent pw-71\n");
    } finally {
      delete process.env.FLAG_CONTENTS_TEST;
    }
  });

  for (const [title, flags, read, message] of [
    [
      "is not there",
      { acls: { file: "/nowhere/acls.json" } },
      clusterFiles,
      /^masters\.flags\.acls: the file \/nowhere\/acls\.json cannot be read/,
    ],
    [
      "holds a secret and is not there",
      { credentials: { secret: { file: "/nowhere/c" } } },
      clusterSecrets,
      /^masters\.flags\.credentials: the file \/nowhere\/c cannot be read/,
    ],
    [
      "comes from a variable that is not set",
      { credentials: { secret: { env: "NOT_SET_71" } } },
      clusterSecrets,
      /NOT_SET_71 is not set/,
    ],
    [
      "holds no credentials",
      { credentials: { secret: { value: "hunter2" } } },
      clusterSecrets,
      /^masters\.flags\.credentials: line 1 is not "principal secret".*; write \{"credentials"/,
    ],
  ] as const) {
    it(`are refused, with the place and without the secret, where one ${title}`, () => {
      assert.throws(
        () => read(spec("1.11.0", flags)),
        (error) =>
          error instanceof PreconditionError &&
          message.test(error.message) &&
          !error.message.includes("hunter2"),
      );
    });
  }

  it("are refused where one is no text", () => {
    const binary = file("binary", Uint8Array.of(0xff, 0xfe, 0x00));
    assert.throws(() => clusterFiles(spec("1.11.0", { acls: { file: binary } })), /cannot be read as text/);
  });
});
