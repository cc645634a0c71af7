import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { debianRoot, debianUser, fedoraRoot, type Identity, load, macUser, Machine } from "./setup-machine";

const { removeStalePidFiles, dockerdRuns } = load("toolchain/engine-leftovers.js") as Record<
  "removeStalePidFiles" | "dockerdRuns",
  (machine: { runDir: string; procDir: string }) => unknown
>;

describe("the set-up's engine step", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  const engine = (
    identity: Identity,
    env: Readonly<Record<string, string>> = {},
  ): ReturnType<Machine["setup"]> => machine.setup(identity, ["--only", "engine"], env);
  const up = (): string => path.join(machine.folder, "engine-is-up");
  /** A client that gets an answer once the engine is up. */
  const client = (rest = ""): string =>
    machine.program("docker", `[ "$1" != version ] || { [ -e '${up()}' ] && echo 27.1.0; exit; }\n${rest}`);
  const precondition = (
    commands: RegExp,
    { code, stderr }: { code: number | null; stderr: string },
  ): void => {
    assert.equal(code, 3, stderr);
    assert.match(stderr, commands);
    assert.ok(!machine.calls().some((call) => call.startsWith("apt-get")), "nothing was installed");
  };

  it("uses an engine that answers, whoever and wherever it is", async () => {
    client();
    machine.write("engine-is-up", "");
    for (const identity of [debianRoot, debianUser, macUser]) {
      assert.deepEqual(await engine(identity), {
        code: 0,
        stdout: "",
        stderr: "set-up: already there: engine\n",
      });
    }
    assert.deepEqual(new Set(machine.calls()), new Set(["docker version --format {{.Server.Version}}"]));
  });

  it("installs Debian's engine as root, starts it detached and waits until it answers", async () => {
    machine.program("apt-get", `[ "$1" = update ] || { chmod +x '${machine.bin}/dockerd' '${client()}'; }`);
    // It keeps its output open: were that the set-up's, whoever waits for the set-up's output would wait for this.
    const dockerd = machine.program(
      "dockerd",
      `[ "$1" = --version ] && exit\necho $$ > '${machine.folder}/pid'; : > '${up()}'; exec sleep 15`,
    );
    for (const file of [dockerd, client()])
      machine.write(path.relative(machine.folder, file), readFileSync(file, "utf8"), 0o644);
    const { code, stderr } = await engine(debianRoot);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /installing Debian's docker\.io \(no Docker engine is installed\)\n.*starting dockerd/,
    );
    assert.ok(machine.calls().includes("apt-get install -y -qq --no-install-recommends docker.io iptables"));
    assert.equal(machine.calls().filter((call) => call === "apt-get update -qq").length, 1);
    const pid = Number(readFileSync(path.join(machine.folder, "pid"), "utf8"));
    assert.ok(process.kill(pid, "SIGKILL"), "the engine outlives the set-up");
  });

  it("installs the client of its own package from Debian 13 on", async () => {
    machine.program("apt-get", '[ "$1" = update ]');
    await engine({ ...debianRoot, release: 'ID=debian\nVERSION_ID="13"\n' });
    assert.ok(machine.calls().some((call) => call.includes(" docker.io docker-cli ")));
  });

  it("installs the client where only the engine is there", async () => {
    machine.program("dockerd", "");
    machine.program("apt-get", "echo no mirror; exit 100");
    const { code, stderr } = await engine(debianRoot);
    assert.equal(code, 1);
    assert.match(stderr, /apt-get update -qq failed with exit code 100:\nno mirror/);
  });

  it("waits for a dockerd that already starts instead of starting a second", async () => {
    machine.program("dockerd", '[ "$1" = --version ] || exit 1');
    machine.write("var/run/docker.pid", "77");
    machine.write("proc/77/status", "Name:\tdockerd\nState:\tS (sleeping)\n");
    // It answers from the second time on.
    machine.program(
      "docker",
      `case "$1" in version) [ -e '${up()}' ] && echo 27 || { : > '${up()}'; exit 1; };; esac`,
    );
    const { code, stderr } = await engine(debianRoot);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /waiting for the dockerd that is already starting/);
    assert.deepEqual(
      machine.calls().filter((call) => call.startsWith("dockerd")),
      ["dockerd --version"],
    );
  });

  it("starts over what a killed engine left behind", async () => {
    client();
    machine.program(
      "dockerd",
      `[ "$1" = --version ] || [ -e '${machine.folder}/var/run/docker.pid' ] || : > '${up()}'`,
    );
    machine.write("var/run/docker.pid", "77");
    machine.write("proc/77/status", "Name:\tdockerd\nState:\tZ (zombie)\n");
    const { code, stderr } = await engine(debianRoot);
    assert.equal(code, 0, stderr);
  });

  it("shows the end of its log when dockerd does not start", async () => {
    client();
    machine.program("dockerd", '[ "$1" = --version ] || { echo "no overlay here" >&2; exit 1; }');
    const { code, stderr } = await engine(debianRoot);
    assert.equal(code, 1);
    assert.match(stderr, /it ended with exit code 1; the end of .*dockerd\.log:\nno overlay here/);
  });

  it("leaves starting it to systemd where that runs", async () => {
    client();
    machine.make("run/systemd/system");
    machine.program("dockerd", '[ "$1" = --version ] || exit 1');
    machine.program("systemctl", `: > '${up()}'`);
    assert.equal((await engine(debianRoot)).code, 0);
    assert.ok(machine.calls().includes("systemctl start docker"));
  });

  it("names the commands, and installs nothing, without root or on another system", async () => {
    machine.program("apt-get", "");
    for (const identity of [debianUser, fedoraRoot]) {
      precondition(
        /Run:\n {4}sudo apt-get update\n {4}sudo apt-get install .*docker\.io/,
        await engine(identity),
      );
    }
    precondition(/Run:\n {4}open -a Docker .*\n {4}brew install/, await engine(macUser));
  });

  it("names the commands that start an installed engine where the user is not root", async () => {
    client();
    machine.program("dockerd", "");
    precondition(
      /installed but does not answer\. Run:\n {4}sudo systemctl start docker.*\n {4}sudo usermod/,
      await engine(debianUser),
    );
  });

  it("does not start an engine of its own behind a dead DOCKER_HOST", async () => {
    client();
    machine.program("apt-get", "");
    const end = await engine(debianRoot, { DOCKER_HOST: "tcp://127.0.0.1:1" });
    precondition(
      /DOCKER_HOST is tcp:\/\/127\.0\.0\.1:1, but .* Run:\n {4}docker version .*\n {4}unset DOCKER_HOST/,
      end,
    );
  });

  it("does not start an engine of its own behind a dead Docker context", async () => {
    client('[ "$1" = context ] && echo far-away');
    machine.program("apt-get", "");
    precondition(/the Docker context in use is far-away.*Run:/, await engine(debianRoot));
  });
});

describe("what a killed engine leaves behind", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  const containerd = "var/run/docker/containerd/containerd.pid";
  const folders = (): { runDir: string; procDir: string } => ({
    runDir: path.join(machine.folder, "var/run"),
    procDir: path.join(machine.folder, "proc"),
  });
  const keeps = (file: string): boolean => {
    removeStalePidFiles(folders());
    return existsSync(path.join(machine.folder, file));
  };

  it("goes when the process has gone", () => {
    machine.write("var/run/docker.pid", "41");
    assert.equal(keeps("var/run/docker.pid"), false);
  });

  it("goes when the process is a zombie that nobody reaps", () => {
    machine.write(containerd, "42\n");
    machine.write("proc/42/status", "Name:\tcontainerd\nState:\tZ (zombie)\n");
    assert.equal(keeps(containerd), false);
  });

  it("goes when another program has the process id by now", () => {
    machine.write(containerd, "42");
    machine.write("proc/42/status", "Name:\tvim\nState:\tS (sleeping)\n");
    assert.equal(keeps(containerd), false);
  });

  it("goes when the file was cut short", () => {
    machine.write("var/run/docker.pid", "");
    assert.equal(keeps("var/run/docker.pid"), false);
  });

  it("stays when the process lives: dockerd then takes its containerd over", () => {
    machine.write(containerd, "42");
    machine.write("proc/42/status", "Name:\tcontainerd\nState:\tS (sleeping)\n");
    assert.equal(keeps(containerd), true);
    assert.equal(dockerdRuns(folders()), false);
  });
});
