import assert from "node:assert/strict";
import { createServer } from "node:http";
import { api, leading, settled, type MarathonTask } from "./marathon-client";
import {
  exitOf,
  leaderOf,
  Programs,
  read,
  until,
  needsZooKeeper,
  zooKeeper,
  type Program,
} from "./simulator-harness";

needsZooKeeper();

const web = {
  id: "/web",
  cmd: "exec sleep 600",
  cpus: 0.1,
  mem: 32,
  instances: 3,
  constraints: [["hostname", "UNIQUE"]],
};

const quick = ["--min_revive_offers_interval", "100"];

/** A master and agents, each of which is a host of its own. */
async function mesos(programs: Programs, tag: string, agents: number): Promise<Program> {
  const master = await programs.master({ tag, flags: ["--allocation_interval=100ms"] });
  for (let i = 1; i <= agents; i++) await programs.agent({ tag, host: `127.0.0.${i}` });
  await leaderOf([master], agents);
  return master;
}

describe("simulated Marathons on simulated masters and a real ZooKeeper", function () {
  this.timeout(180_000);

  it("elect one, the other passes requests on, and says who leads", async () => {
    await using programs = new Programs();
    await mesos(programs, "1.7.3", 1);
    const both = await Promise.all([1, 2].map(() => programs.marathon({ tag: "1.6.549", flags: quick })));
    const { marathon: leader } = await leading(both);
    const other = both.find((one) => one !== leader)!;
    await until("the other follows", () => read(other, "/v2/leader"));
    const response = await fetch(`http://127.0.0.1:${other.port}/v2/info`);
    assert.equal(response.headers.get("x-marathon-leader"), `http://127.0.0.1:${leader.port}`);
    assert.match(response.headers.get("x-marathon-via") ?? "", /1\.1 127\.0\.0\.1:/);
    assert.match(response.headers.get("server") ?? "", /Marathon 1\.6\.549, simulated/);
    assert.deepEqual(await read(other, "/v2/leader"), { leader: `127.0.0.1:${leader.port}` });
    assert.equal(await (await fetch(`http://127.0.0.1:${other.port}/ping`)).text(), "pong\n");
  });

  it("run an app of three on three hosts, scale it, restart it, and stop it", async () => {
    await using programs = new Programs();
    const master = await mesos(programs, "1.8.0", 3);
    const { marathon } = await leading([await programs.marathon({ tag: "1.8.222", flags: quick })]);
    await api(marathon, "POST", "/v2/apps", web, 201);
    const first = await settled(marathon, "/web", 3);
    assert.equal(new Set(first.map(({ host }) => host)).size, 3);
    for (const { id, ports } of first) {
      assert.match(id, /^web\.instance-.+\._app\.1$/);
      assert.ok(ports.every((port) => port >= 31000 && port <= 31099));
    }
    await api(marathon, "PUT", "/v2/apps/web", { instances: 1 });
    const one = await settled(marathon, "/web", 1);
    assert.ok(first.some(({ id }) => id === one[0]?.id));
    await api(marathon, "POST", "/v2/apps/web/restart");
    await until("the task is another one", async () => {
      const now = await settled(marathon, "/web", 1);
      return now[0]?.id === one[0]?.id ? undefined : now;
    });
    await api(marathon, "DELETE", "/v2/apps/web");
    await until("no task is left at the master", async () => {
      const state = (await read(master, "/state")) as { frameworks: { tasks: unknown[] }[] } | undefined;
      return state?.frameworks[0]?.tasks.length === 0 ? true : undefined;
    });
    assert.deepEqual(await read(marathon, "/v2/tasks"), { tasks: [] });
  });

  it("go on where the leader was killed: same framework, same tasks, and changes of it are carried out", async () => {
    await using programs = new Programs();
    await mesos(programs, "1.7.3", 3);
    const both = await Promise.all([1, 2].map(() => programs.marathon({ tag: "1.7.216", flags: quick })));
    const { marathon: first, frameworkId } = await leading(both);
    await api(first, "POST", "/v2/apps", web, 201);
    const tasks = await settled(first, "/web", 3);
    first.child.kill("SIGKILL");
    const second = await leading(both.filter((one) => one !== first));
    assert.equal(second.frameworkId, frameworkId);
    const ids = (list: readonly MarathonTask[]): string[] => list.map(({ id }) => id).sort();
    assert.deepEqual(ids(await settled(second.marathon, "/web", 3)), ids(tasks));
    await api(second.marathon, "PUT", "/v2/apps/web", { instances: 2 });
    await settled(second.marathon, "/web", 2);
  });

  it("give tasks their ports and names, check their health, and replace the ones that fail", async () => {
    await using programs = new Programs();
    await mesos(programs, "1.7.3", 1);
    const { marathon } = await leading([await programs.marathon({ tag: "1.4.13", flags: quick })]);
    const program = [
      'const http = require("node:http");',
      "let sick = false;",
      "http.createServer((request, response) => {",
      '  if (request.url === "/fail") sick = true;',
      '  if (request.url === "/env") return response.end(JSON.stringify(process.env));',
      '  response.statusCode = sick ? 500 : 200; response.end("ok");',
      "}).listen(process.env.PORT0);",
    ].join("\n");
    const app = {
      id: "/shop/web",
      cmd: 'exec "$NODE" -e "$PROGRAM"',
      env: { NODE: process.execPath, PROGRAM: program },
      cpus: 0.1,
      mem: 32,
      portDefinitions: [{ port: 10500, name: "http", labels: { a: "b" } }],
      labels: { HAPROXY_GROUP: "external" },
      healthChecks: [
        { protocol: "HTTP", path: "/", gracePeriodSeconds: 1, intervalSeconds: 1, maxConsecutiveFailures: 1 },
      ],
    };
    await api(marathon, "POST", "/v2/apps", app, 201);
    const [task] = await settled(marathon, "/shop/web", 1);
    assert.ok(task !== undefined);
    const at = `http://${task.host}:${task.ports[0] ?? 0}`;
    const env = (await (await fetch(`${at}/env`)).json()) as Record<string, string>;
    assert.equal(env.PORT0, String(task.ports[0]));
    assert.equal(env.PORT_HTTP, env.PORT0);
    assert.equal(env.PORTS, env.PORT0);
    assert.equal(env.HOST, task.host);
    assert.equal(env.MARATHON_APP_ID, "/shop/web");
    assert.equal(env.MARATHON_APP_LABEL_HAPROXY_GROUP, "external");
    assert.match(task.id, /^shop_web\.[0-9a-f-]{36}$/);
    const text = await fetch(`http://127.0.0.1:${marathon.port}/v2/tasks`, {
      headers: { Accept: "text/plain" },
    });
    assert.equal(await text.text(), `shop_web\t10500\t${task.host}:${task.ports[0] ?? 0}\t\n`);
    await fetch(`${at}/fail`);
    await until("another task took its place", async () => {
      const [now] = await settled(marathon, "/shop/web", 1);
      return now?.id === task.id ? undefined : now;
    });
  });

  it("tell of every change on the event stream, filtered where the release can", async () => {
    await using programs = new Programs();
    await mesos(programs, "1.8.0", 1);
    const { marathon } = await leading([await programs.marathon({ tag: "1.8.222", flags: quick })]);
    using cancel = { controller: new AbortController(), [Symbol.dispose]: () => cancel.controller.abort() };
    const stream = async (query: string): Promise<{ text: string }> => {
      const response = await fetch(`http://127.0.0.1:${marathon.port}/v2/events${query}`, {
        headers: { Accept: "text/event-stream" },
        signal: cancel.controller.signal,
      });
      assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
      const seen = { text: "" };
      const follow = async (): Promise<void> => {
        for await (const chunk of response.body!) seen.text += Buffer.from(chunk as Uint8Array).toString();
      };
      follow().catch(() => undefined);
      return seen;
    };
    const all = await stream("");
    const some = await stream("?event_type=deployment_success");
    await api(marathon, "POST", "/v2/apps", { ...web, instances: 1 }, 201);
    await until("deployment_success", () => (some.text.includes("deployment_success") ? true : undefined));
    for (const type of ["api_post_event", "deployment_info", "status_update_event", "deployment_success"])
      assert.match(all.text, new RegExp(`event: ${type}\r\ndata: \\{.*"eventType":"${type}"`));
    assert.match(all.text, /"taskStatus":"TASK_RUNNING"/);
    assert.doesNotMatch(some.text, /status_update_event/);
  });

  it("take groups, refuse what is wrong with the words of Marathon, and hold an app while it changes", async () => {
    await using programs = new Programs();
    await mesos(programs, "1.8.0", 1);
    const { marathon } = await leading([await programs.marathon({ tag: "1.8.222", flags: quick })]);
    const group = {
      id: "/shop",
      apps: [
        { ...web, id: "a", instances: 1 },
        { ...web, id: "/shop/b", instances: 1 },
      ],
    };
    await api(marathon, "PUT", "/v2/groups/shop", group, 201);
    await settled(marathon, "/shop/a", 1);
    await until("b waits for a host of its own", () => read(marathon, "/v2/apps/shop/b"));
    await api(marathon, "PUT", "/v2/groups/shop", { ...group, apps: group.apps.slice(0, 1) });
    await until("b is gone", async () =>
      (await fetch(`http://127.0.0.1:${marathon.port}/v2/apps/shop/b`)).status === 404 ? true : undefined,
    );
    const wrong = (await api(marathon, "POST", "/v2/apps", { id: "/bad", cmd: 5 }, 422)) as {
      details: unknown[];
    };
    assert.deepEqual(wrong.details[0], { path: "/cmd", errors: ["error.expected.jsstring"] });
    await api(marathon, "POST", "/v2/apps", { id: "/Bad", cmd: "true" }, 422);
    await api(marathon, "POST", "/v2/apps", { ...web, id: "/big", cpus: 99, instances: 1 }, 201);
    const locked = (await api(marathon, "PUT", "/v2/apps/big", { instances: 2 }, 409)) as { message: string };
    assert.match(locked.message, /^App is locked by one or more deployments/);
    await api(marathon, "PUT", "/v2/apps/big?force=true", { instances: 0 });
    await until("no deployment", async () => {
      const left = await fetch(`http://127.0.0.1:${marathon.port}/v2/deployments`);
      return ((await left.json()) as unknown[]).length === 0 ? true : undefined;
    });
  });

  it("exit with the code that their release documents", async () => {
    await using programs = new Programs();
    const flag = await programs.marathon({ tag: "1.10.17", flags: ["--no_such_flag", "1"] });
    assert.equal(await exitOf(flag), 112);
    assert.match(flag.log(), /Unknown option 'no_such_flag'/);
    await using taken = createServer().listen(0, "127.0.0.1");
    await until("it listens", () => (taken.listening ? true : undefined));
    const { port } = taken.address() as { port: number };
    assert.equal(await exitOf(await programs.marathon({ tag: "1.8.222", port })), 111);
    assert.ok(zooKeeper() !== "");
  });

  it("leave when they are told to abdicate, and the next one leads", async () => {
    await using programs = new Programs();
    await mesos(programs, "1.8.0", 1);
    const both = await Promise.all([1, 2].map(() => programs.marathon({ tag: "1.8.222", flags: quick })));
    const { marathon } = await leading(both);
    await api(marathon, "DELETE", "/v2/leader");
    assert.equal(await exitOf(marathon), 103);
    await leading(both.filter((one) => one !== marathon));
  });
});
