import assert from "node:assert/strict";
import type { RunReport } from "../../automation/report/run-report";
import type { Endpoints } from "../../automation/contract";
import { docker } from "../../readiness/docker";
import { eventually } from "../integration/mesos";
import { cli, labelled, ofRun, Scratch, uniqueName } from "./harness";

const agents = { count: 3, resources: "cpus:1;mem:512;disk:1024;ports:[31000-31099]" };

const web = {
  id: "/web",
  cmd: 'exec node -e "$PROGRAM"',
  env: {
    PROGRAM: "require('http').createServer((q, s) => s.end(process.env.ZK)).listen(process.env.PORT0)",
    ZK: "${MESOS_MATRIX_ZK}",
  },
  cpus: 0.1,
  mem: 32,
  instances: 3,
  constraints: [["hostname", "UNIQUE"]],
  healthChecks: [{ protocol: "HTTP", path: "/", gracePeriodSeconds: 60, intervalSeconds: 1 }],
};

interface Task {
  readonly id: string;
  readonly host: string;
  readonly ports: readonly number[];
}

const clusterFile = (name: string, apps: readonly object[], change: object = {}): string =>
  JSON.stringify({
    apiVersion: "mesos-matrix/v1",
    kind: "Cluster",
    name,
    cluster: {
      mesos: { version: "1.7.3", image: "simulator" },
      timings: "fast",
      agents: [agents],
      marathon: { version: "1.7.216", image: "simulator", count: 2 },
      apps,
      ...change,
    },
  });

const tasksOf = async (marathon: string, app: string): Promise<readonly Task[]> => {
  const response = await fetch(`${marathon}/v2/apps${app}`, { signal: AbortSignal.timeout(5_000) });
  return response.status === 200 ? ((await response.json()) as { app: { tasks: Task[] } }).app.tasks : [];
};

describe("a cluster with Marathons and apps", function () {
  const name = uniqueName("ma");
  const scratch = new Scratch();
  let endpoints: Endpoints;
  let marathon = "";

  after(async () => {
    await cli(["down", name]);
    scratch[Symbol.dispose]();
  });

  it("is ready when one Marathon leads, and its apps are healthy", async () => {
    const { code, stdout, stderr } = await cli([
      "up",
      scratch.file("c.yaml", clusterFile(name, [web])),
      "--json",
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /1\/1 masters, leader elected, 3\/3 agents, [012]\/2 Marathons/);
    assert.match(stderr, /^\/web is healthy$/m);
    endpoints = JSON.parse(stdout) as Endpoints;
    assert.equal(endpoints.marathon?.version, "1.7.216");
    assert.equal(endpoints.marathon.all.length, 2);
    const env = await cli(["env", name]);
    marathon = /^export MESOS_MATRIX_MARATHON='(http:.*)'$/m.exec(env.stdout)?.[1] ?? "";
    assert.equal(marathon, `http://${endpoints.marathon.leader?.address ?? ""}`);
    const tasks = await tasksOf(marathon, "/web");
    assert.equal(new Set(tasks.map(({ host }) => host)).size, 3);
    for (const { host, ports } of tasks) {
      const answer = await fetch(`http://${host}:${ports[0] ?? 0}`);
      assert.equal(await answer.text(), endpoints.zookeeper, "the token stands for the cluster's ZooKeeper");
    }
  });

  it("follows a change of an app, adds one, and removes the one that is gone", async () => {
    const other = { id: "/shop", apps: [{ id: "db", cmd: "exec sleep 600", cpus: 0.1, mem: 32 }] };
    const file = scratch.file("c.yaml", clusterFile(name, [{ ...web, instances: 1 }, other]));
    const changed = await cli(["up", file]);
    assert.equal(changed.code, 0, changed.stderr);
    assert.doesNotMatch(changed.stderr, /containers/, "no container was made");
    assert.equal((await tasksOf(marathon, "/web")).length, 1);
    assert.equal((await tasksOf(marathon, "/shop/db")).length, 1);
    const removed = await cli(["up", scratch.file("c.yaml", clusterFile(name, [other]))]);
    assert.equal(removed.code, 0, removed.stderr);
    assert.match(removed.stderr, /^\/web is removed$/m);
    const gone = await fetch(`${marathon}/v2/apps/web`);
    assert.equal(gone.status, 404);
  });

  it("has the other Marathon go on with the same tasks when the leading one is killed", async () => {
    const leader = endpoints.marathon?.leader;
    const other = endpoints.marathon?.all.find(({ key }) => key !== leader?.key);
    assert.ok(leader !== undefined && other !== undefined);
    const [before] = await tasksOf(marathon, "/shop/db");
    await docker(["kill", `${name}-${leader.key}`]);
    await eventually("leader with the same task", 60, async () => {
      const at = `http://${other.address}`;
      const answer = await fetch(`${at}/v2/leader`, { signal: AbortSignal.timeout(3_000) }).catch(
        () => undefined,
      );
      if (answer?.status !== 200) return undefined;
      const { leader: now } = (await answer.json()) as { leader: string };
      const [task] = await tasksOf(at, "/shop/db");
      return now === other.address && task?.id === before?.id ? true : undefined;
    });
  });

  it("goes away without a word to Marathon", async () => {
    const { code, stderr } = await cli(["down", name]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /is removed\n.*removed\n/);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  it("is not ready where an app does not get healthy in time, and says how far it came and why", async () => {
    const other = uniqueName("ma");
    const bad = { id: "/bad", cmd: "echo broken; exit 3", cpus: 0.1, mem: 32, backoffSeconds: 1 };
    const one = { agents: [{ ...agents, count: 1 }], marathon: { version: "1.7.216", image: "simulator" } };
    const file = scratch.file("bad.yaml", clusterFile(other, [bad], { ...one, appsTimeout: "8s" }));
    try {
      const { code, stderr } = await cli(["up", file]);
      assert.equal(code, 4, stderr);
      assert.match(
        stderr,
        /not ready: \/bad is not healthy after .* s: appsTimeout\): \/bad: \d of 1 instances run, the last failure: TASK_FAILED/,
      );
    } finally {
      await cli(["down", other]);
    }
  });
});

describe("a matrix with an axis of Marathons", function () {
  it("runs the pairs that can work, each with its own Marathon, and refuses the others", async () => {
    using scratch = new Scratch();
    const script =
      'fetch(process.env.MESOS_MATRIX_MARATHON + "/v2/info").then((r) => r.json()).then((info) => process.exit(info.version === "1.4.13" && info.frameworkId ? 0 : 9))';
    const file = scratch.file(
      "m.yaml",
      JSON.stringify({
        apiVersion: "mesos-matrix/v1",
        kind: "Matrix",
        cluster: {
          mesos: { image: "simulator" },
          timings: "fast",
          agents: [{ ...agents, count: 1 }],
          marathon: { image: "simulator" },
        },
        axes: { mesos: ["1.4.3"], marathon: ["1.4.13", "1.8.222"] },
        test: { command: ["node", "-e", script], timeout: "1m" },
      }),
    );
    const { code, stdout, stderr } = await cli(["run", file, "--out", scratch.path, "--json"]);
    assert.equal(code, 0, stderr + stdout);
    const report = JSON.parse(stdout) as RunReport;
    assert.deepEqual(
      report.cells.map(({ displayName, verdict }) => [displayName, verdict]),
      [
        ["mesos=1.4.3 marathon=1.4.13", "passed"],
        ["mesos=1.4.3 marathon=1.8.222", "refused"],
      ],
    );
    assert.match(report.cells[1]?.reason ?? "", /allow: \[marathon-master-too-old\]/);
    const image = report.cells[0]?.images.find(({ role }) => role === "marathon");
    assert.equal(image?.simulated, true);
    assert.deepEqual(await ofRun(report.run), []);
  });
});
