import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import * as path from "node:path";
import { cli, labelled, root, Scratch, start, uniqueName } from "./harness";
import { matrixFile } from "./matrix-file";

/** The docker client of this machine, but its engine calls itself one with cgroup v2. */
function engineWithCgroup2(scratch: Scratch): Readonly<Record<string, string>> {
  const real = (process.env.PATH ?? "")
    .split(":")
    .map((folder) => path.join(folder, "docker"))
    .find((file) => existsSync(file));
  const answer = '{"CgroupVersion":"2","ServerVersion":"28.2.1","NCPU":2,"MemTotal":8589934592}';
  const script = `#!/bin/sh\n[ "$*" = "info --format {{json .}}" ] && echo '${answer}' && exit 0\nexec ${real ?? ""} "$@"\n`;
  chmodSync(scratch.file("docker", script), 0o755);
  return { PATH: `${scratch.path}:${process.env.PATH ?? ""}` };
}

describe("what this machine's engine cannot do", function () {
  it("is refused by up with the fact, the cure and exit code 3, and nothing is made", async () => {
    using scratch = new Scratch();
    const name = uniqueName("cgroup");
    const agents = '[{ flags: { containerizers: "docker,mesos" } }]';
    const file = scratch.file(
      "c.yaml",
      `apiVersion: mesos-matrix/v1\nkind: Cluster\nname: ${name}\ncluster: { mesos: { version: "1.4.3", image: simulator }, agents: ${agents} }\n`,
    );
    const { code, stderr } = await cli(["up", file], { env: engineWithCgroup2(scratch) });
    assert.equal(code, 3, stderr);
    assert.match(stderr, new RegExp(`${name} cannot run on this machine: agents\\[0\\]: .*cgroup v2`));
    assert.match(stderr, /containerizers=mesos.*allow: \[docker-cgroup-v2\]/);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  it("is refused by withCluster before anything is made", async () => {
    using scratch = new Scratch();
    const script = scratch.file(
      "refused.js",
      `const { clusterSpec, withCluster } = require(${JSON.stringify(path.join(root, "dist/automation/library/automation.js"))});
const agents = [{ flags: { containerizers: "docker,mesos" } }];
const spec = clusterSpec({ mesos: { version: "1.4.3", image: "simulator" }, agents });
withCluster(spec, () => console.log("it runs")).catch((error) => console.log(error.message));`,
    );
    const { stdout, stderr } = await start([path.relative(root, process.execPath), script], {
      env: engineWithCgroup2(scratch),
    }).ended;
    assert.match(stdout, /cannot run on this machine: agents\[0\]: .*cgroup v2/, stderr);
  });

  it("is a refused cell of a matrix, and check does not ask the engine", async () => {
    using scratch = new Scratch();
    const agents = [{ count: 1, flags: { containerizers: "docker,mesos" } }];
    const file = scratch.file(
      "m.yaml",
      matrixFile({ command: ["true"], versions: ["1.4.3"], cluster: { agents } }),
    );
    const env = engineWithCgroup2(scratch);
    const { code, stdout, stderr } = await cli(["run", file, "--out", path.join(scratch.path, "out")], {
      env,
    });
    assert.match(stdout, /mesos=1\.4\.3 +refused/, stderr);
    assert.equal(code, 2);
    const checked = await cli(["check", file], { env });
    assert.equal(checked.code, 0);
    assert.doesNotMatch(checked.stdout, /refused/);
  });
});
