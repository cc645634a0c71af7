import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stateDir } from "../../automation/layout";
import type { RunReport } from "../../automation/report/run-report";
import { docker } from "../../readiness/docker";
import { cli, Scratch, start, uniqueName } from "./harness";
import { matrixFile } from "./matrix-file";

/** Files below a folder that hold the text. */
function holders(folder: string, text: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    if (stat.isDirectory()) return holders(file, text);
    return readFileSync(file).includes(text) ? [file] : [];
  });
}

/** argv of every process of this machine. */
function argvs(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .join("\n");
}

describe("a secret in the config", function () {
  const secret = `planted-${randomBytes(8).toString("hex")}`;
  const backend = path.join(stateDir(), "pulumi");

  it("reaches the test and Mesos, and stands in no state, history, argv, log, report or docker inspect", async () => {
    using scratch = new Scratch();
    const script = 'test "$TOKEN" = "$(cat "$0")" && test -n "$TOKEN" && sleep 4';
    const tokenFile = scratch.file("token", secret);
    const file = scratch.file(
      "m.yaml",
      matrixFile({
        command: ["sh", "-c", script, tokenFile],
        cluster: { masters: { count: 1, env: { MESOS_ACLS: { secret: { env: "PLANTED" } } } } },
        test: { env: { TOKEN: { secret: { file: tokenFile } } } },
      }),
    );
    const out = path.join(scratch.path, "out");
    const running = start(["bin/mesos-matrix", "run", file, "--out", out, "--json"], {
      env: { PLANTED: secret },
    });
    await running.sees(/: create$/m);
    const seen: string[] = [];
    const inspected: string[] = [];
    const watched = { over: false };
    void running.ended.then(() => (watched.over = true));
    while (!watched.over) {
      seen.push(argvs());
      const ids = (await docker(["ps", "--all", "--quiet"])).split("\n").filter(Boolean);
      if (ids.length > 0) inspected.push(await docker(["inspect", ...ids]).catch(() => ""));
      await pause(300);
    }
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 0, stderr + stdout);
    assert.equal((JSON.parse(stdout) as RunReport).cells[0]?.verdict, "passed");
    assert.ok(
      seen.some((text) => text.includes("pulumi-resource-docker")),
      "processes were looked at",
    );
    assert.ok(
      inspected.some((text) => text.includes("mesos-matrix.cluster")),
      "containers were looked at",
    );
    assert.equal(
      seen.some((text) => text.includes(secret)),
      false,
      "argv",
    );
    assert.equal(
      inspected.some((text) => text.includes(secret)),
      false,
      "docker inspect",
    );
    assert.equal((stdout + stderr).includes(secret), false, "output");
    assert.deepEqual(holders(out, secret), []);
    assert.deepEqual(holders(backend, secret), []);
  });

  it("is encrypted in the state of a cluster that stays, while Mesos reads it", async () => {
    using scratch = new Scratch();
    const name = uniqueName("sec");
    const file = scratch.file(
      "c.yaml",
      JSON.stringify({
        apiVersion: "mesos-matrix/v1",
        kind: "Cluster",
        name,
        cluster: {
          mesos: { version: "1.11.0", image: "simulator" },
          timings: "fast",
          masters: { count: 1, env: { MESOS_ACLS: { secret: { env: "PLANTED" } } } },
        },
      }),
    );
    try {
      const { code, stderr } = await cli(["up", file], { env: { PLANTED: secret } });
      assert.equal(code, 0, stderr);
      const held = await docker(["exec", `${name}-master-1`, "cat", "/etc/mesos-matrix/MESOS_ACLS"]);
      assert.equal(held, secret);
      assert.deepEqual(holders(stateDir(), secret), []);
      const states = holders(backend, name).filter((found) => found.endsWith(".json"));
      assert.ok(states.length > 0, "the state was looked at");
    } finally {
      await cli(["down", name]);
    }
  });
});
