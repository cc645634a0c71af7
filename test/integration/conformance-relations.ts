import assert from "node:assert/strict";
import type { ConformanceCluster } from "./conformance-cluster";
import type { Program } from "./simulator-harness";

interface Resources {
  readonly cpus: number;
  readonly mem: number;
}

interface Task {
  readonly id: string;
  readonly slave_id: string;
  readonly framework_id: string;
  readonly state: string;
  readonly resources: Resources;
  readonly statuses: readonly { readonly timestamp: number }[];
}

interface Framework {
  readonly id: string;
  readonly registered_time: number;
  readonly unregistered_time: number;
  readonly tasks: readonly Task[];
  readonly completed_tasks: readonly Task[];
  readonly used_resources: Resources;
}

interface State {
  readonly id: string;
  readonly pid: string;
  readonly leader: string;
  readonly leader_info: { readonly id: string; readonly pid: string };
  readonly start_time: number;
  readonly elected_time: number;
  readonly activated_slaves: number;
  readonly flags: Readonly<Record<string, string>>;
  readonly slaves: readonly {
    readonly id: string;
    readonly pid: string;
    readonly hostname: string;
    readonly port: number;
    readonly registered_time: number;
    readonly used_resources: Resources;
  }[];
  readonly frameworks: readonly Framework[];
  readonly completed_frameworks: readonly Framework[];
}

async function get<T>({ port }: Program, path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}

/** Ids are of one master, and counted up. */
export async function assertIdsRelate({ leader, agent }: ConformanceCluster): Promise<void> {
  const state = await get<State>(leader, "/state");
  assert.match(state.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual([state.leader, state.leader_info.pid], [state.pid, state.pid]);
  assert.equal(state.leader_info.id, state.id);
  assert.deepEqual(
    state.slaves.map(({ id }) => id).sort(),
    [0, 1, 2, 3, 4].map((n) => `${state.id}-S${n}`),
  );
  const frameworks = [...state.completed_frameworks, ...state.frameworks];
  assert.deepEqual(
    frameworks.map(({ id }) => id),
    ["0000", "0001", "0002"].map((n) => `${state.id}-${n}`),
  );
  const tasks = frameworks.flatMap(({ tasks: some, completed_tasks }) => [...some, ...completed_tasks]);
  for (const task of tasks) {
    assert.ok(state.slaves.some(({ id }) => id === task.slave_id));
    assert.ok(frameworks.some(({ id }) => id === task.framework_id));
  }
  const own = await get<{ id: string; pid: string }>(agent, "/state");
  const seen = state.slaves.find(({ id }) => id === own.id);
  assert.deepEqual([seen?.pid, seen?.port], [own.pid, agent.port]);
  const registry = await get<{ slaves: { slaves: { info: { id: { value: string } } }[] } }>(
    leader,
    "/registrar(1)/registry",
  );
  assert.deepEqual(
    registry.slaves.slaves.map(({ info }) => info.id.value).sort(),
    state.slaves.map(({ id }) => id).sort(),
  );
}

/** Each thing happened after what it needs. */
export async function assertTimesRelate({ leader }: ConformanceCluster): Promise<void> {
  const state = await get<State>(leader, "/state");
  const rises = (...times: number[]): void =>
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  rises(state.start_time, state.elected_time, Date.now() / 1000);
  for (const agent of state.slaves) rises(state.elected_time, agent.registered_time, Date.now() / 1000);
  for (const { registered_time, unregistered_time } of state.completed_frameworks) {
    rises(state.elected_time, registered_time, unregistered_time, Date.now() / 1000);
  }
  for (const { registered_time, tasks, unregistered_time } of state.frameworks) {
    assert.equal(unregistered_time, 0);
    for (const { statuses } of tasks) {
      rises(registered_time, ...statuses.map(({ timestamp }) => timestamp), Date.now() / 1000);
    }
  }
}

/** What is counted in one place is what is listed in the others. */
export async function assertCountsRelate({ leader, agent }: ConformanceCluster): Promise<void> {
  const state = await get<State>(leader, "/state");
  const metrics = await get<Record<string, number>>(leader, "/metrics/snapshot");
  const summary = await get<{
    slaves: { id: string; TASK_RUNNING: number }[];
    frameworks: { TASK_RUNNING: number }[];
  }>(leader, "/state-summary");
  const tasks = state.frameworks.flatMap((framework) => framework.tasks);
  const running = tasks.filter((task) => task.state === "TASK_RUNNING").length;
  const total = (list: readonly { TASK_RUNNING: number }[]): number =>
    list.reduce((sum, one) => sum + one.TASK_RUNNING, 0);
  assert.equal(running, 1);
  assert.deepEqual([total(summary.slaves), total(summary.frameworks)], [running, running]);
  assert.equal(metrics["master/tasks_running"], running);
  assert.equal(metrics["master/tasks_finished"], 1);
  assert.equal(metrics["master/slaves_active"], state.slaves.length);
  assert.equal(metrics["master/slave_registrations"], state.slaves.length);
  assert.equal(metrics["master/frameworks_active"], state.frameworks.length);
  assert.equal(state.activated_slaves, state.slaves.length);
  const used = (name: keyof Resources): number =>
    state.slaves.reduce((sum, { used_resources }) => sum + used_resources[name], 0);
  assert.equal(metrics["master/cpus_used"], used("cpus"));
  assert.equal(metrics["master/mem_used"], used("mem"));
  const held = state.frameworks.reduce((sum, { used_resources }) => sum + used_resources.mem, 0);
  assert.equal(held, used("mem"));
  const own = (id: string, name: string): number | undefined =>
    Object.entries(metrics).find(([key]) => key.endsWith(`/${id}/${name}`))?.[1];
  const [done] = state.completed_frameworks;
  assert.deepEqual(
    ["calls/accept", "operations/launch", "tasks/terminal/task_finished", "subscribed"].map((name) =>
      own(done?.id ?? "", name),
    ),
    [1, 1, 1, 0],
  );
  assert.equal(own(tasks[0]?.framework_id ?? "", "tasks/active/task_running"), 1);
  const agentMetrics = await get<Record<string, number>>(agent, "/metrics/snapshot");
  assert.deepEqual([agentMetrics["slave/registered"], agentMetrics["slave/tasks_running"]], [1, 1]);
  assert.equal(agentMetrics["slave/mem_used"], used("mem"));
}

/** What it was given stands in its flags; what the binary is in its version; that it is simulated where nobody parses. */
export async function assertSaysWhatItIs({ leader, agent }: ConformanceCluster): Promise<void> {
  for (const program of [leader, agent]) {
    const state = await get<State & { version: string; build_user: string }>(program, "/state");
    assert.deepEqual(
      [state.flags.port, state.flags.ip, state.flags.work_dir],
      [String(program.port), "127.0.0.1", program.workDir],
    );
    assert.equal(state.version, "1.12.0");
    assert.match(state.build_user, /^simulated by/);
    const response = await fetch(`http://127.0.0.1:${program.port}/health`);
    assert.match(response.headers.get("server") ?? "", /simulated/);
    assert.match(program.log(), /simulated by/);
  }
}
