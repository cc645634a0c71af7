import assert from "node:assert/strict";
import { planCluster } from "../../plan/cluster";
import type { ReadinessNode } from "../../plan/types";
import { judge } from "../../readiness/judge";
import type { NodeObservation } from "../../readiness/observe";
import { waitFor } from "../../readiness/wait";
import { clusterSpec, marathon, planInputs } from "./fixtures";

const running = { status: "running", exitCode: 0, restarts: 0, published: {}, publishedUdp: {} };

const wellSeen = (node: ReadinessNode): NodeObservation => ({
  node,
  container: running,
  healthy: true,
  metrics: {
    "master/elected": 1,
    "master/slaves_active": 2,
    "registrar/log/recovered": 1,
    "slave/registered": 1,
  },
  version: node.reports,
  error: undefined,
  unmet: [],
});

const seen = (change: (node: ReadinessNode) => Partial<NodeObservation>): NodeObservation[] =>
  planCluster(
    clusterSpec({ masters: { ...clusterSpec().masters, version: "1.8.0-rc3" } }),
    planInputs(),
  ).readiness.nodes.map((node) => ({ ...wellSeen(node), ...change(node) }));

const missing = (change: (node: ReadinessNode) => Partial<NodeObservation>): string[] =>
  judge(seen(change)).missing.map((m) => m.condition);

describe("judge of readiness", () => {
  it("is content when every condition holds", () => {
    const judgement = judge(seen(() => ({})));
    assert.deepEqual(judgement.missing, []);
    assert.equal(judgement.leader?.key, "master-1");
    assert.equal(judgement.progress, "1/1 masters, leader elected, 2/2 agents");
  });

  it("misses an agent that is not registered, by name", () => {
    const found = missing((node) => (node.key === "agent-2" ? { metrics: { "slave/registered": 0 } } : {}));
    assert.deepEqual(found, ["agent-2 is registered (slave/registered = 1)"]);
  });

  it("misses agents that the leading master does not count", () => {
    const found = missing((node) =>
      node.role === "master"
        ? { metrics: { "master/elected": 1, "master/slaves_active": 1, "registrar/log/recovered": 1 } }
        : {},
    );
    assert.deepEqual(found, ["the leading master counts 2 agents (master/slaves_active is 1)"]);
  });

  it("wants exactly one leading master", () => {
    const none = missing((node) =>
      node.role === "master" ? { metrics: { "registrar/log/recovered": 1 } } : {},
    );
    assert.deepEqual(none, ["exactly one master is elected (now 0: master/elected = 1)"]);
  });

  it("wants the log recovered from 1.0 on only", () => {
    const metrics = { "master/elected": 1, "master/slaves_active": 2 };
    const found = missing((node) => (node.role === "master" ? { metrics } : {}));
    assert.deepEqual(found, ["master-1 has recovered its log (registrar/log/recovered = 1)"]);
    const old = planCluster(
      clusterSpec({ masters: { ...clusterSpec().masters, version: "0.28.3" } }),
      planInputs(),
    ).readiness.nodes.map((node) =>
      node.role === "master" ? { ...wellSeen(node), metrics } : wellSeen(node),
    );
    assert.deepEqual(judge(old).missing, []);
  });

  it("names both versions of a node that runs another than asked for", () => {
    const wrong = judge(seen((node) => (node.key === "agent-1" ? { version: "1.7.1" } : {}))).wrongVersions;
    assert.deepEqual(
      wrong.map(({ node, reports }) => [node.key, node.version, reports]),
      [["agent-1", "1.11.0", "1.7.1"]],
    );
    const vendor = judge(seen((node) => (node.key === "agent-1" ? { version: "1.11.0-2.0.1" } : {})));
    assert.deepEqual(vendor.wrongVersions, []);
  });

  it("tells candidates of one release apart by the commit that they were built of", () => {
    const of = (commit: string | undefined): string[] =>
      judge(seen((node) => (node.role === "master" ? { commit } : {}))).wrongVersions.map(
        ({ reports }) => reports,
      );
    assert.deepEqual(of("85462fc183a6f3a1f8f4bd5c0ed0d6b0f1b0c0de"), ["1.8.0-rc1 (commit 85462fc183a6)"]);
    assert.deepEqual(of("acefa90695a3cd35b4d6c0e1f0b0c0de85462fc1"), []);
    assert.deepEqual(of("0123456789abcdef0123456789abcdef01234567"), [], "a vendor's own commit");
    assert.deepEqual(of(undefined), []);
  });

  it("holds a build between tags against its commit, whatever its number, and names who does not say one", () => {
    const asked = (commit: string | undefined, version = "1.12.0"): ReturnType<typeof judge> =>
      judge(
        planCluster(
          clusterSpec({ masters: { ...clusterSpec().masters, commit: "c1b42f79d157aa9" } }),
          planInputs(),
        ).readiness.nodes.map((node) => ({
          ...wellSeen(node),
          ...(node.role === "master" ? { version, commit } : {}),
        })),
      );
    assert.deepEqual(asked("c1b42f79d157aa900be5cbb0c1023f1479962aa7").wrongVersions, []);
    assert.deepEqual(asked("c1b42f79").wrongVersions, []);
    const [wrong] = asked("acefa90695a3cd35b4d6c0e1f0b0c0de85462fc1", "1.11.0").wrongVersions;
    assert.equal(wrong?.node.key, "master-1");
    assert.equal(wrong.reports, "1.11.0 of commit acefa90695a3");
    const silent = asked(undefined);
    assert.deepEqual(silent.wrongVersions, []);
    assert.deepEqual(
      silent.unsaidCommits.map(({ key }) => key),
      ["master-1"],
    );
  });

  it("gives up on a container that stays down or exits again and again, not on a slow one", () => {
    const dead = (container: NodeObservation["container"]): number =>
      judge(seen((node) => (node.key === "agent-1" ? { container, healthy: false } : {}))).dead.length;
    assert.equal(dead({ ...running, status: "exited", exitCode: 1 }), 1);
    assert.equal(dead({ ...running, status: "restarting", exitCode: 1, restarts: 5 }), 1);
    assert.equal(dead({ ...running, status: "restarting", exitCode: 1, restarts: 1 }), 0);
    assert.equal(dead({ ...running, status: "created" }), 0);
    assert.equal(dead(undefined), 0);
  });
});

describe("waitFor", () => {
  const options = { timeoutSeconds: 60, pauseMilliseconds: 1 };

  it("looks until it is ready and answers with what it saw last", async () => {
    let looks = 0;
    const ended = await waitFor(
      () =>
        Promise.resolve({ state: ++looks === 3 ? ("ready" as const) : ("waiting" as const), value: looks }),
      options,
    );
    assert.equal(ended.ended, "ready");
    assert.equal(ended.value, 3);
  });

  it("stops at once when it is hopeless, and at its deadline when it is not", async () => {
    const hopeless = await waitFor(() => Promise.resolve({ state: "hopeless" as const, value: 1 }), options);
    assert.equal(hopeless.ended, "hopeless");
    const late = await waitFor(() => Promise.resolve({ state: "waiting" as const, value: 1 }), {
      ...options,
      timeoutSeconds: 0.05,
    });
    assert.equal(late.ended, "deadline");
  });

  it("rejects when its signal aborts", async () => {
    const cancel = new AbortController();
    const waiting = waitFor(() => Promise.resolve({ state: "waiting" as const, value: 1 }), {
      ...options,
      signal: cancel.signal,
    });
    cancel.abort(new Error("stopped"));
    await assert.rejects(waiting);
  });
});

describe("judge of Marathons", () => {
  const plan = planCluster(clusterSpec({ marathon: marathon({ count: 2 }) }), planInputs());
  const [first, second] = plan.readiness.nodes.filter(({ role }) => role === "marathon");
  const at = (node: ReadinessNode | undefined): string => `${node?.address ?? ""}:${node?.port ?? 0}`;
  const seenOf = (change: (node: ReadinessNode) => Partial<NodeObservation>): NodeObservation[] =>
    plan.readiness.nodes.map((node) => ({
      ...wellSeen(node),
      metrics: { ...wellSeen(node).metrics, "master/frameworks_active": 1 },
      ...(node.role === "marathon" ? { marathon: { leader: at(first), frameworkId: "f" } } : {}),
      ...change(node),
    }));
  const missingOf = (change: (node: ReadinessNode) => Partial<NodeObservation>): string[] =>
    judge(seenOf(change)).missing.map(({ condition }) => condition);

  it("is content when all name one leader and the framework is registered", () => {
    const judgement = judge(seenOf(() => ({})));
    assert.deepEqual(judgement.missing, []);
    assert.match(judgement.progress, /, 2\/2 Marathons$/);
  });

  it("misses one that does not answer, by name and port", () => {
    const found = missingOf((node) =>
      node.key === "marathon-2" ? { healthy: false, error: "/ping answers 404", marathon: undefined } : {},
    );
    assert.deepEqual(found, ["marathon-2 answers on port 8080 (/ping answers 404)"]);
  });

  it("misses a leader, one leader for all, and the framework at the masters", () => {
    const none = missingOf((node) =>
      node.role === "marathon" ? { marathon: { leader: undefined, frameworkId: undefined } } : {},
    );
    assert.deepEqual(none, [
      "marathon-1 knows a leading Marathon (/v2/info: leader)",
      "marathon-2 knows a leading Marathon (/v2/info: leader)",
    ]);
    const split = missingOf((node) =>
      node.key === "marathon-2" ? { marathon: { leader: at(second), frameworkId: "f" } } : {},
    );
    assert.deepEqual(split, ["all Marathons name one leader among them (/v2/info: leader)"]);
    const unregistered = missingOf((node) =>
      node.role === "marathon" ? { marathon: { leader: at(first), frameworkId: undefined } } : {},
    );
    assert.match(unregistered.join(), /^marathon-1 is registered at the leading master/);
    const gone = missingOf((node) => (node.role === "master" ? { metrics: wellSeen(node).metrics } : {}));
    assert.match(gone.join(), /^marathon-1 is registered at the leading master/);
  });

  it("says which version a Marathon runs where another was asked for", () => {
    const { wrongVersions } = judge(
      seenOf((node) => (node.role === "marathon" ? { version: "1.7.37" } : {})),
    );
    assert.deepEqual(
      wrongVersions.map(({ node, reports }) => [node.key, reports]),
      [
        ["marathon-1", "1.7.37"],
        ["marathon-2", "1.7.37"],
      ],
    );
  });
});
