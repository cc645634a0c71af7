import assert from "node:assert/strict";
import { haproxyConfig } from "../../bridge/haproxy-config";
import { readObjections } from "../../bridge/haproxy";
import { readState } from "../../bridge/marathon-model";
import { type Services, servicesOf } from "../../bridge/services";
import { readSettings } from "../../bridge/settings";

const settings = { httpPort: 80, statsPort: 9090, pagePort: 9091, socket: "/run/admin.sock" };

interface Task {
  readonly id?: string;
  readonly app: string;
  readonly host?: string;
  readonly port?: number;
  readonly state?: string;
  readonly healthCheckResults?: unknown;
}

const external = { HAPROXY_GROUP: "external" };
const app = (id: string, labels: Record<string, string>, more: object = {}): object => ({
  id,
  labels: { ...external, ...labels },
  portDefinitions: [{ port: 10_000, protocol: "tcp" }],
  ...more,
});
const task = ({
  app,
  host = "10.0.0.1",
  port = 31_000,
  id = `${app}.${host}.${port}`,
  ...more
}: Task): object => ({
  id,
  appId: app,
  host,
  ports: [port],
  state: "TASK_RUNNING",
  ...more,
});
const look = (apps: object[], tasks: object[], before: ReadonlySet<string> = new Set()): Services =>
  servicesOf(readState({ apps }, { tasks }), {
    groups: ["external"],
    reserved: [80, 9090, 9091],
    wasHealthy: before,
  });
const text = (apps: object[], tasks: object[]): string =>
  haproxyConfig(look(apps, tasks).services, settings).text;

describe("the bridge's view of Marathon", () => {
  it("serves the apps of its groups on their service ports, with all their running tasks", () => {
    const { services } = look(
      [
        app("/web", {}),
        app("/inside", { HAPROXY_GROUP: "internal" }, { ports: [10_001] }),
        app("/both", { HAPROXY_GROUP: "internal, external" }, { portDefinitions: [{ port: 10_002 }] }),
      ],
      [
        task({ app: "/web", host: "10.0.0.2" }),
        task({ app: "/web" }),
        task({ app: "/web", port: 31_001, state: "TASK_STAGING" }),
      ],
    );
    assert.deepEqual(
      services.map(({ app: id, port, servers }) => [id, port, servers.map(({ host }) => host)]),
      [
        ["/both", 10_002, []],
        ["/web", 10_000, ["10.0.0.1", "10.0.0.2"]],
      ],
    );
  });

  it("finds service ports where each release of Marathon has them", () => {
    const bare = { portDefinitions: undefined };
    const { services } = look(
      [
        app("/ports", {}, { ...bare, ports: [10_001] }),
        app("/docker", {}, { ...bare, container: { docker: { portMappings: [{ servicePort: 10_002 }] } } }),
        app(
          "/mapped",
          {},
          { ...bare, container: { portMappings: [{ containerPort: 80, servicePort: 10_003 }] } },
        ),
      ],
      [
        {
          id: "m",
          appId: "/mapped",
          host: "10.0.0.1",
          ports: [],
          ipAddresses: [{ ipAddress: "172.17.0.9" }],
        },
      ],
    );
    assert.deepEqual(
      services.map(({ app: id, port, servers }) => [id, port, servers]),
      [
        ["/docker", 10_002, []],
        ["/mapped", 10_003, [{ host: "172.17.0.9", port: 80 }]],
        ["/ports", 10_001, []],
      ],
    );
  });

  it("leaves out tasks that fail their health checks, and keeps healthy ones while a new leader knows nothing of them", () => {
    const checked = app("/web", {}, { healthChecks: [{ protocol: "HTTP" }] });
    const alive = task({ app: "/web", healthCheckResults: [{ alive: true }] });
    const dead = task({ app: "/web", port: 31_001, healthCheckResults: [{ alive: false }] });
    const first = look([checked], [alive, dead, task({ app: "/web", port: 31_002 })]);
    assert.deepEqual(
      first.services[0]?.servers.map(({ port }) => port),
      [31_000],
    );
    const silent = [31_000, 31_001].map((port) => task({ app: "/web", port }));
    assert.deepEqual(
      look([checked], silent, first.healthy).services[0]?.servers.map(({ port }) => port),
      [31_000],
    );
  });

  it("refuses an app with a bad label, says why, and serves the others", () => {
    const bad: readonly [string, string][] = [
      ["HAPROXY_0_VHOST", "web.example.org }\n  bind *:22"],
      ["HAPROXY_0_VHOST", "web .example"],
      ["HAPROXY_0_PATH", "shop"],
      ["HAPROXY_0_PORT", "0"],
      ["HAPROXY_0_MODE", "udp"],
      ["HAPROXY_0_BALANCE", "fair"],
      ["HAPROXY_0_STICKY", "perhaps"],
      ["HAPROXY_0_ENABLED", ""],
    ];
    for (const [label, value] of bad) {
      const { services, refused } = look(
        [app("/bad", { [label]: value }), app("/good", {}, { portDefinitions: [{ port: 10_001 }] })],
        [],
      );
      assert.deepEqual(
        services.map(({ app: id }) => id),
        ["/good"],
      );
      assert.equal(refused[0]?.app, "/bad");
      assert.match(refused[0].why, new RegExp(`^label ${label}: `));
    }
  });

  it("refuses what is unlike any app or task of Marathon, and serves the others", () => {
    const { services, refused } = look([{ id: "/odd", ports: "many" }, 7 as never, app("/web", {})], []);
    assert.equal(services.length, 1);
    assert.deepEqual(
      refused.map(({ app: id }) => id),
      ["/odd", "(without an id)"],
    );
    assert.throws(() => readState({ message: "no leader" }, { tasks: [] }), /no list of apps/);
  });

  it("gives a port that two apps want to the first by id, and its own ports to none", () => {
    const { services, refused } = look(
      [app("/b", {}), app("/a", {}), app("/c", { HAPROXY_0_PORT: "80" })],
      [],
    );
    assert.deepEqual(
      services.map(({ app: id }) => id),
      ["/a"],
    );
    assert.deepEqual(
      refused.map(({ why }) => why),
      ["port 10000 is served for /a", "port 80 is served for the load balancer itself"],
    );
  });

  it("tells of labels that have no effect here", () => {
    const { notes } = look([app("/web", { HAPROXY_0_SSL_CERT: "/x.pem", OTHER: "1" })], []);
    assert.deepEqual(notes, [{ app: "/web", why: "the label HAPROXY_0_SSL_CERT has no effect here" }]);
  });
});

describe("the bridge's configuration of HAProxy", () => {
  it("is the same for the same apps, in whatever order Marathon lists them", () => {
    const apps = [app("/a", {}), app("/b", {}, { portDefinitions: [{ port: 10_001 }] })];
    const tasks = [task({ app: "/a" }), task({ app: "/a", port: 31_001 }), task({ app: "/b" })];
    assert.equal(text(apps, tasks), text([...apps].reverse(), [...tasks].reverse()));
  });

  it("sends virtual hosts to their app, longer paths first", () => {
    const config = text(
      [
        app("/shop", { HAPROXY_0_VHOST: "A.example,b.example" }),
        app(
          "/shop/cart",
          { HAPROXY_0_VHOST: "a.example", HAPROXY_0_PATH: "/cart" },
          { ports: [10_001], portDefinitions: undefined },
        ),
      ],
      [],
    );
    const rules = config.split("\n").filter((line) => /use_backend (?!page)/.test(line));
    assert.deepEqual(
      rules.map((line) => line.trim()),
      [
        "use_backend shop_cart_10001 if { req.hdr(host),field(1,:),lower -m str a.example } { path_beg /cart }",
        "use_backend shop_10000 if { req.hdr(host),field(1,:),lower -m str a.example }",
        "use_backend shop_10000 if { req.hdr(host),field(1,:),lower -m str b.example }",
      ],
    );
  });

  it("knows whose a line is that HAProxy objects to", () => {
    const config = haproxyConfig(look([app("/web", {})], [task({ app: "/web" })]).services, settings);
    const lines = config.text.split("\n");
    const at = lines.findIndex((line) => line.includes("server 10.0.0.1_31000"));
    assert.equal(config.ownerOf(at + 1)?.app, "/web");
    assert.equal(config.ownerOf(1), undefined);
    const said = `[NOTICE]   (7) : haproxy version is 2.6\n[ALERT]    (7) : config : parsing [/run/c.cfg:${at + 1}] : unknown keyword\n`;
    assert.deepEqual(readObjections(said, "/run/c.cfg"), [
      { line: at + 1, why: `config : parsing [/run/c.cfg:${at + 1}] : unknown keyword` },
    ]);
  });
});

describe("the bridge's settings", () => {
  const good = {
    ...{ marathons: ["http://10.0.0.1:8080"], groups: ["external"], mode: "events", resyncSeconds: 10 },
    ...{ httpPort: 80, statsPort: 9090, pagePort: 9091 },
  };

  it("are refused with a key that it does not know", () => {
    assert.equal(readSettings(JSON.stringify(good)).mode, "events");
    assert.throws(() => readSettings(JSON.stringify({ ...good, marathon: "x" })), /marathon/);
    assert.throws(() => readSettings(JSON.stringify({ ...good, marathons: [] })), /marathons/);
  });
});
