import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  agentsOf,
  exitOf,
  leaderOf,
  Programs,
  read,
  registered,
  until,
  needsZooKeeper,
  type Program,
} from "./simulator-harness";
import { TestScheduler } from "./simulator-scheduler";

needsZooKeeper();

/** A master and an agent, with a scheduler that wants its tasks to outlive the agent, or not. */
async function scene(programs: Programs, tag: string, checkpoint: boolean, flags: string[] = []) {
  const master = await programs.master({ tag });
  const agent = await programs.agent({ tag, flags });
  await leaderOf([master], 1);
  return { master, agent, scheduler: await TestScheduler.subscribe(master, { checkpoint }) };
}

/** Another life of an agent. */
function again(programs: Programs, tag: string, { port, workDir }: Program, flags: string[] = []) {
  return programs.agent({ tag, port, workDir, flags });
}

/** Whether a process runs; one that nobody waited for does not. */
function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;
}

describe("tasks of a framework that checkpoints", function () {
  this.timeout(120_000);

  for (const [tag, signal] of [
    ["0.28.3", "SIGKILL"],
    ["1.11.0", "SIGTERM"],
  ] as const) {
    it(`go on while their agent restarts, and end as they would have (${tag}, ${signal})`, async () => {
      await using programs = new Programs();
      const { master, agent, scheduler: first } = await scene(programs, tag, true);
      using scheduler = first;
      const marker = join(agent.workDir, "go-on");
      await scheduler.launch("t1", `while [ ! -e ${marker} ]; do sleep 0.05; done; exit 3`);
      await scheduler.launch("t2", `while [ ! -e ${marker} ]; do sleep 0.05; done`);
      const { executor_pid: pid } = (await scheduler.reached("t1", "TASK_RUNNING")).container_status!;
      await scheduler.reached("t2", "TASK_RUNNING");
      const [before] = await agentsOf(master);
      agent.child.kill(signal);
      await agent.gone;
      await leaderOf([master], 0);
      assert.ok(runs(pid!), "it outlives the agent");
      await registered(await again(programs, tag, agent));
      await leaderOf([master], 1);
      assert.deepEqual(
        (await agentsOf(master)).map(({ id }) => id),
        [before!.id],
      );
      assert.ok(runs(pid!), "it goes on");
      assert.ok(!scheduler.updates.some(({ state }) => state === "TASK_LOST"));
      writeFileSync(marker, "");
      assert.equal((await scheduler.reached("t1", "TASK_FAILED")).message, "Command exited with status 3");
      await scheduler.reached("t2", "TASK_FINISHED");
    });
  }

  it("that end while the agent is away are told of when it is back, and can be killed then", async () => {
    await using programs = new Programs();
    const { master, agent, scheduler: first } = await scene(programs, "1.8.0", true);
    using scheduler = first;
    const marker = join(agent.workDir, "go-on");
    await scheduler.launch("ends", `while [ ! -e ${marker} ]; do sleep 0.05; done`);
    await scheduler.launch("stays", "sleep 600");
    const { executor_pid: pid } = (await scheduler.reached("ends", "TASK_RUNNING")).container_status!;
    await scheduler.reached("stays", "TASK_RUNNING");
    agent.child.kill("SIGKILL");
    await agent.gone;
    writeFileSync(marker, "");
    await until("the task has ended", () => (runs(pid!) ? undefined : true));
    await again(programs, "1.8.0", agent);
    await leaderOf([master], 1);
    assert.equal((await scheduler.reached("ends", "TASK_FINISHED")).message, "Command exited with status 0");
    await scheduler.call({ type: "KILL", kill: { task_id: { value: "stays" } } });
    const killed = await scheduler.reached("stays", "TASK_KILLED");
    assert.equal(killed.message, "Command terminated with signal Terminated");
  });

  it("whose updates nobody acknowledged have them sent again by the agent's next life", async () => {
    await using programs = new Programs();
    const { master, agent, scheduler: first } = await scene(programs, "1.4.3", true);
    const marker = join(agent.workDir, "go-on");
    await first.launch("t1", `while [ ! -e ${marker} ]; do sleep 0.05; done`);
    await first.reached("t1", "TASK_RUNNING");
    first[Symbol.dispose]();
    writeFileSync(marker, "");
    await until("the agent knows", async () => {
      const metrics = await read(agent, "/metrics/snapshot");
      return metrics?.["slave/tasks_finished"] === 1 ? true : undefined;
    });
    agent.child.kill("SIGKILL");
    await agent.gone;
    await again(programs, "1.4.3", agent);
    await leaderOf([master], 1);
    using scheduler = await TestScheduler.subscribe(master, { checkpoint: true, id: first.id });
    await scheduler.reached("t1", "TASK_FINISHED");
  });

  it("whose processes went with their machine are failed by the agent's next life", async () => {
    await using programs = new Programs();
    const { master, agent, scheduler: first } = await scene(programs, "1.8.0", true);
    using scheduler = first;
    await scheduler.launch("t1", "sleep 600");
    const { executor_pid: pid } = (await scheduler.reached("t1", "TASK_RUNNING")).container_status!;
    agent.child.kill("SIGKILL");
    await agent.gone;
    process.kill(-pid!, "SIGKILL");
    await again(programs, "1.8.0", agent);
    await leaderOf([master], 1);
    const { message, reason } = await scheduler.reached("t1", "TASK_FAILED");
    assert.deepEqual([message, reason], ["Executor terminated", "REASON_EXECUTOR_TERMINATED"]);
  });

  it("end by themselves where the agent stays away for --recovery_timeout", async () => {
    await using programs = new Programs();
    const { agent, scheduler: first } = await scene(programs, "1.8.0", true, ["--recovery_timeout=1secs"]);
    using scheduler = first;
    await scheduler.launch("t1", "sleep 600");
    const { executor_pid: pid } = (await scheduler.reached("t1", "TASK_RUNNING")).container_status!;
    agent.child.kill("SIGKILL");
    await until("the task is ended", () => (runs(pid!) ? undefined : true));
  });

  it("are ended by --recover=cleanup, after which the agent leaves", async () => {
    await using programs = new Programs();
    const { agent, scheduler: first } = await scene(programs, "1.8.0", true);
    using scheduler = first;
    await scheduler.launch("t1", "sleep 600");
    const { executor_pid: pid } = (await scheduler.reached("t1", "TASK_RUNNING")).container_status!;
    agent.child.kill("SIGTERM");
    await agent.gone;
    const cleaner = await again(programs, "1.8.0", agent, ["--recover=cleanup"]);
    assert.equal(await exitOf(cleaner), 0);
    assert.ok(!runs(pid!));
  });
});

describe("tasks of a framework that does not checkpoint", function () {
  this.timeout(90_000);

  it("end with their agent, however it ends, and are lost to the framework", async () => {
    await using programs = new Programs();
    const { agent, scheduler: first } = await scene(programs, "1.8.0", false);
    using scheduler = first;
    await scheduler.launch("t1", "sleep 600");
    const { executor_pid: pid } = (await scheduler.reached("t1", "TASK_RUNNING")).container_status!;
    agent.child.kill("SIGKILL");
    await until("the task is ended", () => (runs(pid!) ? undefined : true));
    await scheduler.reached("t1", "TASK_LOST");
  });
});

describe("a simulated agent with a kept work_dir", function () {
  this.timeout(60_000);

  it("refuses other attributes, and takes more of them under --reconfiguration_policy=additive", async () => {
    await using programs = new Programs();
    const { agent, scheduler, master } = await scene(programs, "1.8.0", true, ["--attributes=rack:a"]);
    scheduler[Symbol.dispose]();
    agent.child.kill("SIGTERM");
    await agent.gone;
    await leaderOf([master], 0);
    const changed = await again(programs, "1.8.0", agent, ["--attributes=rack:b"]);
    assert.equal(await exitOf(changed), 1);
    assert.match(changed.log(), /Failed to perform recovery: Incompatible agent info detected/);
    assert.match(changed.log(), /attributes changed from 'rack:a' to 'rack:b'/);
    const more = ["--attributes=rack:a;zone:z", "--reconfiguration_policy=additive"];
    await registered(await again(programs, "1.8.0", agent, more));
  });
});
