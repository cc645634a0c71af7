import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { docker } from "../../readiness/docker";
import { Lab } from "../lab/lab";
import { finish, run, type Finished } from "../lab/run";

describe("the lab of ssh hosts", () => {
  let lab: Lab;

  before(async () => {
    lab = await Lab.start([{}, { docker: false, user: "jane" }]);
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  const ssh = (host: number, user: string, ...command: string[]): Promise<Finished> =>
    finish([
      ...["ssh", "-i", lab.identity, "-o", "BatchMode=yes", "-o", `UserKnownHostsFile=${lab.knownHosts()}`],
      `${user}@${lab.host(host).address}`,
      ...command,
    ]);

  it("gives every host a name, files and processes of its own, and ssh with a key that is known", async () => {
    await lab.host(1).must("touch", "/only-here");
    const seen = await ssh(1, "root", "hostname; ls /only-here; cat /proc/1/comm");
    assert.deepEqual(seen, { code: 0, stdout: "h1\n/only-here\nbash\n", stderr: "" });
    assert.equal((await ssh(2, "jane", "ls /only-here")).code, 2);
    assert.equal(existsSync("/only-here"), false);
  });

  it("runs an engine per host, and none where none is wanted", async () => {
    const root = (await ssh(1, "root", "docker info --format '{{.Name}}'")).stdout;
    assert.equal(root, "h1\n");
    assert.notEqual((await docker(["info", "--format", "{{.Name}}"])).trim(), "h1");
    assert.equal((await ssh(2, "jane", "docker info")).code, 127);
    assert.equal((await ssh(2, "jane", "id -nG")).stdout, "jane\n");
  });

  it("boots a host again when it reboots itself", async () => {
    const before = await lab.host(2).must("cut", "-d ", "-f22", "/proc/1/stat");
    await ssh(2, "root", "reboot");
    const again = async (): Promise<string> => {
      for (;;) {
        const { code, stdout } = await ssh(2, "root", "cut -d ' ' -f22 /proc/1/stat");
        if (code === 0 && stdout !== before) return stdout;
      }
    };
    assert.notEqual(await again(), before);
  });

  it("lets somebody from another network reach what listens, and nothing else", async () => {
    const out = lab.network.outsider();
    const knock = (port: number): Promise<Finished> =>
      finish(["ip", "netns", "exec", out, "bash", "-c", `exec 3<>/dev/tcp/${lab.host(1).address}/${port}`]);
    assert.equal((await knock(22)).code, 0);
    assert.equal((await knock(23)).code, 1);
  });

  it("leaves no mount, namespace, link, rule or folder when it ends", async () => {
    const { n } = lab.network;
    const traces = (): string[] =>
      [run("mount"), run("ip", "netns"), run("ip", "link"), run("iptables-save")]
        .flatMap((text) => text.split("\n"))
        .filter(
          (line) =>
            line.includes(`mmlab${n}`) || line.includes(`10.77.${n}.0/24`) || line.includes(`lab/${n}/`),
        );
    assert.notDeepEqual(traces(), []);
    await lab[Symbol.asyncDispose]();
    assert.deepEqual(traces(), []);
    assert.equal(existsSync(`/var/tmp/mesos-matrix-lab/${n}`), false);
  });
});
