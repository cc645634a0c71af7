import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../automation/layout";
import { asUser, script } from "../../components/hosts/script";
import { gcpUser, planGcp, startupVariables } from "../../plan/gcp";
import { Lab } from "../lab/lab";
import { finish, run, type Finished } from "../lab/run";
import { gcpTarget } from "../unit/gcp-fixtures";

/**
 * Google Cloud itself is not to be had here: the machine is a lab host with bare Debian, and a server of ours stands
 * for its metadata server. The script is the one that GcpHosts gives to its machines.
 */
describe("the startup script of a Google Cloud machine", () => {
  const plan = planGcp("demo", gcpTarget({ count: 1 }), ["203.0.113.7/32"], {
    run: "r",
    cell: "c",
    expires: undefined,
  });
  const [machine] = plan.machines;
  assert.ok(machine);
  const startup = script(["startup", "prepare"], startupVariables(plan, machine));
  let lab: Lab;
  let metadata: ChildProcess | undefined;
  let hostKey: string;

  before(async () => {
    lab = await Lab.start([{ docker: false }, { docker: false }]);
    for (const host of lab.hosts)
      await host.must("sh", "-c", "apt-get update -qq && apt-get install -y -qq curl");
    const file = path.join(lab.host(1).folder, "pinned");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "pinned", "-f", file);
    hostKey = readFileSync(`${file}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
    const namespace = lab.network.hostNamespace(1);
    run("ip", "-n", namespace, "addr", "add", "169.254.169.254/32", "dev", "lo");
    const server = path.join(packageRoot, "test", "lab", "metadata.js");
    metadata = spawn("ip", ["netns", "exec", namespace, process.execPath, server, file], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    assert.ok(metadata.stdout);
    await once(metadata.stdout, "data");
  });
  after(async () => {
    metadata?.stdin?.end();
    await lab[Symbol.asyncDispose]();
  });

  const boot = (host: number): Promise<Finished> =>
    lab.host(host).exec(["bash", "-s"], { input: startup, seconds: 240 });
  const login = (command = asUser()): Promise<Finished> => {
    const { address } = lab.host(1);
    const known = path.join(lab.host(1).folder, "known");
    run("sh", "-c", `echo '${address} ${hostKey}' >'${known}'`);
    const options = ["-i", lab.identity, "-o", "BatchMode=yes", "-o", `UserKnownHostsFile=${known}`];
    return finish(["ssh", ...options, `${gcpUser}@${address}`, command], {
      input: script(["started"], { MM_HOST: machine.name }),
    });
  };
  /** Google's own agent does this with the key in the metadata, once the user is there. */
  const admit = (): Promise<string> =>
    lab
      .host(1)
      .must(
        ...[
          "sh",
          "-c",
          'mkdir -p "$1/.ssh" && cp /root/.ssh/authorized_keys "$1/.ssh/" && chown -R "$2:" "$1/.ssh"',
        ],
        ...["sh", `/home/${gcpUser}`, gcpUser],
      );

  it("prepares a bare Debian and then shows the pinned host key to who logs in", async () => {
    assert.equal((await login()).code, 255, "before, another key answers");
    const { code } = await boot(1);
    assert.equal(code, 0, await lab.host(1).must("cat", "/var/log/mesos-matrix-startup.log"));
    await admit();
    const seen = await login();
    assert.equal(seen.code, 0, seen.stderr);
    assert.match((await login("docker version --format '{{.Server.Version}}'")).stdout, /^20\.10\./);
    assert.match(await lab.host(1).must("sshd", "-T"), /maxsessions 100\n/);
    assert.equal(
      await lab.host(1).must("sh", "-c", "ls /etc/ssh/ssh_host_*_key"),
      "/etc/ssh/ssh_host_ed25519_key\n",
    );
    assert.equal(await lab.host(1).must("stat", "-c", "%a", "/etc/ssh/ssh_host_ed25519_key"), "600\n");
  });

  it("does no harm when the machine boots again", async () => {
    assert.equal((await boot(1)).code, 0);
    assert.equal((await login()).code, 0);
  });

  it("reboots once for cgroup v1, and is through after that", async () => {
    const host = lab.host(1);
    await host.must("sh", "-c", "umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup");
    host.write("/usr/sbin/update-grub", "#!/bin/sh\ntouch /boot-options\n", 0o755);
    host.write("/usr/sbin/reboot", "#!/bin/sh\ntouch /rebooted\n", 0o755);
    await host.must("rm", "-f", "/run/mesos-matrix-startup");
    await boot(1);
    await host.must("ls", "/boot-options", "/rebooted");
    assert.equal((await host.exec(["ls", "/run/mesos-matrix-startup"])).code, 2, "it is not through yet");
    await host.must("rm", "/rebooted");
    assert.equal((await boot(1)).code, 0);
    assert.equal((await host.exec(["ls", "/rebooted"])).code, 2, "it reboots no second time");
    assert.equal(await host.must("cat", "/run/mesos-matrix-startup"), "0\n");
  });

  it("lets the wait say what went wrong, where it failed", async () => {
    const host = lab.host(1);
    const release = await host.must("cat", "/etc/os-release");
    host.write("/etc/os-release", 'PRETTY_NAME="Fedora Linux 40"\nID=fedora\n');
    await boot(1);
    host.write("/etc/os-release", release);
    await host.must(
      "sh",
      "-c",
      "printf '#!/bin/sh\\nshift; exec \"$@\"\\n' >/usr/bin/sudo && chmod 755 /usr/bin/sudo /var/log/*.log",
    );
    const { code, stderr } = await login();
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^mesos-demo-h1: the startup script ended with 1; its last lines:\n[^]*knows only Debian, not Fedora Linux 40/,
    );
  });
});
