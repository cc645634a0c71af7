import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { debianRoot, debianUser, type Identity, load, macUser, Machine } from "./setup-machine";

describe("the set-up's base image", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  const image = (identity: Identity): ReturnType<Machine["setup"]> =>
    machine.setup(identity, ["--only", "base-image"]);
  const offline = 'case "$*" in "image inspect"*|pull*) exit 1;; esac';

  it("is one that the engine has already, and nothing is pulled", async () => {
    machine.program("docker", 'case "$*" in "image inspect mesos-matrix/"*) exit 1;; esac');
    assert.equal((await image(debianUser)).code, 0);
    assert.ok(machine.calls().includes("docker tag debian:bookworm-slim mesos-matrix/debian:bookworm"));
    assert.ok(!machine.calls().some((call) => call.startsWith("docker pull")));
  });

  it("is pulled where a registry answers", async () => {
    machine.program("docker", 'case "$*" in "image inspect"*) exit 1;; esac');
    assert.equal((await image(macUser)).code, 0);
    assert.deepEqual(machine.calls().slice(-2), [
      "docker pull --quiet debian:bookworm-slim",
      "docker tag debian:bookworm-slim mesos-matrix/debian:bookworm",
    ]);
  });

  it("is made with debootstrap where none answers, and leaves no folder behind", async () => {
    machine.program(
      "docker",
      `${offline}\ncase "$1" in import) tar -tf "$4" > '${machine.folder}/listing';; esac`,
    );
    machine.program(
      "debootstrap",
      '[ "$1" = --version ] || { mkdir -p "$3/etc" "$3/var/cache/apt/archives"; : > "$3/etc/debian_version"; }',
    );
    machine.real("tar");
    const { code, stderr } = await image(debianRoot);
    assert.equal(code, 0, stderr);
    const listing = readFileSync(path.join(machine.folder, "listing"), "utf8");
    assert.match(listing, /^\.\/etc\/debian_version$/m);
    assert.doesNotMatch(listing, /archives/);
    assert.deepEqual(machine.left("tmp"), []);
  });

  it("installs no half image: an archive that fails is not imported", async () => {
    machine.program("docker", offline);
    machine.program("debootstrap", "");
    machine.program("tar", "exit 2");
    assert.equal((await image(debianRoot)).code, 1);
    assert.ok(!machine.calls().some((call) => call.startsWith("docker import")));
    assert.deepEqual(machine.left("tmp"), []);
  });

  it("names the commands where only root could make it", async () => {
    machine.program("docker", offline);
    const { code, stderr } = await image(debianUser);
    assert.equal(code, 3);
    assert.match(
      stderr,
      /Run:\n {4}docker pull debian:bookworm-slim .*\n {4}sudo node toolchain\/setup\.js --only base-image/,
    );
  });
});

describe("the set-up's command line", () => {
  it("refuses a step that there is not, and words that it does not know", async () => {
    using machine = new Machine();
    const step = await machine.setup(debianRoot, ["--only", "state,engin"]);
    assert.equal(step.code, 2);
    assert.match(
      step.stderr,
      /no step "engin"; there are packages, engine, pulumi, state, base-image, mesos-dns, lab-base, test-tools, foreign-clients/,
    );
    assert.equal((await machine.setup(debianRoot, ["--test"])).code, 2);
    assert.equal((await machine.setup(debianRoot, ["--only"])).code, 2);
    assert.equal(existsSync(machine.passphrase), false, "nothing was done");
  });

  it("runs no program but two looks at Docker when nothing is missing", async () => {
    using machine = new Machine();
    machine.write("opt/bin/pulumi-language-nodejs", "");
    machine.program("docker", '[ "$1" != version ] || echo 27');
    const { docker, command } = (
      load("toolchain/layout.js") as { versions: Record<"docker" | "command", string> }
    ).versions;
    const list = JSON.stringify([
      { name: "docker", kind: "resource", version: docker },
      { name: "command", kind: "resource", version: command },
    ]);
    const pulumi = machine.program(
      "pulumi",
      `case "$1" in version) echo v3.250.0;; plugin) echo '${list}';; esac`,
      "opt/bin",
    );
    const steps = ["--only", "engine,pulumi,state,base-image"];
    const env = { PATH: `${path.dirname(pulumi)}:${machine.bin}` };
    assert.equal((await machine.setup(debianUser, steps, env)).code, 0);
    const before = machine.calls().length;
    const { stderr } = await machine.setup(debianUser, steps, env);
    assert.equal(stderr, "set-up: already there: engine, pulumi, state, base-image\n");
    assert.deepEqual(
      machine
        .calls()
        .slice(before)
        .map((call) => call.split(" ").slice(0, 2).join(" ")),
      ["docker version", "docker image"],
    );
  });
});
