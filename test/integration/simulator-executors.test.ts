import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { freePort, leaderOf, Programs, read, registered, until, needsZooKeeper } from "./simulator-harness";
import { TestScheduler } from "./simulator-scheduler";

needsZooKeeper();

const scalars = (amounts: Record<string, number>): object[] =>
  Object.entries(amounts).map(([name, value]) => ({ name, type: "SCALAR", scalar: { value } }));

async function scene(
  programs: Programs,
  tag: string,
  info: Record<string, unknown> = {},
  flags: string[] = [],
) {
  const master = await programs.master({ tag });
  const agent = await programs.agent({ tag, flags });
  await leaderOf([master], 1);
  return { master, agent, scheduler: await TestScheduler.subscribe(master, info) };
}

describe("custom executors on a simulated agent", function () {
  this.timeout(90_000);

  const custom = (more: Record<string, unknown> = {}) => ({
    command: undefined,
    executor: {
      executor_id: { value: "e1" },
      name: "own",
      command: { value: `exec ${process.execPath} ${join(__dirname, "simulator-executor.js")}` },
      resources: scalars({ cpus: 0.1, mem: 32 }),
      ...more,
    },
  });

  const send = (scheduler: TestScheduler, agentId: string, text: string): Promise<void> =>
    scheduler.call({
      type: "MESSAGE",
      message: {
        agent_id: { value: agentId },
        executor_id: { value: "e1" },
        data: Buffer.from(text).toString("base64"),
      },
    });

  it("run tasks, pass messages both ways, kill, and come back after the agent's restart", async () => {
    await using programs = new Programs();
    const { master, agent, scheduler: first } = await scene(programs, "1.8.0", { checkpoint: true });
    using scheduler = first;
    const agentId = await scheduler.launch("t1", "", 0.1, custom());
    const running = await scheduler.reached("t1", "TASK_RUNNING");
    assert.deepEqual([running.executor_id?.value, running.data], ["e1", "dXA="]);
    await scheduler.launch("t2", "", 0.1, custom());
    await scheduler.reached("t2", "TASK_RUNNING");
    await send(scheduler, agentId, "ping");
    await until("the message is sent back", () => scheduler.events.find(({ type }) => type === "MESSAGE"));
    const state = (await read(agent, "/state")) as {
      frameworks: { executors: { id: string; name: string; directory: string; tasks: object[] }[] }[];
    };
    const [executor] = state.frameworks[0]!.executors;
    assert.deepEqual([executor?.id, executor?.name, executor?.tasks.length], ["e1", "own", 2]);
    const heard = readFileSync(join(executor!.directory, "stdout"), "utf8");
    const [subscribed] = heard
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, object>);
    assert.deepEqual(Object.keys(subscribed?.subscribed ?? {}).sort(), [
      "agent_info",
      "container_id",
      "executor_info",
      "framework_info",
    ]);
    agent.child.kill("SIGKILL");
    await agent.gone;
    await leaderOf([master], 0);
    const { port, workDir } = agent;
    await registered(await programs.agent({ tag: "1.8.0", port, workDir }));
    await leaderOf([master], 1);
    const grace_period = { nanoseconds: 5e8 };
    const kill = { task_id: { value: "t2" }, kill_policy: { grace_period } };
    await scheduler.call({ type: "KILL", kill });
    assert.equal((await scheduler.reached("t2", "TASK_KILLED")).message, JSON.stringify({ grace_period }));
    await send(scheduler, agentId, "finish t1");
    await scheduler.reached("t1", "TASK_FINISHED");
    assert.ok(!scheduler.updates.some(({ state: last }) => last === "TASK_LOST"));
    await scheduler.call({
      type: "SHUTDOWN",
      shutdown: { agent_id: { value: agentId }, executor_id: { value: "e1" } },
    });
    await until("the executor is gone", () => scheduler.events.find(({ type }) => type === "FAILURE"));
  });

  it("take their tasks with them when they exit, and their framework hears the status", async () => {
    await using programs = new Programs();
    const { scheduler: first } = await scene(programs, "1.11.0");
    using scheduler = first;
    const agentId = await scheduler.launch("t1", "", 0.1, custom());
    await scheduler.reached("t1", "TASK_RUNNING");
    await send(scheduler, agentId, "exit 7");
    const failed = await scheduler.reached("t1", "TASK_FAILED");
    assert.deepEqual([failed.message, failed.reason], ["Executor terminated", "REASON_EXECUTOR_TERMINATED"]);
    const failure = await until("FAILURE", () => scheduler.events.find(({ type }) => type === "FAILURE"));
    assert.deepEqual((failure as unknown as { failure: object }).failure, {
      agent_id: { value: agentId },
      executor_id: { value: "e1" },
      status: 7 * 256,
    });
  });

  it("are killed where they do not subscribe in time", async () => {
    await using programs = new Programs();
    const flags = ["--executor_registration_timeout=1secs"];
    const { scheduler: first } = await scene(programs, "1.0.4", {}, flags);
    using scheduler = first;
    await scheduler.launch("t1", "", 0.1, custom({ command: { value: "sleep 600" } }));
    const { message, reason } = await scheduler.reached("t1", "TASK_FAILED");
    assert.equal(message, "Executor did not register within 1secs");
    assert.equal(reason, "REASON_EXECUTOR_REGISTRATION_TIMEOUT");
  });

  it("are answered as by Mesos where their calls are wrong", async () => {
    await using programs = new Programs();
    const { agent } = await scene(programs, "1.8.0");
    const ids = { framework_id: { value: "f" }, executor_id: { value: "e" } };
    for (const [body, status, text] of [
      ["{", 400, /^Failed to parse body into JSON/],
      [JSON.stringify({ ...ids }), 400, /Expecting 'type' to be present/],
      [JSON.stringify({ ...ids, type: "SUBSCRIBE" }), 400, /Expecting 'subscribe' to be present/],
      [JSON.stringify({ ...ids, type: "SUBSCRIBE", subscribe: {} }), 400, /Framework cannot be found/],
    ] as const) {
      const response = await fetch(`http://127.0.0.1:${agent.port}/api/v1/executor`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
      });
      assert.equal(response.status, status);
      assert.match(await response.text(), text);
    }
  });
});

describe("task groups on a simulated agent", function () {
  this.timeout(90_000);

  async function launchGroup(scheduler: TestScheduler, commands: Record<string, string>): Promise<void> {
    const offer = await until("an offer", () => scheduler.offers.shift());
    const tasks = Object.entries(commands).map(([id, value]) => ({
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: scalars({ cpus: 0.1, mem: 32 }),
      command: { value },
    }));
    const executor = {
      type: "DEFAULT",
      executor_id: { value: "pod" },
      resources: scalars({ cpus: 0.1, mem: 32, disk: 10 }),
    };
    const operation = { type: "LAUNCH_GROUP", launch_group: { executor, task_group: { tasks } } };
    const accept = { offer_ids: [offer.id], operations: [operation], filters: { refuse_seconds: 0 } };
    await scheduler.call({ type: "ACCEPT", accept });
  }

  it("run together under one executor, each in a sandbox of its own, and end together when one fails", async () => {
    await using programs = new Programs();
    const capabilities = [{ type: "TASK_KILLING_STATE" }];
    const { agent, scheduler: first } = await scene(programs, "1.11.0", { capabilities });
    using scheduler = first;
    const marker = join(agent.workDir, "go-on");
    await launchGroup(scheduler, {
      a: `while [ ! -e ${marker} ]; do sleep 0.05; done; exit 5`,
      b: "echo $PWD; exec sleep 600",
    });
    const [a, b] = await Promise.all(["a", "b"].map((id) => scheduler.reached(id, "TASK_RUNNING")));
    const containers = [a, b].map((one) => one!.container_status!.container_id);
    assert.notEqual(containers[0]!.value, containers[1]!.value);
    assert.deepEqual(containers[0]!.parent, containers[1]!.parent);
    assert.deepEqual([a!.executor_id, b!.executor_id], [{ value: "pod" }, { value: "pod" }]);
    writeFileSync(marker, "");
    assert.equal((await scheduler.reached("a", "TASK_FAILED")).message, "Command exited with status 5");
    await scheduler.reached("b", "TASK_KILLING");
    await scheduler.reached("b", "TASK_KILLED");
    await until("the executor is gone", () => scheduler.events.find(({ type }) => type === "FAILURE"));
    const state = (await read(agent, "/state")) as {
      completed_frameworks: { completed_executors: { directory: string }[] }[];
    };
    const sandbox = state.completed_frameworks[0]!.completed_executors[0]!.directory;
    const own = join(sandbox, "containers", containers[1]!.value);
    assert.equal(readFileSync(join(sandbox, "tasks", "b", "stdout"), "utf8"), `${own}\n`);
  });
});

describe("health checks on a simulated agent", function () {
  this.timeout(90_000);

  const times = { delay_seconds: 0, interval_seconds: 0.2, timeout_seconds: 2, grace_period_seconds: 0 };

  it("by HTTP, TCP and command are told as healthy, and kill a task that fails them too often", async () => {
    await using programs = new Programs();
    const { agent, scheduler: first } = await scene(programs, "1.8.0");
    using scheduler = first;
    const port = await freePort();
    let status = 200;
    const web = await listen(
      createServer((_, out) => out.writeHead(status).end()),
      port,
    );
    try {
      for (const [id, check] of Object.entries({
        http: { type: "HTTP", http: { port, path: "/health" } },
        tcp: { type: "TCP", tcp: { port } },
        command: {
          type: "COMMAND",
          command: { value: '[ -n "$MESOS_TASK_ID" ] && [ -d "$MESOS_SANDBOX" ]' },
        },
      })) {
        const health_check = { ...times, consecutive_failures: 2, ...check };
        await scheduler.launch(id, "exec sleep 600", 0.1, { health_check });
        const healthy = await until(`${id} is healthy`, () =>
          scheduler.updates.find((one) => one.task_id.value === id && one.healthy === true),
        );
        assert.equal(healthy.reason, "REASON_TASK_HEALTH_CHECK_STATUS_UPDATED");
      }
      status = 500;
      const killed = await scheduler.reached("http", "TASK_KILLED");
      assert.equal(killed.healthy, false);
      const unhealthy = scheduler.updates.filter(
        (one) => one.task_id.value === "http" && one.healthy === false,
      );
      assert.equal(unhealthy.length, 3, "two failures and the end");
      assert.ok(!scheduler.updates.some((one) => one.task_id.value === "tcp" && one.healthy === false));
      assert.equal((await read(agent, "/metrics/snapshot"))?.["slave/tasks_running"], 2);
    } finally {
      web.close();
    }
  });

  it("of the general kind tell each new result", async () => {
    await using programs = new Programs();
    const { agent, scheduler: first } = await scene(programs, "1.11.0");
    using scheduler = first;
    const marker = join(agent.workDir, "go-on");
    const command = { command: { value: `[ -e ${marker} ]` } };
    await scheduler.launch("t1", "sleep 600", 0.1, {
      check: { ...times, grace_period_seconds: undefined, type: "COMMAND", command },
    });
    const code = (wanted: number) =>
      until(`exit code ${wanted}`, () =>
        scheduler.updates.find(({ check_status }) => check_status?.command?.exit_code === wanted),
      );
    assert.equal((await code(1)).reason, "REASON_TASK_CHECK_STATUS_UPDATED");
    writeFileSync(marker, "");
    await code(0);
  });
});

describe("what a task's command names by URI", function () {
  this.timeout(90_000);

  it("is fetched into the sandbox: extracted, made executable, under another name", async () => {
    await using programs = new Programs();
    const { scheduler: first, agent } = await scene(programs, "1.8.0", {}, [
      `--frameworks_home=${programs.folder}`,
    ]);
    using scheduler = first;
    const folder = join(programs.folder, "site");
    mkdirSync(folder);
    writeFileSync(join(folder, "inside"), "packed\n");
    execFileSync("tar", ["-C", folder, "-czf", join(folder, "all.tar.gz"), "inside"]);
    writeFileSync(join(folder, "tool.sh"), "#!/bin/sh\necho tool $1\n");
    const port = await freePort();
    const web = await listen(
      createServer((incoming, out) => {
        const file = join(folder, incoming.url ?? "");
        if (existsSync(file)) out.end(readFileSync(file));
        else out.writeHead(404).end();
      }),
      port,
    );
    try {
      const uris = [
        { value: `http://127.0.0.1:${port}/all.tar.gz` },
        { value: "site/tool.sh", executable: true, output_file: "bin/tool" },
        { value: `file://${folder}/all.tar.gz`, extract: false, output_file: "kept.tar.gz" },
      ];
      const value = "cat inside; bin/tool ran; test -s kept.tar.gz";
      await scheduler.launch("t1", "", 0.1, { command: { value, uris } });
      await scheduler.reached("t1", "TASK_FINISHED");
      const sandbox = `/frameworks/${scheduler.id.value}/executors/t1/runs/latest`;
      const files = (await read(agent, `/files/browse?path=${sandbox}`)) as unknown as { path: string }[];
      assert.deepEqual(
        files.map(({ path }) => path.slice(sandbox.length)),
        ["/all.tar.gz", "/bin", "/inside", "/kept.tar.gz", "/stderr", "/stdout"],
      );
      const said = await read(agent, `/files/read?path=${sandbox}/stdout&offset=0`);
      assert.deepEqual(said, { offset: 0, data: "packed\ntool ran\n" });
      const missing = [{ value: `http://127.0.0.1:${port}/nothing` }];
      await scheduler.launch("t2", "", 0.1, { command: { value: "true", uris: missing } });
      const failed = await scheduler.reached("t2", "TASK_FAILED");
      assert.match(
        failed.message ?? "",
        /^Failed to launch container: Failed to fetch all URIs for container '[^']+': exited with status 1$/,
      );
    } finally {
      web.close();
    }
  });
});

describe("what a simulated agent tells of its tasks", function () {
  this.timeout(90_000);

  it("is what their processes use, and its log where --log_dir asks for one", async () => {
    await using programs = new Programs();
    const logs = join(programs.folder, "logs");
    const { agent, scheduler: first } = await scene(programs, "1.8.0", {}, [`--log_dir=${logs}`]);
    using scheduler = first;
    await scheduler.launch("busy", "while :; do :; done");
    const { container_status } = await scheduler.reached("busy", "TASK_RUNNING");
    const used = await until("a tenth of a second was used", async () => {
      const all = (await read(agent, "/monitor/statistics")) as unknown as Used[];
      return all.find(({ statistics }) => statistics.cpus_user_time_secs! > 0.1);
    });
    assert.deepEqual(
      [used.executor_id, used.source, used.statistics.cpus_limit, used.statistics.mem_limit_bytes],
      ["busy", "busy", 0.1, 32 * 2 ** 20],
    );
    assert.ok(used.statistics.mem_rss_bytes! > 0);
    const [container] = (await read(agent, "/containers")) as unknown as [Used & { status: object }];
    assert.deepEqual(container.status, {
      container_id: { value: container_status!.container_id.value },
      executor_pid: container_status!.executor_pid,
    });
    const log = (await read(agent, "/files/read?path=/slave/log&offset=0")) as { data: string };
    assert.match(log.data, /^I\d{4} .*This is simulated by mesos-matrix, in place of Mesos 1\.8\.0\n/);
  });
});

interface Used {
  readonly executor_id: string;
  readonly source: string;
  readonly statistics: Readonly<Record<string, number>>;
}

async function listen(web: Server, port: number): Promise<Server> {
  await new Promise<void>((resolve) => web.listen(port, "127.0.0.1", resolve));
  return web;
}
