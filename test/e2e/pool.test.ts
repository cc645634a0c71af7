import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { simulatorImage } from "../../automation/images/simulator";
import { zookeeperImage } from "../../automation/images/zookeeper";
import { forgetStack, openStack } from "../../automation/stack";
import { Lab } from "../lab/lab";
import { cli, Scratch, uniqueName } from "./harness";

const errand = { say: () => undefined, signal: undefined, registry: undefined, refresh: false };
const versions = ["0.28.3", "1.8.0-rc3", "1.11.0"];

describe("a matrix on hosts that another stack made", () => {
  const pool = uniqueName("pool");
  let lab: Lab;
  let scratch: Scratch;

  before(async () => {
    scratch = new Scratch();
    const images = await Promise.all([
      simulatorImage("1.11.0", errand),
      zookeeperImage({ version: undefined }, errand),
    ]);
    const references = images.map(({ reference }) => reference);
    lab = await Lab.start([{ images: references }, { images: references }]);
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

  it("says which stack there is not, before anything is started", async () => {
    const text = `apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster: { mesos: { version: "1.11.0", image: simulator }, target: { kind: ssh, hostsFrom: no-such-pool } }\n`;
    const up = await cli(["up", scratch.file("cluster.yaml", text)]);
    assert.equal(up.code, 3, up.stderr);
    assert.match(up.stderr, /there is no stack no-such-pool/);
  });
});
