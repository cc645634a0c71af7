import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cellExpiry, clusterExpiry } from "../../automation/housekeeping/expiry";
import { judgeGarbage } from "../../automation/housekeeping/garbage";
import type { KnownCluster } from "../../automation/housekeeping/inventory";
import { LockedError, lockHolderOf, takeLock } from "../../automation/housekeeping/lock";
import { lifeOf, ownProcess, pidOf, type Life } from "../../automation/housekeeping/process-name";
import { abandonedTempFolders, removeTempFolder, tempFolder } from "../../automation/housekeeping/temp";

const now = new Date("2026-01-31T12:00:00.000Z");
const past = "2026-01-31T11:59:59.000Z";
const future = "2026-01-31T12:00:01.000Z";

function known(change: Partial<KnownCluster>): KnownCluster {
  return {
    name: "a",
    target: "local",
    run: "0a1b2c3d",
    cell: "a",
    mesos: "1.11.0",
    owner: undefined,
    kept: false,
    created: past,
    expires: undefined,
    containers: 3,
    running: 3,
    pool: false,
    stack: true,
    worker: undefined,
    ...change,
  };
}

/** The name of a process that has ended. */
function deadProcess(): string {
  const pid = Number(
    execFileSync(process.execPath, ["-e", "console.log(process.pid)"], { encoding: "utf8" }),
  );
  return ownProcess().replace(/^\d+\.\d+/, `${pid}.1`);
}

describe("garbage", () => {
  const worker = { process: ownProcess(), pid: 7, host: "h", since: past, work: "up a" };
  const scenes: readonly (readonly [
    what: string,
    Partial<KnownCluster>,
    Life,
    remove: boolean,
    why: RegExp,
  ])[] = [
    ["a user's cluster without a ttl", {}, "lives", false, /it has no end/],
    ["a user's cluster before its end", { expires: future }, "lives", false, /it lives until/],
    ["a user's cluster after its end", { expires: past }, "lives", true, /it expired at 2026-01-31T11:59:59/],
    ["a cell whose runner lives", { owner: "1.1@x" }, "lives", false, /its runner, process 1, lives/],
    ["an expired cell whose runner lives", { owner: "1.1@x", expires: past }, "lives", false, /its runner/],
    ["a cell whose runner is dead", { owner: "1.1@x", expires: future }, "dead", true, /process 1, is dead/],
    ["a cell of another machine", { owner: "1.1@x", expires: future }, "elsewhere", false, /another machine/],
    ["an expired cell of another machine", { owner: "1.1@x", expires: past }, "elsewhere", true, /expired/],
    [
      "a kept cell before its end",
      { owner: "1.1@x", kept: true, expires: future },
      "dead",
      false,
      /kept until/,
    ],
    ["a kept cell after its end", { owner: "1.1@x", kept: true, expires: past }, "dead", true, /expired/],
    [
      "an expired cluster on which somebody works",
      { expires: past, worker },
      "dead",
      false,
      /process 7 works on it/,
    ],
    [
      "a thing with one label of ours",
      { run: "", stack: false, expires: past },
      "dead",
      false,
      /somebody else's/,
    ],
  ];
  for (const [what, change, life, remove, why] of scenes) {
    it(`is ${remove ? "" : "not "}${what}`, () => {
      const sentence = judgeGarbage(known(change), now, () => life);
      assert.equal(sentence.remove, remove, sentence.why);
      assert.match(sentence.why, why);
    });
  }

  it("comes of cells after a day, or after twice what they may take, or after their ttl", () => {
    const cluster = { ttl: undefined, readyTimeout: 120 };
    assert.equal(cellExpiry(cluster, { timeout: 600 }, now), "2026-02-01T12:00:00.000Z");
    assert.equal(cellExpiry(cluster, { timeout: 24 * 3600 }, now), "2026-02-02T12:04:00.000Z");
    assert.equal(cellExpiry({ ...cluster, ttl: 3600 }, { timeout: 600 }, now), "2026-01-31T13:00:00.000Z");
    assert.equal(clusterExpiry({ ttl: undefined }, now), undefined);
    assert.equal(clusterExpiry({ ttl: 60 }, now), "2026-01-31T12:01:00.000Z");
  });
});

describe("the name of a process", () => {
  it("tells whether it lives, though process ids are used again", () => {
    const own = ownProcess();
    assert.equal(pidOf(own), process.pid);
    assert.equal(lifeOf(own), "lives");
    assert.equal(lifeOf(own.replace(/\.\d+@/, ".1@")), "dead", "another process had this id before");
    assert.equal(lifeOf(deadProcess()), "dead");
    assert.equal(lifeOf(own.replace(/@.*/, "@another-boot")), "elsewhere");
    assert.equal(lifeOf("no name"), "elsewhere");
  });
});

describe("a lock", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-test-"));
  const file = path.join(folder, "a.lock");
  after(() => rmSync(folder, { recursive: true }));

  it("is held by one, who is named to the second, until it is released", () => {
    const lock = takeLock(file, "run 1f2e of nightly");
    assert.equal(lockHolderOf(file)?.pid, process.pid);
    assert.throws(
      () => takeLock(file, "another"),
      (error: unknown) =>
        error instanceof LockedError &&
        new RegExp(`^process ${process.pid} has held the lock since \\S+ \\(run 1f2e of nightly\\)$`).test(
          error.message,
        ),
    );
    lock.release();
    assert.equal(lockHolderOf(file), undefined);
    takeLock(file, "another").release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("of a dead process, or a damaged one, is taken over", () => {
    for (const text of [JSON.stringify({ process: deadProcess() }), "{", ""]) {
      writeFileSync(file, text);
      const lock = takeLock(file, "next");
      assert.equal(lockHolderOf(file)?.pid, process.pid);
      lock.release();
    }
  });

  it("of a process that cannot be seen from here is respected, and the way out is named", () => {
    const elsewhere = { process: "4711.1@another-boot", pid: 4711, host: "ci-7", since: past, work: "run" };
    writeFileSync(file, JSON.stringify(elsewhere));
    assert.throws(
      () => takeLock(file, "me"),
      /process 4711 on ci-7, which cannot be seen.*remove .*a\.lock$/,
    );
    rmSync(file);
  });

  it("that many want at once has one holder at a time, also after a dead one", async () => {
    writeFileSync(file, JSON.stringify({ process: deadProcess() }));
    const script = `
      const { takeLock } = require(${JSON.stringify(require.resolve("../../automation/housekeeping/lock"))});
      const { appendFileSync } = require("node:fs");
      const end = Date.now() + 30000;
      for (;;) {
        try {
          const lock = takeLock(${JSON.stringify(file)}, "race");
          appendFileSync(${JSON.stringify(path.join(folder, "log"))}, "in\\n");
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
          appendFileSync(${JSON.stringify(path.join(folder, "log"))}, "out\\n");
          lock.release();
          break;
        } catch (error) {
          if (error.name !== "LockedError" || Date.now() > end) throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        }
      }`;
    const codes = await Promise.all(
      Array.from(
        { length: 6 },
        () =>
          new Promise((resolve) =>
            spawn(process.execPath, ["-e", script], { stdio: "inherit" }).once("exit", resolve),
          ),
      ),
    );
    assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
    assert.equal(readFileSync(path.join(folder, "log"), "utf8"), "in\nout\n".repeat(6));
    rmSync(path.join(folder, "log"));
  });
});

describe("temporary folders", () => {
  it("are abandoned when their process is dead; a folder that only has such a name is nobody's business", () => {
    const mine = tempFolder("build");
    const abandoned = tempFolder("build");
    writeFileSync(path.join(abandoned, ".mesos-matrix-owner"), deadProcess());
    const foreign = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-build-"));
    try {
      const found = abandonedTempFolders();
      assert.ok(found.includes(abandoned));
      assert.ok(!found.includes(mine) && !found.includes(foreign));
      removeTempFolder(abandoned);
      assert.ok(!existsSync(abandoned));
    } finally {
      for (const folder of [mine, abandoned, foreign]) rmSync(folder, { recursive: true, force: true });
    }
  });
});
