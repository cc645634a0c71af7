import assert from "node:assert/strict";
import { withAppFiles } from "../../config/app-files";
import { planCluster } from "../../plan/cluster";
import { applyApp, AppError, deleteApp, keepApp, type AppClient } from "../../components/apps/apply";
import { appIds } from "../../components/apps/definition";
import { stateOf, Steadiness, type AppState } from "../../components/apps/health";
import type { AppPlan } from "../../plan/types";
import { refusals } from "./config-problems";
import { clusterSpec, marathon, planInputs } from "./fixtures";

const silent = (): void => undefined;

const web: AppPlan = {
  key: "app-web",
  id: "/web",
  kind: "app",
  definition: { id: "/web", instances: 2 },
  timeoutSeconds: 1,
};

/** A Marathon that answers from a list, and remembers what it was asked. */
const marathonOf = (
  answer: (request: string, n: number) => { status: number; body: unknown },
): AppClient & { asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    ask: (method, path) => Promise.resolve(answer(`${method} ${path}`, asked.push(`${method} ${path}`))),
  };
};

describe("apps of a plan", () => {
  it("have absolute ids, tokens resolved, and a key that follows from the id", () => {
    const spec = clusterSpec({
      marathon: marathon(),
      apps: [
        {
          definition: {
            id: "web",
            cmd: "run ${MESOS_MATRIX_ZK} ${PORT0}",
            env: { M: "${MESOS_MATRIX_MARATHON}" },
          },
        },
        { definition: { id: "/shop", apps: [{ id: "a", args: ["${MESOS_MATRIX_MESOS_VERSION}"] }] } },
      ],
    });
    const { apps } = planCluster(spec, planInputs());
    assert.deepEqual(apps, [
      {
        key: "app-web",
        id: "/web",
        kind: "app",
        definition: {
          id: "/web",
          cmd: "run zk://10.192.16.11:2181/mesos ${PORT0}",
          env: { M: "http://10.192.16.31:8080" },
        },
        timeoutSeconds: 300,
      },
      {
        key: "app-shop",
        id: "/shop",
        kind: "group",
        definition: { id: "/shop", apps: [{ id: "a", args: ["1.11.0"] }] },
        timeoutSeconds: 300,
      },
    ]);
  });

  it("may stand in files, whose mistakes have their place in the file", () => {
    const spec = clusterSpec({ apps: [{ file: "a.json" }, { definition: { id: "/b" } }] });
    const good = withAppFiles(spec, () => '{ "id": "/a", "cmd": "true" }');
    assert.deepEqual(good.apps[0], { definition: { id: "/a", cmd: "true" } });
    const [wrong] = refusals(() => withAppFiles(spec, () => '{\n  "id": "/A" }'));
    assert.deepEqual(wrong?.place, { file: "a.json", line: 2, column: 9 });
    const [twice] = refusals(() => withAppFiles(spec, () => '{ "id": "b" }'));
    assert.match(twice?.message ?? "", /"\/b" stands in .*a\.json too/);
    const [none] = refusals(() => withAppFiles(spec, () => "[]"));
    assert.match(none?.message ?? "", /must be an object/);
  });
});

describe("an app that is given to Marathon", () => {
  it("is put, and waited for until all instances run, healthy where it has checks, and no deployment is left", async () => {
    const client = marathonOf((request, n) => {
      if (request.startsWith("PUT")) return n === 1 ? { status: 503, body: {} } : { status: 200, body: {} };
      const healthy = n < 4 ? 1 : 2;
      return {
        status: 200,
        body: {
          app: { instances: 2, tasksRunning: 2, tasksHealthy: healthy, healthChecks: [{}], deployments: [] },
        },
      };
    });
    const said: string[] = [];
    await applyApp(client, web, (line) => said.push(line));
    assert.deepEqual(said, ["/web: 1 of 2 instances are healthy", "/web is healthy"]);
    assert.equal(client.asked.filter((one) => one.startsWith("PUT /v2/apps/web?force=true")).length, 2);
  });

  it("fails with what Marathon says where it is refused", async () => {
    const client = marathonOf(() => ({
      status: 422,
      body: { message: "Object is not valid", details: [{ path: "/cmd", errors: ["is wrong"] }] },
    }));
    await assert.rejects(applyApp(client, web, silent), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.message, "Marathon refuses /web: 422 Object is not valid; /cmd is wrong");
      return true;
    });
  });

  it("fails at its deadline, with how far it came and why its last task ended", async () => {
    const lastTaskFailure = { state: "TASK_FAILED", message: "Command exited with status 1" };
    const client = marathonOf(() => ({
      status: 200,
      body: { app: { instances: 2, tasksRunning: 0, deployments: [{}], lastTaskFailure } },
    }));
    await assert.rejects(
      applyApp(client, web, silent),
      /\/web is not healthy after .* s: appsTimeout\): \/web: 0 of 2 instances run, the last failure: TASK_FAILED Command exited/,
    );
  });

  it("is removed until its deployment is done, and may be gone already", async () => {
    const client = marathonOf((request, n) =>
      request.startsWith("DELETE")
        ? { status: 200, body: { deploymentId: "d" } }
        : { status: 200, body: n < 4 ? [{ id: "d" }] : [] },
    );
    await deleteApp(client, web, silent);
    assert.equal(client.asked.length, 4);
    await deleteApp(
      marathonOf(() => ({ status: 404, body: {} })),
      web,
      silent,
    );
  });

  it("is left alone by the next up where it is as it was given, and given again where it is gone or another", async () => {
    const well = { tasksRunning: 2, tasksHealthy: 2, healthChecks: [{}], deployments: [] };
    const kept = async (shown: (n: number) => object | undefined): Promise<string[]> => {
      const client = marathonOf((request, n) => {
        const app = request.startsWith("PUT") ? {} : shown(n);
        return { status: app === undefined ? 404 : 200, body: { app } };
      });
      await keepApp(client, web, silent);
      return client.asked.filter((one) => one.startsWith("PUT"));
    };
    const put = ["PUT /v2/apps/web?force=true&partialUpdate=false"];
    const asGiven = { ...well, id: "/web", instances: 2, cpus: 1 };
    assert.deepEqual(await kept(() => asGiven), []);
    assert.deepEqual(await kept((n) => (n === 1 ? undefined : asGiven)), put);
    assert.deepEqual(await kept((n) => (n === 1 ? { ...asGiven, instances: 1 } : asGiven)), put);
    const sick = marathonOf(() => ({ status: 200, body: { app: { ...asGiven, tasksHealthy: 1 } } }));
    await assert.rejects(keepApp(sick, web, silent), /\/web: 1 of 2 instances are healthy/);
  });

  it("is every app of a group", () => {
    const group = { id: "/shop", apps: [{ id: "a" }], groups: [{ id: "x", apps: [{ id: "/shop/x/b" }] }] };
    assert.deepEqual(appIds(group), ["/shop/a", "/shop/x/b"]);
    assert.deepEqual(appIds({ id: "web" }), ["/web"]);
  });

  it("must stay up for a while where it has no health checks, since a program that fails at once runs for a moment too", () => {
    const steadiness = new Steadiness();
    const state = (task: string, running = 1): AppState =>
      stateOf("/a", { instances: 1, tasksRunning: running, deployments: [], tasks: [{ id: task }] });
    assert.equal(steadiness.isSteady("/a", state("one"), 0), false);
    assert.equal(steadiness.isSteady("/a", state("one", 0), 400), false);
    assert.equal(steadiness.isSteady("/a", state("two"), 800), false);
    assert.equal(steadiness.isSteady("/a", state("two"), 2200), false);
    assert.equal(steadiness.isSteady("/a", state("two"), 2300), true);
    const checked = { instances: 1, tasksRunning: 1, tasksHealthy: 1, healthChecks: [{}], deployments: [] };
    assert.equal(steadiness.isSteady("/b", stateOf("/b", checked), 0), true);
  });

  it("counts as healthy with no instance where none is asked for", () => {
    assert.equal(stateOf("/a", { instances: 0, tasksRunning: 0, deployments: [] }).healthy, true);
    assert.equal(stateOf("/a", { instances: 1, tasksRunning: 1, deployments: [{}] }).healthy, false);
  });
});
