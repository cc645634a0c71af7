import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ownProcess } from "../../automation/housekeeping/process-name";
import { findImage } from "../../automation/images/engine";
import { docker } from "../../readiness/docker";
import { cli, labelled, Scratch, start, uniqueName } from "./harness";
import { matrixFile } from "./matrix-file";

interface Listed {
  readonly name: string;
  readonly expires?: string;
  readonly created: string;
  readonly target: string;
  readonly running: number;
}

async function listed(env: Readonly<Record<string, string>>): Promise<Listed[]> {
  const { code, stdout, stderr } = await cli(["ls", "--json"], { env });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Listed[];
}

/** Something of a cluster on the engine: a network, a volume, a container that was never started. */
async function remains(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const words = Object.entries(labels).flatMap(([key, value]) => ["--label", `mesos-matrix.${key}=${value}`]);
  const image = await anyImage();
  await docker(["network", "create", ...words, `${name}-net`]);
  await docker(["volume", "create", ...words, `${name}-agent-1-work-0123abcd`]);
  await docker([
    "container",
    "create",
    "--name",
    `${name}-agent-1`,
    "--volume",
    `${name}-agent-1-work-0123abcd:/data`,
    ...words,
    "--label",
    "mesos-matrix.role=agent",
    image,
    "true",
  ]);
}

async function anyImage(): Promise<string> {
  const id = (await findImage("debian:bookworm"))?.id;
  if (id !== undefined) return id;
  return (await docker(["image", "ls", "--quiet"])).split("\n")[0] ?? "";
}

function deadProcess(): string {
  const pid = Number(
    execFileSync(process.execPath, ["-e", "console.log(process.pid)"], { encoding: "utf8" }),
  );
  return ownProcess().replace(/^\d+\.\d+/, `${pid}.1`);
}

describe("mesos-matrix gc, ls, extend, status and wait", function () {
  const scratch = new Scratch();
  // Records of this test's own, so that nobody else's clusters are in its way; the engine is shared.
  const pulumi = path.join(scratch.path, "pulumi");
  mkdirSync(pulumi);
  const env = {
    XDG_STATE_HOME: path.join(scratch.path, "state"),
    PULUMI_BACKEND_URL: `file://${pulumi}`,
    PULUMI_CONFIG_PASSPHRASE: "of this test",
  };
  const live = uniqueName("live");
  const [expired, ownerless, foreign, other] = ["expired", "dead", "foreign", "other"].map(uniqueName) as [
    string,
    string,
    string,
    string,
  ];
  const task = "mesos-0123abcd-4567-89ab-cdef-0123456789ab";
  const strange = "mesos-ffffffff-4567-89ab-cdef-0123456789ab";

  before(async () => {
    const cluster = { mesos: { version: "1.11.0", image: "simulator" }, timings: "fast", ttl: "2h" };
    const file = scratch.file(
      "c.yaml",
      JSON.stringify({ apiVersion: "mesos-matrix/v1", kind: "Cluster", name: live, cluster }),
    );
    const { code, stderr } = await cli(["up", file], { env });
    assert.equal(code, 0, stderr);
    const [past, future] = ["2020-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"];
    await remains(expired, { cluster: expired, run: "aaaa", cell: expired, expires: past });
    await remains(ownerless, {
      cluster: ownerless,
      run: "bbbb",
      cell: "mesos=1.9.0",
      owner: deadProcess(),
      expires: future,
    });
    await remains(other, {
      cluster: other,
      run: "cccc",
      cell: other,
      owner: "77.1@another-boot",
      expires: future,
    });
    // Somebody else's, who uses one of our labels for a purpose of his own.
    await remains(foreign, { cluster: foreign, expires: past });
    const data = (
      await docker(["volume", "inspect", "--format", "{{.Mountpoint}}", `${ownerless}-agent-1-work-0123abcd`])
    ).trim();
    const sandbox = path.join(data, "slaves", "S0", "frameworks", "F0", "executors", "t", "runs", "latest");
    mkdirSync(sandbox, { recursive: true });
    const image = await anyImage();
    await docker([
      "container",
      "create",
      "--name",
      task,
      "--volume",
      `${sandbox}:/mnt/mesos/sandbox`,
      image,
      "true",
    ]);
    await docker(["container", "create", "--name", strange, image, "true"]);
  });
  after(async () => {
    await cli(["down", live], { env });
    await docker(["container", "rm", "--force", task, strange]).catch(() => "");
    for (const name of [expired, ownerless, foreign, other]) {
      await docker(["container", "rm", "--force", `${name}-agent-1`]).catch(() => "");
      await docker(["network", "rm", `${name}-net`]).catch(() => "");
      await docker(["volume", "rm", `${name}-agent-1-work-0123abcd`]).catch(() => "");
    }
    scratch[Symbol.dispose]();
  });

  it("lists clusters with age, expiry and target without asking Pulumi", async () => {
    // A program that is no Pulumi: ls would fail if it asked.
    const broken = { ...env, PULUMI_BACKEND_URL: "file:///nowhere/at/all" };
    const found = (await listed(broken)).find(({ name }) => name === live);
    assert.equal(found?.target, "local");
    assert.equal(found.running, 3);
    const life = Date.parse(found.expires ?? "") - Date.parse(found.created);
    assert.ok(life > 6_900_000 && life < 7_500_000, `${life} ms is about two hours`);
    const { stdout } = await cli(["ls"], { env });
    assert.match(stdout, /^NAME +RUNNING +AGE +EXPIRES +TARGET +STATE$/m);
    assert.match(stdout, new RegExp(`^${live} +3/3 +\\d+ (?:s|min) +in \\d+ (?:min|h) +local$`, "m"));
    assert.match(stdout, new RegExp(`^${ownerless} .*run bbbb is dead`, "m"));
  });

  it("lets a cluster live longer without replacing a container", async () => {
    const ids = await docker(["ps", "--quiet", "--filter", `label=mesos-matrix.cluster=${live}`]);
    const { code, stdout } = await cli(["extend", live, "--ttl", "5h"], { env });
    assert.equal(code, 0);
    const json = await cli(["extend", live, "--ttl", "6h", "--json"], { env });
    const { expires: until } = JSON.parse(json.stdout) as { expires: string };
    assert.ok(until > (/lives until (\S+)/.exec(stdout)?.[1] ?? "Z"));
    assert.equal((await listed(env)).find(({ name }) => name === live)?.expires, until);
    // Seen by whoever shares the engine, without our records.
    const elsewhere = { XDG_STATE_HOME: path.join(scratch.path, "another") };
    assert.equal((await listed(elsewhere)).find(({ name }) => name === live)?.expires, until);
    assert.equal(await docker(["ps", "--quiet", "--filter", `label=mesos-matrix.cluster=${live}`]), ids);
    const none = await cli(["extend", uniqueName("none"), "--ttl", "5h"], { env });
    assert.equal(none.code, 3);
    const bad = await cli(["extend", live, "--ttl", "5"], { env });
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /"5" has no unit/);
  });

  it("tells the state of every node, and waits until a cluster is ready again", async () => {
    const good = await cli(["status", live], { env });
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /^master-1 +running +1\.11\.0 +leads$/m);
    await docker(["stop", "--time", "1", `${live}-agent-1`]);
    const bad = await cli(["status", live, "--json"], { env });
    assert.equal(bad.code, 4);
    const { missing } = JSON.parse(bad.stdout) as { missing: string[] };
    assert.ok(missing.some((condition) => condition.includes(`${live}-agent-1`)));
    await docker(["start", `${live}-agent-1`]);
    const waited = await cli(["wait", live, "--timeout", "90s"], { env });
    assert.equal(waited.code, 0, waited.stderr);
    assert.match(waited.stdout, /is ready: leading master master-1/);
    const json = await cli(["wait", live, "--json"], { env });
    assert.deepEqual(JSON.parse(json.stdout), { cluster: live, ready: true, leader: "master-1" });
  });

  it("removes exactly what is expired or ownerless, with its tasks, and says why the rest stays", async () => {
    const dry = await cli(["gc", "--dry-run"], { env });
    assert.equal(dry.code, 0, dry.stderr);
    for (const name of [expired, ownerless])
      assert.match(dry.stdout, new RegExp(`^${name}: would be removed`, "m"));
    assert.equal((await labelled(`mesos-matrix.cluster=${expired}`)).length, 3, "nothing is removed yet");

    const { code, stdout, stderr } = await cli(["gc"], { env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^${expired}: removed: it expired at 2020-01-01`, "m"));
    assert.match(stdout, new RegExp(`^${ownerless}: removed: its runner, process \\d+, is dead`, "m"));
    assert.match(stdout, new RegExp(`^${live}: stays: it lives until`, "m"));
    assert.match(stdout, new RegExp(`^${other}: stays: its runner is, or was, on another machine`, "m"));
    assert.match(stdout, new RegExp(`^${foreign}: stays: it carries no label of a run`, "m"));
    for (const name of [expired, ownerless])
      assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
    for (const name of [foreign, other])
      assert.equal((await labelled(`mesos-matrix.cluster=${name}`)).length, 3);
    const containers = (await docker(["ps", "--all", "--format", "{{.Names}}"])).split("\n");
    assert.ok(!containers.includes(task), "a task of the ownerless cluster's agent is gone");
    assert.ok(containers.includes(strange), "a container that only has such a name stays");
    assert.ok(containers.includes(`${live}-master-1`));
  });

  it("keeps stacks in the backend that is named, and removes them there", async () => {
    const backend = path.join(scratch.path, "backend");
    mkdirSync(backend);
    const words = ["--backend", `file://${backend}`];
    const name = uniqueName("be");
    const up = await cli([...words, "up", "--mesos", "1.11.0", "--image", "simulator", "--name", name], {
      env,
    });
    assert.equal(up.code, 0, up.stderr);
    const stacks = path.join(backend, ".pulumi", "stacks", "mesos-matrix");
    assert.ok(readdirSync(stacks).includes(`${name}.json`));
    const down = await cli([...words, "down", name], { env });
    assert.equal(down.code, 0, down.stderr);
    assert.ok(!existsSync(path.join(stacks, `${name}.json`)));
    const bad = await cli(["--backend", "nonsense", "ls"], { env });
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /it must be a URL/);
  });
});

describe("two runs in one folder", function () {
  it("do not run at once: the second says who holds the lock and how to proceed, and leaves no trace", async () => {
    using scratch = new Scratch();
    const file = scratch.file("m.yaml", matrixFile({ command: ["sh", "-c", "sleep 600"] }));
    const out = path.join(scratch.path, "out");
    const first = start(["bin/mesos-matrix", "run", file, "--out", out]);
    await first.sees(/: create/);
    const second = await cli(["run", file, "--out", out]);
    assert.equal(second.code, 3, second.stderr);
    const pid = String((JSON.parse(readFileSync(path.join(out, ".lock"), "utf8")) as { pid: number }).pid);
    assert.match(
      second.stderr,
      new RegExp(`another run uses .*: process ${pid} has held the lock since .* \\(run `),
    );
    assert.match(second.stderr, /wait for its end, or give this run a folder of its own with --out/);
    assert.equal(readdirSync(out).filter((name) => name !== ".lock").length, 1, "one run has a folder");
    first.child.kill("SIGINT");
    assert.equal((await first.ended).code, 130);
    assert.ok(!existsSync(path.join(out, ".lock")));
    // A runner that was killed holds nothing.
    writeFileSync(path.join(out, ".lock"), JSON.stringify({ process: deadProcess() }));
    const third = await cli(["run", file, "--out", out, "--dry-run"]);
    assert.equal(third.code, 0, third.stderr);
  });
});
