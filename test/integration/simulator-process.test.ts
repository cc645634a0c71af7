import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  agentsOf,
  exitOf,
  freePort,
  leaderOf,
  Programs,
  read,
  registered,
  until,
  needsZooKeeper,
  zooKeeper,
} from "./simulator-harness";
import { Proxy } from "./simulator-proxy";
import { TestScheduler } from "./simulator-scheduler";

needsZooKeeper();

describe("simulated masters and agents on a real ZooKeeper", function () {
  this.timeout(90_000);

  for (const tag of ["0.20.1", "0.22.2", "0.23.1", "0.28.3", "1.0.4", "1.8.0-rc3", "1.11.0"]) {
    it(`elect one of three masters and register every agent (${tag})`, async () => {
      await using programs = new Programs();
      const masters = await Promise.all([1, 2, 3].map(() => programs.master({ tag, flags: ["--quorum=2"] })));
      const agents = await Promise.all([1, 2].map(() => programs.agent({ tag })));
      await leaderOf(masters, 2);
      await Promise.all(agents.map(registered));
    });
  }

  for (const tag of ["0.22.2", "1.11.0"]) {
    it(`have a new leader after the death of the first, and agents keep their ids (${tag})`, async () => {
      await using programs = new Programs();
      const masters = await Promise.all([1, 2, 3].map(() => programs.master({ tag, flags: ["--quorum=2"] })));
      await Promise.all([1, 2].map(() => programs.agent({ tag })));
      const state = tag === "0.22.2" ? "/state.json" : "/state";
      const first = await leaderOf(masters, 2);
      const ids = async (leader: typeof first) => (await agentsOf(leader, state)).map(({ id }) => id).sort();
      const before = await ids(first);
      first.child.kill("SIGKILL");
      const second = await leaderOf(
        masters.filter((master) => master !== first),
        2,
      );
      assert.deepEqual(await ids(second), before);
    });
  }

  it("do not lead before their log has all its replicas, and give up after --registry_fetch_timeout", async () => {
    await using programs = new Programs();
    const flags = ["--quorum=2", "--registry_fetch_timeout=1secs"];
    const alone = await programs.master({ tag: "1.8.0", flags });
    assert.equal(await exitOf(alone), 1);
    assert.match(alone.log(), /Failed to recover registrar: Failed to perform fetch within 1secs/);
  });

  it("let an agent before 1.0 in up to 1.2.0 only", async () => {
    await using programs = new Programs();
    const master = await programs.master({ tag: "1.2.1" });
    const agent = await programs.agent({ tag: "0.28.3" });
    await until("the master saw it", () => (master.log().includes("older than 1.0.0") ? true : undefined));
    assert.equal((await read(agent, "/metrics/snapshot"))?.["slave/registered"], 0);
    assert.equal((await read(master, "/metrics/snapshot"))?.["master/slaves_active"], 0);
    assert.equal(agent.child.exitCode, null, "it stays up");
  });

  it("end the detection of an agent before 0.23 where a master writes JSON", async () => {
    await using programs = new Programs();
    await leaderOf([await programs.master({ tag: "0.24.0" })], 0);
    const agent = await programs.agent({ tag: "0.22.2" });
    assert.equal(await exitOf(agent), 1);
    assert.match(agent.log(), /unknown label 'json.info'/);
  });

  it("work behind a digest in the URL", async () => {
    await using programs = new Programs();
    const url = `zk://user:secret@${zooKeeper()}${programs.path}`;
    const master = await programs.master({ tag: "1.8.0" }, url);
    await programs.agent({ tag: "1.8.0" }, url);
    await leaderOf([master], 1);
    assert.ok(!master.log().includes("secret"), "the password is not logged");
  });

  it("start before ZooKeeper is there", async () => {
    await using programs = new Programs();
    await using proxy = new Proxy(await freePort(), zooKeeper());
    const url = `zk://127.0.0.1:${proxy.port}${programs.path}`;
    const master = await programs.master({ tag: "1.8.0" }, url);
    await until("it answers", () => read(master, "/flags"));
    assert.equal((await read(master, "/metrics/snapshot"))?.["master/elected"], 0);
    await proxy.open();
    await leaderOf([master], 0);
  });

  it("survive a connection that is cut, and exit as a leader whose session is over", async () => {
    await using programs = new Programs();
    await using proxy = new Proxy(await freePort(), zooKeeper());
    await proxy.open();
    const url = `zk://127.0.0.1:${proxy.port}${programs.path}`;
    const master = await programs.master({ tag: "1.8.0" }, url);
    await leaderOf([master], 0);
    proxy.cut();
    await until("it is back", () => (master.log().includes("Reconnected to ZooKeeper") ? true : undefined));
    assert.equal((await read(master, "/metrics/snapshot"))?.["master/elected"], 1);
    proxy.silence();
    assert.equal(await exitOf(master), 1);
    assert.match(master.log(), /Lost candidacy as a leader/);
  });

  it("exit with 143 on SIGTERM", async () => {
    await using programs = new Programs();
    const master = await programs.master({ tag: "1.8.0" });
    const agent = await programs.agent({ tag: "1.8.0" });
    await leaderOf([master], 1);
    master.child.kill("SIGTERM");
    agent.child.kill("SIGTERM");
    assert.deepEqual(await Promise.all([exitOf(master, 5), exitOf(agent, 5)]), [143, 143]);
  });

  it("refuse to start in the words of Mesos where flags are wrong", async () => {
    await using programs = new Programs();
    const unknown = await programs.master({ tag: "1.8.0", flags: ["--isolator=x"] });
    assert.equal(await exitOf(unknown), 1);
    assert.match(unknown.log(), /Failed to load unknown flag 'isolator'/);
    const version = await programs.master({ tag: "1.8.0", env: { MESOS_VERSION: "1.8.0" } });
    assert.equal(await exitOf(version), 1);
    assert.match(version.log(), /Failed to load value '1\.8\.0': Expecting a boolean/);
    const untold = await programs.start("mesos-master", { tag: "1.8" });
    assert.equal(await exitOf(untold), 1);
    assert.match(untold.log(), /SIMULATED_MESOS=1\.8 is no known Mesos version/);
    const tooOld = await programs.start("mesos-agent", { tag: "0.28.3" });
    assert.equal(await exitOf(tooOld), 1);
    assert.match(tooOld.log(), /use mesos-slave/);
  });
});

describe("tasks on simulated agents", function () {
  this.timeout(90_000);

  it("run as processes in sandboxes of the real layout, which the agent shows", async () => {
    await using programs = new Programs();
    const [master, agent] = [await programs.master({ tag: "1.8.0" }), await programs.agent({ tag: "1.8.0" })];
    await leaderOf([master], 1);
    using scheduler = await TestScheduler.subscribe(master);
    const agentId = await scheduler.launch("t1", 'echo "in $PWD as $MESOS_TASK_ID"; echo bad >&2');
    const last = await scheduler.reached("t1", "TASK_FINISHED");
    assert.equal(last.message, "Command exited with status 0");
    assert.deepEqual(
      scheduler.updates.map((status) => status.state),
      ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"],
    );
    const runs = join(
      agent.workDir,
      "slaves",
      agentId,
      "frameworks",
      scheduler.id.value,
      "executors/t1/runs",
    );
    const run = join(runs, last.container_status!.container_id.value);
    assert.equal(readFileSync(join(runs, "latest", "stdout"), "utf8"), `in ${run} as t1\n`);
    assert.equal(readFileSync(join(run, "stderr"), "utf8"), "bad\n");
    const shown = await read(
      agent,
      `/files/read?path=${encodeURIComponent(join(run, "stdout"))}&offset=3&length=4`,
    );
    assert.deepEqual(shown, { offset: 3, data: run.slice(0, 4) });
    const listed = await read(agent, `/files/browse?path=${encodeURIComponent(run)}`);
    assert.deepEqual(
      (listed as unknown as { path: string }[]).map(({ path }) => path),
      [join(run, "stderr"), join(run, "stdout")],
    );
  });

  it("end in TASK_FAILED, TASK_KILLED and TASK_ERROR for the reasons that Mesos has", async () => {
    await using programs = new Programs();
    const master = await programs.master({ tag: "1.8.0" });
    await programs.agent({ tag: "1.8.0" });
    await leaderOf([master], 1);
    using scheduler = await TestScheduler.subscribe(master);
    await scheduler.launch("bad", "exit 3");
    assert.equal((await scheduler.reached("bad", "TASK_FAILED")).message, "Command exited with status 3");
    await scheduler.launch("long", "sleep 600 & sleep 600; wait");
    await scheduler.reached("long", "TASK_RUNNING");
    await scheduler.call({ type: "KILL", kill: { task_id: { value: "long" } } });
    const killed = await scheduler.reached("long", "TASK_KILLED");
    assert.equal(killed.message, "Command terminated with signal Terminated");
    await scheduler.launch("big", "true", 2);
    assert.match((await scheduler.reached("big", "TASK_ERROR")).message ?? "", /more than available/);
  });

  it("go on over a change of leader: the framework comes back with its id to a master of another version", async () => {
    await using programs = new Programs();
    const first = await programs.master({ tag: "1.8.0", flags: ["--quorum=1"] });
    await leaderOf([first], 0);
    const agent = await programs.agent({ tag: "1.8.0" });
    await leaderOf([first], 1);
    const marker = join(agent.workDir, "go-on");
    const before = await TestScheduler.subscribe(first);
    const agentId = await before.launch("t1", `while [ ! -e ${marker} ]; do sleep 0.05; done`);
    await before.reached("t1", "TASK_RUNNING");
    first.child.kill("SIGKILL");
    const second = await programs.master({ tag: "1.11.0", flags: ["--quorum=1"] });
    await leaderOf([second], 1);
    using scheduler = await TestScheduler.subscribe(second, { id: before.id });
    await scheduler.call({ type: "RECONCILE", reconcile: { tasks: [{ task_id: { value: "t1" } }] } });
    assert.equal((await scheduler.reached("t1", "TASK_RUNNING")).agent_id?.value, agentId);
    spawn("touch", [marker]);
    await scheduler.reached("t1", "TASK_FINISHED");
    assert.ok(before.ended);
  });

  it("are ended with the agent, and with their framework", async () => {
    await using programs = new Programs();
    const master = await programs.master({ tag: "1.8.0" });
    const agent = await programs.agent({ tag: "1.8.0" });
    await leaderOf([master], 1);
    using scheduler = await TestScheduler.subscribe(master);
    const alive = async (id: string): Promise<() => boolean> => {
      await scheduler.launch(id, "sleep 600");
      const pid = (await scheduler.reached(id, "TASK_RUNNING")).container_status!.executor_pid!;
      return () => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;
    };
    const first = await alive("t1");
    assert.ok(first());
    await scheduler.call({ type: "TEARDOWN" });
    await until("t1 is gone with its framework", () => (first() ? undefined : true));
    using next = await TestScheduler.subscribe(master);
    await next.launch("t2", "sleep 600");
    const pid = (await next.reached("t2", "TASK_RUNNING")).container_status!.executor_pid!;
    agent.child.kill("SIGTERM");
    await exitOf(agent);
    assert.ok(!existsSync(`/proc/${pid}/cmdline`) || readFileSync(`/proc/${pid}/cmdline`).length === 0);
    assert.equal((await next.reached("t2", "TASK_LOST")).reason, "REASON_AGENT_DISCONNECTED");
  });

  it("all fail where SIMULATED_FAULT=task-launch is set", async () => {
    await using programs = new Programs();
    const master = await programs.master({ tag: "0.28.3" });
    await programs.agent({ tag: "0.28.3", env: { SIMULATED_FAULT: "task-launch" } });
    await leaderOf([master], 1);
    using scheduler = await TestScheduler.subscribe(master);
    await scheduler.launch("t1", "true");
    assert.match((await scheduler.reached("t1", "TASK_FAILED")).message ?? "", /SIMULATED_FAULT/);
  });
});

describe("a simulated agent that restarts", function () {
  this.timeout(90_000);

  it("keeps its id with the same work_dir", async () => {
    await using programs = new Programs();
    const master = await programs.master({ tag: "1.8.0" });
    const agent = await programs.agent({ tag: "1.8.0" });
    await leaderOf([master], 1);
    const [before] = await agentsOf(master);
    agent.child.kill("SIGTERM");
    await exitOf(agent);
    await leaderOf([master], 0);
    const { port, workDir } = agent;
    await programs.agent({ tag: "1.8.0", port, workDir });
    await leaderOf([master], 1);
    assert.deepEqual(
      (await agentsOf(master)).map(({ id }) => id),
      [before!.id],
    );
    assert.deepEqual(readdirSync(join(workDir, "meta", "slaves")).sort(), [before!.id, "latest"].sort());
  });

  it("refuses other resources, naming the change and the cure", async () => {
    await using programs = new Programs();
    const master = await programs.master({ tag: "1.8.0" });
    const agent = await programs.agent({ tag: "1.8.0" });
    await leaderOf([master], 1);
    agent.child.kill("SIGTERM");
    await exitOf(agent);
    const { port, workDir } = agent;
    const flags = ["--resources=cpus:2;mem:512;disk:1024;ports:[31000-31099]"];
    const changed = await programs.agent({ tag: "1.8.0", port, workDir, flags });
    assert.equal(await exitOf(changed), 1);
    assert.match(changed.log(), /Incompatible agent info detected/);
    assert.match(changed.log(), /resources changed from 'cpus\(\*\):1;.*' to 'cpus\(\*\):2;/);
    assert.ok(changed.log().includes(`rm -f ${workDir}/meta/slaves/latest`));
  });
});
