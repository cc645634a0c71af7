import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { forgetStack, openStack } from "../../automation/stack";
import { clusterImages } from "../lab/images";
import { Lab } from "../lab/lab";
import { eventually } from "../integration/mesos";
import { machinesVariable } from "../lab/hosts-program";
import { cli, root, Scratch, start, uniqueName, type Running } from "./harness";

const versions = ["0.28.3", "1.8.0-rc3", "1.11.0"];

describe("a matrix on hosts that another stack made", () => {
  const pool = uniqueName("pool");
  let lab: Lab;
  let scratch: Scratch;

  before(async () => {
    scratch = new Scratch();
    const images = await clusterImages();
    lab = await Lab.start([{ images }, { images }]);
    // In place of Google's: machines that are there, and a key that is a secret of the stack.
    const hosts = lab.hosts.map(({ address, hostKey, n }) => ({
      name: `h${n}`,
      address,
      hostKey,
      privateKey: pulumi.secret(readFileSync(lab.identity, "utf8")),
    }));
    const ownership = { run: pool, cell: pool, expires: undefined, owner: undefined };
    const { stack } = await openStack(pool, () => Promise.resolve({ hosts }), ownership);
    await stack.up();
  });
  after(async () => {
    await forgetStack(pool, undefined);
    await lab[Symbol.asyncDispose]();
    scratch[Symbol.dispose]();
  });

  it("runs three cells at once on disjoint ports of the same hosts, and leaves nothing on them", async () => {
    // Every cell's test waits until it has seen the other two begin.
    const meet = path.join(scratch.path, "begun");
    const test = scratch.file(
      "test.js",
      `const fs = require("node:fs");
       const begun = ${JSON.stringify(meet)};
       fs.appendFileSync(begun, process.env.MESOS_MATRIX_CELL + "\\n");
       (async () => {
         const answer = await fetch("http://" + process.env.MESOS_MATRIX_MASTER + "/version");
         console.log("version", (await answer.json()).version);
         while (fs.readFileSync(begun, "utf8").trim().split("\\n").length < 3) await new Promise((r) => setTimeout(r, 100));
       })();`,
    );
    const file = scratch.file(
      "matrix.yaml",
      `apiVersion: mesos-matrix/v1
kind: Matrix
cluster:
  target: { kind: ssh, hostsFrom: ${pool} }
  mesos: { image: simulator }
  timings: fast
  agents: [{ count: 2, resources: "cpus:1;mem:128" }]
axes:
  mesos: [${versions.join(", ")}]
test: { command: [node, ${test}], timeout: 5m }
`,
    );
    const out = path.join(scratch.path, "runs");
    const run = await cli(["run", file, "--concurrency", "3", "--out", out, "--json"], { seconds: 600 });
    assert.equal(run.code, 0, run.stdout + run.stderr);
    const [folder = ""] = readdirSync(out);
    const cells = readdirSync(path.join(out, folder), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    assert.equal(cells.length, 3);
    const addresses = cells.flatMap(({ name }) => {
      const text = readFileSync(path.join(out, folder, name, "cluster.json"), "utf8");
      const { masters, agents } = JSON.parse(text) as Record<"masters" | "agents", { address: string }[]>;
      return [...masters, ...agents].map(({ address }) => address);
    });
    assert.equal(new Set(addresses).size, 9, addresses.join(" "));
    const left = await Promise.all(
      lab.hosts.map((host) => host.must("sh", "-c", "docker ps -aq; docker volume ls -q")),
    );
    assert.deepEqual(left, ["", ""]);
  });

  describe("that the run makes itself, a lab's in place of Google's", () => {
    const machines = path.join(__dirname, "..", "lab", "run-matrix.js");
    let log: string;
    let lastRun = "";

    const matrix = (name: string, script: string, mesos: readonly string[]): string =>
      scratch.file(
        `${name}.yaml`,
        JSON.stringify({
          ...{ apiVersion: "mesos-matrix/v1", kind: "Matrix" },
          cluster: {
            target: { kind: "gcp", region: "europe-west1", sshFrom: ["192.0.2.7/32"], count: 2 },
            mesos: { image: "simulator" },
            timings: "fast",
            agents: [{ count: 1, resources: "cpus:1;mem:128" }],
          },
          axes: { mesos },
          test: { command: ["sh", "-c", script], timeout: "5m" },
        }),
      );
    const run = (file: string): Running => {
      const hosts = lab.hosts.map(({ address, hostKey, n }) => ({
        ...{ name: `h${n}`, address, port: 22, user: "root", hostKey, privateAddress: address },
        privateKey: readFileSync(lab.identity, "utf8"),
      }));
      log = path.join(scratch.path, uniqueName("log"));
      const listed = scratch.file(uniqueName("machines"), JSON.stringify({ hosts, log }));
      return start([path.relative(root, process.execPath), machines, file, path.join(scratch.path, "made")], {
        env: { [machinesVariable]: listed },
        seconds: 600,
      });
    };
    const lines = (): string[] => {
      const all = readFileSync(log, "utf8").trim().split("\n");
      return all.map((line) => line.replace(/ hosts-[0-9a-f]{8} /, " ")).sort();
    };
    const whole = ["deleted h1", "deleted h2", "made h1", "made h2"];
    const onHosts = (): Promise<string[]> =>
      Promise.all(lab.hosts.map((host) => host.must("sh", "-c", "docker ps -aq; docker volume ls -q")));
    /** What ls knows of the run whose machines were made last. */
    const ofRun = async (): Promise<string[]> => {
      const name = / (hosts-[0-9a-f]{8}) /.exec(readFileSync(log, "utf8"))?.[1];
      const listed = JSON.parse((await cli(["ls", "--json"])).stdout) as { name: string; run: string }[];
      lastRun = listed.find((one) => one.name === name)?.run ?? lastRun;
      return listed
        .filter((one) => one.name === name || (lastRun !== "" && one.run === lastRun))
        .map((one) => one.name);
    };

    it("makes them once for all cells, and deletes them after the last; one that fails keeps its evidence", async () => {
      const passes = `[ "$MESOS_MATRIX_MESOS_VERSION" != ${versions[0] ?? ""} ]`;
      const { code, stderr } = await run(matrix("whole", passes, versions.slice(0, 2))).ended;
      assert.equal(code, 5, stderr);
      const kept = readdirSync(path.join(scratch.path, "made"), { recursive: true, encoding: "utf8" });
      for (const file of [
        "master-1.log",
        "agent-1.log",
        "state/master-1.json",
        "state/agent-1.json",
        "zookeeper.txt",
      ])
        assert.ok(
          kept.some((name) => name.endsWith(file)),
          `${file} is not in ${kept.join(" ")}`,
        );
      assert.match(stderr, /making 2 machines for the cells of this run: hosts-[0-9a-f]{8}\n/);
      assert.deepEqual(lines(), whole);
      assert.deepEqual(await onHosts(), ["", ""]);
      assert.deepEqual(await ofRun(), []);
    });

    it("deletes them on Ctrl-C", async () => {
      const going = run(matrix("interrupted", "sleep 300", versions.slice(0, 1)));
      await going.sees(/mesos=0\.28\.3: test\n/);
      going.child.kill("SIGINT");
      const { code, stderr } = await going.ended;
      assert.equal(code, 130, stderr);
      assert.deepEqual(lines(), whole);
      assert.deepEqual(await onHosts(), ["", ""]);
      assert.deepEqual(await ofRun(), []);
    });

    it("leaves them to gc, or to their time, when the runner is killed; what was on them is forgotten", async () => {
      const going = run(matrix("killed", "sleep 300", versions.slice(0, 1)));
      await going.sees(/mesos=0\.28\.3: test\n/);
      going.child.kill("SIGKILL");
      await going.ended;
      assert.deepEqual(lines(), ["made h1", "made h2"]);
      assert.equal((await ofRun()).length, 2, "the machines, and the cell on them");
      await eventually("garbage that nobody works on", 60, async () => {
        // Other garbage of this machine is none of this test's.
        await cli(["gc"], { seconds: 300 });
        return lines().length === 4 ? true : undefined;
      });
      assert.deepEqual(lines(), whole);
      assert.deepEqual(await ofRun(), []);
    });
  });

  it("says which stack there is not, before anything is started", async () => {
    const text = `apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster: { mesos: { version: "1.11.0", image: simulator }, target: { kind: ssh, hostsFrom: no-such-pool } }\n`;
    const up = await cli(["up", scratch.file("cluster.yaml", text)]);
    assert.equal(up.code, 3, up.stderr);
    assert.match(up.stderr, /there is no stack no-such-pool/);
  });
});
