import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { docker } from "../../readiness/docker";
import { eventually } from "./mesos";
import { Balancer, Load, MarathonWire, Task, taskOf, TestNetwork, webApp } from "./load-balancer-scene";

/** Two Marathons that say the same, three tasks, and the load balancer in front of them. */
class Scene implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  private constructor(
    readonly marathons: readonly [MarathonWire, MarathonWire],
    readonly tasks: readonly Task[],
  ) {}
  balancer!: Balancer;

  static async open(): Promise<Scene> {
    const network = await TestNetwork.create();
    const host = network.gateway;
    const marathons = [new MarathonWire(host), new MarathonWire(host)] as const;
    const tasks = await Promise.all([1, 2, 3].map(() => Task.start(host)));
    const scene = new Scene(marathons, tasks);
    for (const part of [network, ...marathons, ...tasks]) scene.#stack.use(part);
    try {
      await Promise.all(marathons.map((marathon) => marathon.start()));
      scene.say([webApp()], tasks);
      scene.balancer = scene.#stack.use(
        await Balancer.start(
          marathons.map(({ url }) => url),
          network.name,
        ),
      );
      await scene.balancer.until(
        "web is served and events are followed",
        ({ services, stream }) => services.length > 0 && stream === "open",
      );
    } catch (error) {
      // Nobody else would: there is no scene yet to be closed.
      await scene[Symbol.asyncDispose]();
      throw error;
    }
    return scene;
  }

  say(apps: object[], tasks: readonly Task[]): void {
    for (const marathon of this.marathons)
      marathon.say(
        apps,
        tasks.map((task) => taskOf(task)),
      );
  }

  /** Which tasks answer `count` requests, sorted. */
  async answering(count: number): Promise<string[]> {
    const bodies = new Set<string>();
    for (let i = 0; i < count; i++) {
      const { status, body } = await this.balancer.ask();
      assert.equal(status, 200, body);
      bodies.add(body);
    }
    return [...bodies].sort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

const ports = (tasks: readonly Task[]): string[] => tasks.map(({ port }) => String(port)).sort();

describe("the load balancer", () => {
  let scene: Scene;
  before(async () => (scene = await Scene.open()));
  after(() => scene[Symbol.asyncDispose]());
  beforeEach(async () => {
    scene.say([webApp()], scene.tasks);
    await scene.balancer.until(
      "web alone is served",
      ({ services, refused }) => services.length === 1 && refused.length === 0,
    );
  });

  it("sends requests for a virtual host, and for the service port, to all tasks in turn", async () => {
    assert.deepEqual(await scene.answering(6), ports(scene.tasks));
    assert.equal((await scene.balancer.ask("web.example", 10_000)).status, 200);
    assert.equal((await scene.balancer.ask("WEB.example:80")).status, 200);
    assert.equal((await scene.balancer.ask("other.example")).status, 503);
  });

  it("fails no request while tasks come and go under load", async () => {
    const [stays] = scene.tasks;
    assert.ok(stays !== undefined);
    const before = (await scene.balancer.status()).reloads;
    const load = new Load(() => scene.balancer.ask());
    try {
      for (let round = 0; round < 5; round++) {
        await using first = await Task.start(stays.host);
        await using second = await Task.start(stays.host);
        scene.say([webApp()], [stays, first, second]);
        await eventually("traffic to three tasks", 30, async () =>
          (await scene.answering(6)).includes(String(second.port)) ? true : undefined,
        );
        // As tasks are killed: Marathon says so when they are gone already.
        await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()]);
        scene.say([webApp()], [stays]);
        await scene.balancer.until("one task is served", ({ services }) => services[0]?.servers.length === 1);
      }
    } finally {
      await load.end();
    }
    assert.deepEqual(
      load.failures.slice(0, 5),
      [],
      `${load.failures.length} of ${load.count} requests failed`,
    );
    assert.ok(load.count > 100);
    assert.ok((await scene.balancer.status()).reloads >= before + 10);
  });

  it("follows the other Marathon when one is gone, and hears its events", async () => {
    const [first, second] = scene.marathons;
    const gone = first.followers > 0 ? first : second;
    const other = gone === first ? second : first;
    await gone.stop();
    try {
      await eventually("follower of the other Marathon", 30, () =>
        Promise.resolve(other.followers > 0 ? true : undefined),
      );
      const [task] = scene.tasks;
      assert.ok(task !== undefined);
      scene.say([webApp()], [task]);
      await scene.balancer.until("the other Marathon's answer is served", ({ failing }) => !failing);
      await eventually("traffic to one task", 30, async () =>
        (await scene.answering(3)).length === 1 ? true : undefined,
      );
    } finally {
      await gone.start();
    }
  });

  it("serves every other app while one has a bad label, and says which and why", async () => {
    const bad = webApp({ HAPROXY_0_VHOST: "bad host }\n  bind *:2222" }, "/bad", 10_001);
    scene.say([bad, webApp()], scene.tasks.slice(0, 1));
    const status = await scene.balancer.until("bad is refused", ({ refused }) => refused.length > 0);
    assert.deepEqual(
      status.refused.map(({ app }) => app),
      ["/bad"],
    );
    assert.match(status.refused[0]?.why ?? "", /label HAPROXY_0_VHOST/);
    await eventually("traffic to one task", 30, async () =>
      (await scene.answering(3)).length === 1 ? true : undefined,
    );
    const page = await (await fetch(`http://${scene.balancer.address}:9091/`)).text();
    assert.match(page, /\/bad/);
  });

  it("refuses an app whose port is taken on its machine, and serves the others", async () => {
    const taken = webApp({ HAPROXY_0_PORT: "9999" }, "/taken", 10_002);
    const listener = 'require("net").createServer().listen(9999, "0.0.0.0")';
    await docker(["exec", "--detach", scene.balancer.container, "node", "-e", listener]);
    await pause(1000);
    scene.say([taken, webApp()], scene.tasks);
    const status = await scene.balancer.until("taken is refused", ({ refused }) => refused.length > 0);
    assert.deepEqual(status.refused, [{ app: "/taken", why: "port 9999 is taken on this machine" }]);
    assert.deepEqual(await scene.answering(6), ports(scene.tasks));
  });

  it("keeps the last good routes while no Marathon answers, also over a restart, and says that they are old", async () => {
    await Promise.all(scene.marathons.map((marathon) => marathon.stop()));
    try {
      const stale = await scene.balancer.until("the routes are stale", (status) => status.stale);
      assert.match(stale.lastError?.text ?? "", /no Marathon answers|event stream/);
      const health = await fetch(`http://${scene.balancer.address}:9091/health`);
      assert.equal(health.status, 503);
      assert.match(await health.text(), /^stale: last full look at Marathon \d+ s ago; the last good routes/);
      // Longer than every limit of the bridge and of HAProxy's checks: 5 s for an answer, 2 s between looks.
      await pause(12_000);
      assert.deepEqual(await scene.answering(6), ports(scene.tasks));
      await docker(["restart", "--time", "2", scene.balancer.container]);
      await eventually("traffic to all tasks", 30, async () =>
        (await scene.answering(6).catch(() => [])).length === 3 ? true : undefined,
      );
    } finally {
      await Promise.all(scene.marathons.map((marathon) => marathon.start()));
    }
    await scene.balancer.until("the routes are fresh", (status) => !status.stale);
  });
});
