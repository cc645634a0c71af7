import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { PreviewReport } from "../../automation/preview/report";
import { docker } from "../../readiness/docker";
import { cli, labelled, Scratch, uniqueName } from "./harness";

describe("mesos-matrix preview", function () {
  const name = uniqueName("pre");
  const scratch = new Scratch();
  const write = (keys: string): string =>
    scratch.file(
      "cluster.yaml",
      [
        "apiVersion: mesos-matrix/v1",
        "kind: Cluster",
        `name: ${name}`,
        "cluster:",
        '  mesos: { version: "1.11.0", image: simulator }',
        ...keys.split("\n").map((line) => `  ${line}`),
        "",
      ].join("\n"),
    );
  const agents = (rack: string): string =>
    `agents: [{ count: 1, resources: "cpus:1;mem:64", attributes: { rack: ${JSON.stringify(rack)} } }]`;
  const agentId = async (): Promise<string> =>
    (await docker(["container", "inspect", "--format", "{{.Id}}", `${name}-agent-1`])).trim();

  after(async () => {
    await cli(["down", name]);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
    scratch[Symbol.dispose]();
  });

  it("calls everything new before the first up, and makes nothing", async () => {
    const file = write(agents("a"));
    const { code, stdout, stderr } = await cli(["preview", file, "--detailed-exitcode"]);
    assert.equal(code, 10, stderr);
    assert.match(stdout, new RegExp(`there is no stack ${name} yet: everything is made new`));
    assert.match(stdout, /^ {2}\+ agent-1$/m);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  it("finds no change right after an up", async () => {
    const file = write(agents("a"));
    assert.equal((await cli(["up", file])).code, 0);
    const { code, stdout, stderr } = await cli(["preview", file, "--detailed-exitcode"]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /against what is deployed: no change$/m);
  });

  it("ends with 11 for a danger, which up refuses until it is confirmed", async () => {
    const file = write(agents("b"));
    const { code, stdout } = await cli(["preview", file, "--detailed-exitcode", "--json"]);
    assert.equal(code, 11, stdout);
    const report = JSON.parse(stdout) as PreviewReport;
    assert.deepEqual(
      report.cluster?.dangers.map(({ id, confirmed }) => [id, confirmed]),
      [["tasks-lost", false]],
    );
    assert.deepEqual(
      report.annotations.map(({ line, level }) => [line, level]),
      [[6, "warning"]],
    );
    const before = await agentId();
    const refused = await cli(["up", file]);
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /running tasks are lost \(tasks-lost\).*\n.*confirm: \[tasks-lost\]/);
    assert.equal(await agentId(), before);

    const confirmed = write(`${agents("b")}\nconfirm: [tasks-lost]`);
    assert.equal((await cli(["preview", confirmed, "--detailed-exitcode"])).code, 10);
    const up = await cli(["up", confirmed]);
    assert.equal(up.code, 0, up.stderr);
    assert.notEqual(await agentId(), before);
    assert.equal((await cli(["preview", confirmed, "--detailed-exitcode"])).code, 0);
  });

  it("tells what somebody did to the containers by hand", async () => {
    const file = write(agents("b"));
    await docker(["container", "rm", "--force", `${name}-agent-1`]);
    const { code, stdout, stderr } = await cli(["preview", file, "--detailed-exitcode"]);
    assert.equal(code, 10, stdout + stderr);
    assert.match(stdout, /it is gone from the engine/);
  });

  it("does not take an up that failed half-way for no change", async () => {
    const file = write(`${agents("c")}\nreadyTimeout: 1s\nmasters: { env: { MESOS_QUIET: "true" } }`);
    const up = await cli(["up", file, "--yes"]);
    assert.equal(up.code, 4, up.stderr);
    const { code, stdout, stderr } = await cli(["preview", file, "--detailed-exitcode"]);
    assert.ok(code === 10 || code === 11, stdout + stderr);
    assert.match(stdout, /^not all is known: the last `up` did not end: .*container agent-1/m);
  });

  it("compares with a revision of git, asking neither Docker nor Pulumi", async () => {
    const git = (...args: string[]): void => {
      const identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
      execFileSync("git", ["-C", scratch.path, ...identity, ...args], { stdio: "pipe" });
    };
    const file = write(agents("a"));
    git("init", "--quiet");
    git("add", "cluster.yaml");
    git("commit", "--quiet", "-m", "first");
    write(agents("`|<b>@someone"));
    const nowhere = { env: { DOCKER_HOST: "tcp://127.0.0.1:9", PATH: "/usr/bin:/bin" } };
    const { code, stdout, stderr } = await cli(
      ["preview", file, "--against", "HEAD", "--format", "markdown", "--detailed-exitcode"],
      nowhere,
    );
    assert.equal(code, 11, stdout + stderr);
    assert.match(stdout, /rack:a -> rack:/);
    // Every word of the user's stands in code.
    assert.equal(stdout.replace(/(`+)[^`].*?\1(?!`)/g, "").includes("@someone"), false, stdout);

    writeFileSync(file, "cluster: [");
    const broken = await cli(["preview", file, "--against", "HEAD", "--format", "markdown"], nowhere);
    assert.equal(broken.code, 2);
    assert.match(broken.stdout, /problem/);
    const lost = await cli(["preview", file, "--against", "no-such-revision"], nowhere);
    assert.ok(lost.code === 2 || lost.code === 3, lost.stderr);
  });

  it("marks a Marathon that gets a Mesos below its minimum, where that is what changes", async () => {
    const file = (mesos: string, count: number): string =>
      scratch.file(
        `marathon-${mesos}-${count}.yaml`,
        [
          "apiVersion: mesos-matrix/v1",
          "kind: Cluster",
          `name: ${name}`,
          "cluster:",
          `  mesos: { version: "${mesos}", image: simulator }`,
          '  marathon: { version: "1.7.216", image: simulator }',
          `  agents: [{ count: ${count} }]`,
          "  allow: [marathon-master-too-old, marathon-below-recommended]",
          "",
        ].join("\n"),
      );
    const dangersOf = async (before: string, after: string): Promise<unknown[] | undefined> => {
      const { stdout, stderr } = await cli(["preview", after, "--against", before, "--json"]);
      const { cluster } = JSON.parse(stdout || stderr) as PreviewReport;
      return cluster?.dangers.map(({ id }) => id).filter((id) => id === "marathon-below-minimum");
    };
    assert.deepEqual(await dangersOf(file("1.7.3", 1), file("1.4.3", 1)), ["marathon-below-minimum"]);
    assert.deepEqual(await dangersOf(file("1.4.3", 1), file("1.4.3", 2)), []);
  });
});
