import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { causes, likelyCause } from "../../automation/evidence/causes/table";
import type { Evidence } from "../../automation/evidence/evidence";
import { packageRoot } from "../../automation/layout";
import { at, evidence, logLines } from "./evidence-fixtures";

const exited = { status: "exited", exitCode: 1, restarts: 5, outOfMemory: false, error: "" };
const test = evidence().test!;

/** What real binaries wrote, by what is wrong. */
const recorded: readonly (readonly [id: string, what: string, Evidence, says: RegExp])[] = [
  [
    "loopback",
    "the warning of a libmesos driver",
    evidence({
      test: {
        ...test,
        lines: logLines(
          "W0323 17:41:01.498194  3822 sched.cpp:1642] ",
          "**************************************************",
          "Scheduler driver bound to loopback interface! Cannot communicate with remote master(s). You might want to set 'LIBPROCESS_IP' environment variable to use a routable IP address.",
        ),
      },
    }),
    /bound to 127\.0\.0\.1, where no master can reach it; set LIBPROCESS_IP to MESOS_MATRIX_HOST_IP/,
  ],
  [
    "loopback",
    "a framework that the master knows at 127.0.0.1",
    evidence({
      nodes: {
        "master-1": {
          state: { frameworks: [{ name: "jvm", pid: "scheduler-0b3c@127.0.0.1:41321", tasks: [] }] },
        },
      },
    }),
    /bound to 127\.0\.0\.1:41321/,
  ],
  [
    "no-docker-cli",
    "an agent without a docker client",
    evidence({
      nodes: {
        "agent-1": {
          fate: exited,
          log: logLines(
            "E0412 09:12:01.100000     1 main.cpp:468] EXIT with status 1: Failed to create a containerizer: Could not create DockerContainerizer: Failed to create docker: Timed out getting docker version",
          ),
        },
      },
    }),
    /agent-1 exits because its Docker containerizer finds no docker program/,
  ],
  [
    "no-docker-cli",
    "an agent on a host without cgroup v1",
    evidence({
      nodes: {
        "agent-1": {
          fate: exited,
          log: logLines(
            "Failed to create a containerizer: Could not create DockerContainerizer: Failed to create docker: Failed to find a mounted cgroups hierarchy for the 'cpu' subsystem; you probably need to mount cgroups manually",
          ),
        },
      },
    }),
    /finds no cgroup v1 hierarchy for cpu on this host/,
  ],
  [
    "work-dir",
    "an agent whose resources changed, as 0.28 says it",
    evidence({
      nodes: {
        "agent-1": {
          fate: exited,
          log: logLines("Failed to perform recovery: Incompatible slave info detected."),
        },
      },
    }),
    /agent-1 refuses its work_dir, which belongs to an agent with other resources or attributes/,
  ],
  [
    "port-taken",
    "a port of this machine that Docker cannot publish at",
    evidence({
      test: undefined,
      up: {
        kind: "error",
        message: "Unable to start container: Bind for 127.0.0.1:43080 failed: port is already allocated",
      },
    }),
    /the port 43080 .* belongs to another process of this machine/,
  ],
  [
    "killed",
    "a container that ran out of memory",
    evidence({
      nodes: { "master-1": { fate: { ...exited, exitCode: 137, outOfMemory: true } } },
    }),
    /master-1 ran out of memory and was killed \(exit code 137\)/,
  ],
  [
    "killed",
    "an agent that was killed while the test ran and is back",
    evidence({
      engine: [
        { at: at(15), node: "agent-1", action: "die", exitCode: 137, signal: undefined },
        { at: at(16), node: "agent-1", action: "start", exitCode: undefined, signal: undefined },
      ],
    }),
    /agent-1 was killed from outside \(exit code 137, SIGKILL\) while the test ran/,
  ],
  [
    "node-died",
    "a master that ended while the test ran",
    evidence({
      engine: [
        { at: at(1), node: "master-1", action: "start", exitCode: undefined, signal: undefined },
        { at: at(15), node: "master-1", action: "die", exitCode: 1, signal: undefined },
      ],
    }),
    /master-1 ended with exit code 1 while the test ran/,
  ],
  [
    "no-program",
    "an image without Mesos",
    evidence({
      test: undefined,
      nodes: {
        "master-1": {
          fate: {
            ...exited,
            status: "created",
            exitCode: 127,
            error: 'exec: "mesos-master": executable file not found in $PATH: unknown',
          },
        },
      },
    }),
    /the image of master-1 has no program mesos-master/,
  ],
  [
    "offers",
    "a task that is larger than its offers",
    evidence({
      nodes: {
        "master-1": {
          log: logLines(
            "I0412 09:12:01.100000     1 master.cpp:6000] Sending status update TASK_ERROR for task t1 of framework f1 'Total resources cpus(*):8; mem(*):64 required by task and its executor is more than available cpus(*):1; mem(*):128'",
          ),
        },
      },
    }),
    /a task asks for more than its offers hold \(cpus\(\*\):8; mem\(\*\):64 of cpus\(\*\):1/,
  ],
  [
    "disk-full",
    "a test that fills its disk",
    evidence({ test: { ...test, lines: logLines("write /tmp/x: no space left on device") } }),
    /the disk that the test writes to is full/,
  ],
  [
    "hostname",
    "a test in Java that cannot resolve a master's name",
    evidence({
      test: {
        ...test,
        lines: logLines(
          "Caused by: java.net.UnknownHostException: mesos-master-1: Name or service not known",
        ),
      },
    }),
    /the test cannot resolve the host name mesos-master-1/,
  ],
];

/** What looks a little like a cause and is none. */
const innocent: readonly (readonly [what: string, Evidence])[] = [
  ["a test that failed on a healthy cluster", evidence()],
  [
    "a framework that declined some offers and ran its tasks",
    evidence({
      nodes: {
        "master-1": {
          log: logLines("Processing DECLINE call for offers: [ o1 ] for framework f1"),
          state: { completed_frameworks: [{ name: "f", tasks: [], completed_tasks: [{}] }] },
        },
      },
    }),
  ],
  [
    "a master that came back before the test began",
    evidence({
      engine: [
        { at: at(1), node: "master-1", action: "start", exitCode: undefined, signal: undefined },
        { at: at(8), node: "master-1", action: "die", exitCode: 1, signal: undefined },
        { at: at(9), node: "master-1", action: "start", exitCode: undefined, signal: undefined },
      ],
    }),
  ],
  [
    "a test that ran past its deadline",
    evidence({ test: { ...test, outcome: { ...test.outcome!, timedOut: true } } }),
  ],
];

describe("the table of causes", () => {
  for (const [id, what, scene, says] of recorded) {
    it(`names ${id} for ${what}`, () => {
      const cause = likelyCause(scene);
      assert.equal(cause.id, id, cause.text);
      assert.match(cause.text, says);
    });
  }

  for (const [what, scene] of innocent) {
    it(`says unknown of ${what}`, () => {
      assert.equal(likelyCause(scene).id, "unknown", likelyCause(scene).text);
    });
  }

  it("stands in the documentation, row by row", () => {
    const text = readFileSync(path.join(packageRoot, "docs", "evidence.md"), "utf8");
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\|$/gm)].map(
      ([, id, title]) => `${id ?? ""}: ${title ?? ""}`,
    );
    assert.deepEqual(
      rows,
      causes.map(({ id, title }) => `${id}: ${title}`),
    );
  });

  it("has one row of each id, with a source, and answers in one line", () => {
    const ids = causes.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(causes.every(({ source, title }) => source !== "" && title !== ""));
    for (const [, , scene] of recorded) assert.doesNotMatch(likelyCause(scene).text, /\n/);
  });
});
