import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readEngineEvents } from "../../automation/evidence/engine-events";
import { withoutSecretValues } from "../../automation/evidence/inspect";
import { shortened, storyOf } from "../../automation/evidence/story";
import { TestLines } from "../../automation/evidence/test-lines";
import { at, evidence, logLines } from "./evidence-fixtures";

describe("the story of a cell", () => {
  it("tells logs, engine and test in the order of time, without what glog puts before a line", () => {
    const scene = evidence({
      nodes: {
        "master-1": {
          log: [
            {
              at: at(3),
              text: "I0131 12:00:03.000000     1 master.cpp:2113] Elected as the leading master!",
            },
            { at: at(4), text: "I0131 12:00:04.000000     1 master.cpp:1234] This is no news" },
            {
              at: at(5),
              text: "I0131 12:00:05.000000     9 master.cpp:5123] Registered agent S0 at slave(1)@10.0.0.3:5051 (10.0.0.3)",
            },
          ],
        },
      },
      engine: [{ at: at(1), node: "master-1", action: "start", exitCode: undefined, signal: undefined }],
      test: {
        started: at(10),
        ended: at(20),
        outcome: { code: 7, signal: undefined, timedOut: false, lastLine: "" },
        lines: [{ at: at(12), text: "hello" }],
      },
    });
    assert.deepEqual(
      storyOf(scene).map(({ source, text }) => `${source}: ${text}`),
      [
        "master-1: container: starts",
        "master-1: election: Elected as the leading master!",
        "master-1: registration: Registered agent S0 at slave(1)@10.0.0.3:5051 (10.0.0.3)",
        "test: the test starts",
        "test: hello",
        "test: the test ends with exit code 7",
      ],
    );
  });

  it("strips what ZooKeeper's loggers put before a line, and takes a setting's name for no news", () => {
    const log = logLines(
      "2026-01-31 12:00:00.309+0000 [main] INFO org.apache.zookeeper.server.NIOServerCnxnFactory - binding to port 0.0.0.0/0.0.0.0:2181",
      "2026-01-31 12:00:01.324+0000 [main] INFO org.apache.zookeeper.server.RequestThrottler - zookeeper.request_throttler.shutdownTimeout = 10000 ms",
      "2026-01-31 12:00:02,915 [myid:1] - INFO  [QuorumPeer[myid=1](plain=[0:0:0:0:0:0:0:0]:2181):o.a.z.s.q.QuorumPeer@863] - LEADING - LEADER ELECTION TOOK - 12 MS",
    );
    const scene = evidence({ test: undefined, nodes: { "zookeeper-1": { log } } });
    assert.deepEqual(
      storyOf(scene).map(({ text }) => text),
      [
        "zookeeper: binding to port 0.0.0.0/0.0.0.0:2181",
        "zookeeper: LEADING - LEADER ELECTION TOOK - 12 MS",
      ],
    );
  });

  it("says once, with a count, what a node says again and again", () => {
    const offers = [1, 2, 3].map(
      (n) => `Sending ${n} offers to framework 0f8fad5b-d9cb-469f-a165-70867728950e-000${n}`,
    );
    const scene = evidence({ test: undefined, nodes: { "master-1": { log: logLines(...offers) } } });
    assert.deepEqual(
      storyOf(scene).map(({ text }) => text),
      [`offers: ${offers[0]!} (3 times in a row)`],
    );
  });

  it("is shortened in its middle, with a count of what is left out", () => {
    const events = Array.from({ length: 100 }, (_, i) => ({ at: at(i), source: "test", text: String(i) }));
    const short = shortened(events, 11);
    assert.equal(short.length, 11);
    assert.deepEqual([short[0]?.text, short.at(-1)?.text], ["0", "99"]);
    assert.equal(short[5]?.text, "90 more events, which story.txt has");
    assert.deepEqual(shortened(events, 100), events);
  });
});

describe("evidence", () => {
  it("keeps the first and the last lines of a test that says much", () => {
    const said = new TestLines();
    for (let i = 0; i < 5000; i++) said.add(String(i));
    const lines = said.lines().map(({ text }) => text);
    assert.equal(lines.length, 250);
    assert.deepEqual([lines[0], lines[49], lines[50], lines.at(-1)], ["0", "49", "4800", "4999"]);
  });

  it("hides the values of variables that sound like secrets, and no others", () => {
    const container = {
      Name: "/a",
      RestartCount: 0,
      State: { Status: "running", ExitCode: 0, StartedAt: "", FinishedAt: "", OOMKilled: false, Error: "" },
      Args: [],
      Config: {
        Env: ["PATH=/bin", "DB_PASSWORD=hunter22", "AWS_SECRET_ACCESS_KEY=x", "API_KEY=y", "MESOS_IP=::"],
      },
      NetworkSettings: { Ports: {} },
    };
    assert.deepEqual(withoutSecretValues(container).Config.Env, [
      "PATH=/bin",
      "DB_PASSWORD=[hidden]",
      "AWS_SECRET_ACCESS_KEY=[hidden]",
      "API_KEY=[hidden]",
      "MESOS_IP=::",
    ]);
  });

  it("reads the engine's events and skips a line that was cut off", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-test-"));
    const file = path.join(folder, "events");
    const died = {
      Action: "die",
      timeNano: 1769860815123000000,
      Actor: { Attributes: { exitCode: "137", name: "x-agent-1", "mesos-matrix.node": "agent-1" } },
    };
    writeFileSync(file, `${JSON.stringify(died)}\n{"Action":"di`);
    assert.deepEqual(readEngineEvents(file), [
      { at: "2026-01-31T12:00:15.123Z", node: "agent-1", action: "die", exitCode: 137, signal: undefined },
    ]);
    assert.deepEqual(readEngineEvents(path.join(folder, "none")), []);
    rmSync(folder, { recursive: true });
  });
});
