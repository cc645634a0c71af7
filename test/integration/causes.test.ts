import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { likelyCause } from "../../automation/evidence/causes/table";
import { listenToEngine, rememberedEvents, type Listening } from "../../automation/evidence/engine-events";
import type { Evidence, TestEvidence } from "../../automation/evidence/evidence";
import { gather } from "../../automation/evidence/gather";
import { keepEvidence } from "../../automation/evidence/keep";
import { storyOf } from "../../automation/evidence/story";
import { TestLines } from "../../automation/evidence/test-lines";
import { runChild } from "../../automation/child";
import type { UpOutcome } from "../../automation/worker/protocol";
import { docker } from "../../readiness/docker";
import { uniqueName } from "../e2e/harness";
import { agentGroup, clusterSpec } from "../unit/fixtures";
import { ForeignClient, foreignKinds } from "./foreign-client";
import { declineOffers } from "./planted-framework";
import { eventually, leadingState } from "./mesos";
import { PlantedCluster } from "./planted";

const notReady: UpOutcome = { kind: "not-ready", message: "not ready" };

/** Evidence of these nodes alone, as if the others were not there: one cluster carries many faults. */
function only(evidence: Evidence, ...keys: readonly string[]): Evidence {
  const mine = (key: string): boolean => keys.includes(key);
  return {
    ...evidence,
    nodes: evidence.nodes.filter(({ plan }) => mine(plan.key)),
    engine: evidence.engine.filter(({ node }) => mine(node)),
  };
}

describe("the likely cause of a failure that was planted in real containers", function () {
  const run = uniqueName("run");
  let cluster: PlantedCluster;
  let engine: Listening;
  let evidence: Evidence;
  const master = "master-1";

  before(async () => {
    const resources = "cpus:1;mem:128;disk:10;ports:[31000-31001]";
    const spec = clusterSpec({
      name: uniqueName("why"),
      timings: "fast",
      masters: { ...clusterSpec().masters, count: 1 },
      agents: [agentGroup({ count: 10, resources }), agentGroup({ count: 1, version: "0.28.3", resources })],
    });
    cluster = await PlantedCluster.of(spec, run);
    engine = listenToEngine(`mesos-matrix.run=${run}`, cluster.folder);
    const { plan } = cluster;
    const address = (key: string): string => plan.containers.find((c) => c.key === key)?.address ?? "";
    const name = (key: string): string => `${spec.name}-${key}`;
    const without = (flag: string, argv: readonly string[]): string[] =>
      argv.filter((word) => !word.startsWith(`--${flag}=`));

    await Promise.all(["zookeeper-1", master, "agent-1", "agent-5"].map((key) => cluster.start(key)));
    await eventually("leading master with two agents", 90, async () => {
      const state = await leadingState([`${address(master)}:5050`]);
      return state?.slaves.filter(({ active }) => active).length === 2 ? state : undefined;
    });
    await Promise.all([
      cluster.start("agent-2", { argv: (argv) => [...argv, "--nonsense=1"] }),
      cluster.start("agent-3", { env: { MESOS_VERSION: "1.7.1" } }),
      cluster.start("agent-4", {
        network: `container:${name("agent-1")}`,
        argv: (argv) => [...without("ip", argv), `--ip=${address("agent-1")}`],
      }),
      cluster.start("agent-6", { entrypoint: "sh", argv: () => ["-c", "echo out of order; exit 3"] }),
      cluster.start("agent-7", { volumeOf: "agent-1" }),
      cluster.start("agent-8", {
        argv: (argv) => [...without("containerizers", argv), "--containerizers=docker,mesos"],
      }),
      cluster.start("agent-9", {
        argv: (argv) => [...without("hostname", without("ip", argv)), "--ip=127.0.0.9"],
      }),
      cluster.start("agent-10", {
        argv: (argv) => [...without("work_dir", argv), "--work_dir=/full"],
        options: ["--tmpfs", "/full:size=4k,nr_inodes=3"],
      }),
      cluster.start("agent-2-1"),
      docker(["kill", "--signal", "KILL", name("agent-5")]),
    ]);
    evidence = await eventually("failure of every planted agent", 120, async () => {
      const { evidence: seen } = await gather(jobOf(cluster), notReady, undefined);
      const failing = [2, 3, 4, 6, 7, 8, 9, 10].map((n) =>
        seen.nodes.find(({ plan: c }) => c.key === `agent-${n}`),
      );
      const ignored = seen.nodes
        .find(({ plan: c }) => c.key === master)
        ?.log.some(({ text }) => text.includes("Ignoring"));
      return failing.every((node) => (node?.fate?.restarts ?? 0) >= 2) && ignored === true ? seen : undefined;
    });
  });
  after(async () => {
    engine.stop();
    await cluster[Symbol.asyncDispose]();
  });

  const planted: readonly (readonly [agent: string, id: string, says: RegExp])[] = [
    ["agent-2", "unknown-flag", /agent-2 exits because the agent of Mesos 1\.11\.0 has no flag --nonsense/],
    ["agent-3", "env-version", /agent-3 exits because MESOS_VERSION is in its environment/],
    ["agent-4", "port-taken", /agent-4 cannot listen because another process has its port 5051/],
    ["agent-5", "killed", /agent-5 was killed from outside \(exit code 137, SIGKILL\)/],
    [
      "agent-6",
      "exits-at-once",
      /agent-6 exits as soon as it starts, with code 3, its last line: out of order/,
    ],
    ["agent-7", "work-dir", /agent-7 refuses its work_dir, which belongs to an agent with other hostname/],
    ["agent-8", "no-docker-cli", /agent-8 exits because its Docker containerizer finds no docker program/],
    ["agent-9", "hostname", /agent-9 exits because it cannot look up its own host name/],
    ["agent-10", "disk-full", /the disk of agent-10 is full/],
    ["agent-2-1", "old-agent", /agent-2-1 of Mesos 0\.28\.3 is ignored by masters of 1\.11\.0/],
  ];
  for (const [agent, id, says] of planted) {
    it(`is ${id}: ${agent}`, () => {
      const cause = likelyCause(only(evidence, "zookeeper-1", master, agent));
      assert.equal(cause.id, id, cause.text);
      assert.match(cause.text, says);
    });
  }

  it("is offers where a framework declines all of them and launches nothing", async () => {
    const { plan } = cluster;
    const started = new Date().toISOString();
    const address = plan.containers.find((c) => c.key === master)?.address ?? "";
    assert.ok((await declineOffers(`${address}:5050`, "*", { offers: 2, seconds: 60 })) >= 2);
    const outcome = { code: 1, signal: undefined, timedOut: false, lastLine: "" };
    const test = { started, ended: new Date().toISOString(), outcome, lines: [] };
    const seen = await gather(jobOf(cluster), { kind: "ready" }, test);
    const cause = likelyCause(only(seen.evidence, "zookeeper-1", master, "agent-1"));
    assert.equal(cause.id, "offers", cause.text);
    assert.match(
      cause.text,
      /the framework picky declined all \d+ offers and launched nothing.*at most cpus:1/,
    );
  });

  it("is hostname where a test cannot resolve a name, and unknown where nothing is known", async () => {
    const failing = async (script: string): Promise<TestEvidence> => {
      const started = new Date().toISOString();
      const said = new TestLines();
      const outcome = await runChild({
        argv: [process.execPath, "-e", script],
        env: {},
        timeout: 60,
        signal: new AbortController().signal,
        log: path.join(cluster.folder, "test.log"),
        onLine: (line) => said.add(line),
      });
      return {
        started,
        ended: new Date().toISOString(),
        outcome: { ...outcome, lastLine: "" },
        lines: said.lines(),
      };
    };
    const healthy = only(evidence, "zookeeper-1", master, "agent-1");
    const lookup = await failing("require('node:dns').lookup('no-such-host.invalid', (e) => { throw e; })");
    const unresolved = likelyCause({ ...healthy, up: { kind: "ready" }, test: lookup });
    assert.equal(unresolved.id, "hostname", unresolved.text);
    assert.match(unresolved.text, /the test cannot resolve the host name no-such-host\.invalid/);
    const plain = await failing("console.log('2 of 3 tasks finished'); process.exitCode = 1;");
    const unknown = likelyCause({ ...healthy, up: { kind: "ready" }, test: plain });
    assert.equal(unknown.id, "unknown");
    assert.match(unknown.text, /^unknown: none of the \d+ known causes fits/);
  });

  it("keeps logs, states, metrics, exit codes and the tree of ZooKeeper, and tells one story of all", async () => {
    const { out } = jobOf(cluster);
    const kept = await keepEvidence(jobOf(cluster), notReady, undefined, ["out of order"]);
    assert.deepEqual(kept.warnings, []);
    const name = cluster.spec.name;
    const files = readdirSync(out);
    assert.deepEqual(
      [
        "containers.json",
        "engine-events.jsonl",
        "exit-codes.txt",
        "metrics",
        "state",
        "story.txt",
        "zookeeper.txt",
      ].filter((file) => !files.includes(file)),
      [],
    );
    const text = (file: string): string => readFileSync(path.join(out, file), "utf8");
    assert.match(text("zookeeper.txt"), /^\/mesos\/json\.info_\d{10} {2}\{.*"version":"1\.11\.0"/m);
    assert.match(
      text("exit-codes.txt"),
      new RegExp(`^${name}-agent-5: exited, exit code 137, 0 restarts$`, "m"),
    );
    assert.match(text(`${name}-agent-6.log`), /^\S+Z \[secret\]$/m, "secrets are replaced in every file");
    assert.equal((JSON.parse(text("metrics/master-1.json")) as Record<string, number>)["master/elected"], 1);
    assert.ok(text("state/agent-1.json").includes('"attributes"'));
    const story = text("story.txt");
    const at = (pattern: RegExp): number => {
      const found = story.search(pattern);
      assert.ok(found >= 0, `${String(pattern)} is in\n${story}`);
      return found;
    };
    assert.ok(at(/zookeeper-1 +container: starts/) < at(/master-1 +election: Elected as the leading master/));
    assert.ok(at(/Elected as the leading/) < at(/master-1 +registration: Registered agent/));
    assert.ok(at(/Registered agent/) < at(/agent-5 +container: ends with exit code 137/));
    at(/master-1 +registration: Ignoring registration of agent .* 0\.28\.3/);
    at(/master-1 +offers: Processing DECLINE call/);
    at(/^likely cause: agent-2 exits because/m);
    assert.ok(kept.story.length > 10 && kept.story.length <= 150);
    const order = kept.story.map((event) => event.at);
    assert.deepEqual(order, order.toSorted());
  });

  it("is loopback where a libprocess driver of somebody else listens at 127.0.0.1", async () => {
    const kind = foreignKinds.find(({ name }) => name === "mesos-go-driver");
    assert.ok(kind);
    const address = (key: string): string =>
      cluster.plan.containers.find((container) => container.key === key)?.address ?? "";
    const masters = `zk://${address("zookeeper-1")}:2181/mesos`;
    await using driver = new ForeignClient(kind, { cwd: cluster.folder, fifo: "/dev/null", masters });
    const started = new Date().toISOString();
    const outcome = { code: 1, signal: undefined, timedOut: true, lastLine: "" };
    // What the driver itself writes is left out: Java's and Go's say nothing of where they listen.
    const cause = await eventually("framework at 127.0.0.1", 60, async () => {
      const test = { started, ended: new Date().toISOString(), outcome, lines: [] };
      const seen = await gather(jobOf(cluster), { kind: "ready" }, test);
      const found = likelyCause(only(seen.evidence, "zookeeper-1", master, "agent-1"));
      return found.id === "loopback" ? found : undefined;
    });
    assert.match(
      cause.text,
      /bound to 127\.0\.0\.1:\d+, where no master can reach it; set LIBPROCESS_IP to MESOS_MATRIX_HOST_IP/,
    );
    assert.deepEqual(driver.said("subscribed"), []);
  });

  it("is quorum, then offers of another role, then zookeeper-down, on a cluster whose master is mended meanwhile", async () => {
    const resources = "cpus(prod):1;mem(prod):128;disk(prod):10;ports:[31000-31001]";
    const spec = clusterSpec({
      name: uniqueName("why"),
      timings: "fast",
      agents: [agentGroup({ count: 1, resources })],
    });
    await using other = await PlantedCluster.of(spec, run);
    const address = other.plan.containers.find((c) => c.key === master)?.address ?? "";
    const quorum = (argv: readonly string[]): string[] =>
      argv.map((word) => (word.startsWith("--quorum=") ? "--quorum=2" : word));
    await other.start("zookeeper-1");
    await other.start(master, { argv: quorum });
    await other.start("agent-1");
    const look = async (up: UpOutcome, test?: TestEvidence): Promise<Evidence> =>
      (await gather({ spec, inputs: other.inputs, out: path.join(cluster.folder, spec.name) }, up, test))
        .evidence;
    await eventually("master that looks for a quorum", 60, async () => {
      const { nodes } = await look(notReady);
      return nodes.find(({ plan }) => plan.role === "master")?.metrics["master/elected"];
    });
    const first = likelyCause(await look(notReady));
    assert.equal(first.id, "quorum", first.text);
    assert.match(first.text, /master-1 runs with quorum 2 where 1 master needs 1/);

    await docker(["rm", "--force", `${spec.name}-${master}`]);
    await other.start(master);
    await eventually("leading master with its agent", 90, async () => {
      const state = await leadingState([`${address}:5050`]);
      return state?.slaves.length === 1 ? state : undefined;
    });
    const started = new Date().toISOString();
    await declineOffers(`${address}:5050`, "*", { offers: 2, seconds: 5 });
    const outcome = { code: 1, signal: undefined, timedOut: false, lastLine: "" };
    const test = { started, ended: new Date().toISOString(), outcome, lines: [] };
    const second = likelyCause({ ...(await look({ kind: "ready" }, test)), engine: [] });
    assert.equal(second.id, "offers", second.text);
    assert.match(
      second.text,
      /the framework picky has the role \*, but all processors are reserved for prod/,
    );

    await docker(["stop", "--time", "2", `${spec.name}-zookeeper-1`]);
    const remembered = await rememberedEvents(spec.name, "unix:///var/run/docker.sock");
    assert.ok(
      remembered.some(
        ({ node, action, exitCode }) => node === "zookeeper-1" && action === "die" && exitCode === 143,
      ),
      "an engine that nobody listened to remembers as well",
    );
    const third = await look({ kind: "ready" }, test);
    const cause = likelyCause(third);
    assert.equal(cause.id, "zookeeper-down", cause.text);
    assert.match(cause.text, /ZooKeeper is down: zookeeper-1 \(exit code 143\)/);
    assert.ok(
      storyOf(third).some(
        ({ source, text }) => source === "zookeeper-1" && text.includes("ends with exit code"),
      ),
    );
  });
});

function jobOf({ spec, inputs, folder }: PlantedCluster): Parameters<typeof gather>[0] {
  return { spec, inputs, out: path.join(folder, spec.name) };
}
