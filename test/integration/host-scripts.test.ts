import assert from "node:assert/strict";
import { asRoot, asUser, script, sshPort, type ScriptName } from "../../components/hosts/script";
import { firewallVariables, type FirewallPlan } from "../../plan/firewall";
import { checkVariables, prepareVariables, type HostNeeds } from "../../plan/preparation";
import { Lab } from "../lab/lab";
import { finish, type Finished } from "../lab/run";
import { listeners, openPorts } from "../lab/ports";
import { eventually } from "./mesos";

const needs: HostNeeds = { cgroupV1: false, engineBelow: undefined };

describe("the scripts that make a machine a host", () => {
  let lab: Lab;
  /** Bare Debian; Docker and a user who may not use it; a disk without room. */
  const [bare, user, full] = [1, 2, 3];

  before(async () => {
    lab = await Lab.start([{ docker: false }, { user: "jane" }, { dockerDisk: 64 }]);
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  const shell = (host: number, login: string, command: string, input: string): Promise<Finished> =>
    finish(
      [
        ...["ssh", "-i", lab.identity, "-o", "BatchMode=yes", "-o", `UserKnownHostsFile=${lab.knownHosts()}`],
        `${login}@${lab.host(host).address}`,
        command,
      ],
      { input, seconds: 240 },
    );
  const runScript = (
    host: number,
    command: string,
    name: ScriptName,
    variables: Record<string, string>,
    login = "root",
  ): Promise<Finished> => shell(host, login, command, script([name], variables));

  const check = (
    host: number,
    change: { needs?: HostNeeds; prepare?: boolean; firewall?: boolean; now?: number; login?: string } = {},
  ): Promise<Finished> => {
    const login = change.login ?? "root";
    const variables = checkVariables(
      { name: `h${host}`, user: login, needs: change.needs ?? needs },
      { prepare: change.prepare ?? false, firewall: change.firewall ?? true, now: change.now },
    );
    return runScript(host, asUser(), "check", variables, login);
  };
  const prepare = (
    host: number,
    step: "prepare" | "undo",
    login = "root",
    wants = needs,
  ): Promise<Finished> =>
    runScript(
      host,
      asRoot(step),
      "prepare",
      prepareVariables({ name: `h${host}`, user: login, needs: wants }, "demo"),
    );
  const limits = async (): Promise<string[]> =>
    (await lab.host(bare).must("sshd", "-T")).split("\n").filter((line) => /^max(?:sess|start)/.test(line));
  const now = (): number => Math.round(Date.now() / 1000);

  it("finds nothing to say of a host that has everything", async () => {
    assert.deepEqual(await check(user, { now: now() }), { code: 0, stdout: "", stderr: "" });
  });

  it("says that Docker is missing and how to get it, and with prepare: true what will be done", async () => {
    const { code, stderr } = await check(bare);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "h1: Docker is not installed; install Docker (Debian: apt-get install docker.io), or write prepare: true\n",
    );
    const preparing = await check(bare, { prepare: true });
    assert.deepEqual([preparing.code, preparing.stderr], [0, ""]);
    assert.equal(preparing.stdout, "h1: will install Docker from Debian's packages\n");
  });

  it("refuses to prepare a system that it does not know, by its name", async () => {
    const release = await lab.host(bare).must("cat", "/etc/os-release");
    lab.host(bare).write("/etc/os-release", 'PRETTY_NAME="Alpine Linux v3.19"\nID=alpine\n');
    try {
      assert.match(
        (await check(bare, { prepare: true })).stderr,
        /^h1: Docker is not installed, and prepare: true knows only Debian, not Alpine Linux v3\.19; install Docker/,
      );
      const { code, stderr } = await prepare(bare, "prepare");
      assert.deepEqual([code, stderr], [1, "h1: prepare: true knows only Debian, not Alpine Linux v3.19\n"]);
    } finally {
      lab.host(bare).write("/etc/os-release", release);
    }
  });

  it("tells the user who may not use Docker, and the one who may not become root, from each other", async () => {
    const { code, stderr } = await check(user, { login: "jane" });
    assert.equal(code, 1);
    const [socket, root, ...others] = stderr.trim().split("\n");
    assert.match(socket ?? "", /^h2: the user jane may not use Docker's socket; .*usermod -aG docker jane/);
    assert.match(root ?? "", /^h2: the user jane may not become root .*firewall: unmanaged/);
    assert.deepEqual(others, []);
    assert.match(
      (await check(user, { login: "jane", prepare: true, firewall: false })).stderr,
      /jane may not use Docker's socket, and jane may not become root without a password, which prepare: true needs/,
    );
  });

  it("says how far off the clock is", async () => {
    const behind = await check(user, { now: now() + 7200 });
    assert.match(behind.stderr, /^h2: the clock is 7[12]\d\d s behind; set it/);
    lab.host(user).write("/usr/local/bin/date", "#!/bin/sh\necho 4102444800\n", 0o755);
    try {
      const { code, stderr } = await check(user, { now: now() });
      assert.equal(code, 1);
      assert.match(stderr, /^h2: the clock is \d{9,} s ahead/);
    } finally {
      await lab.host(user).must("rm", "/usr/local/bin/date");
    }
  });

  it("says that the disk is full, where, and what is needed", async () => {
    const { code, stderr } = await check(full);
    assert.equal(code, 1);
    assert.match(stderr, /^h3: the disk is full: \/var\/lib\/docker has \d\d? MB left, .* need 1024/);
  });

  it("refuses an engine that cannot run the images", async () => {
    const { code, stderr } = await check(user, { needs: { cgroupV1: false, engineBelow: 20 } });
    assert.equal(code, 1);
    assert.match(stderr, /^h2: Docker 20\.10\S* cannot run the images .* need an engine before 20;/);
  });

  it("installs Docker on Debian, lets more sessions in, and does nothing the second time", async () => {
    const first = await prepare(bare, "prepare");
    assert.equal(first.code, 0, first.stderr);
    assert.equal((await check(bare)).code, 0);
    assert.deepEqual(await limits(), ["maxsessions 100", "maxstartups 100:30:200"]);
    const touched = (): Promise<string> =>
      lab.host(bare).must("find", "/etc", "/usr", "-newer", "/run/mark", "-type", "f");
    await lab.host(bare).must("touch", "/run/mark");
    const second = await prepare(bare, "prepare");
    assert.deepEqual([second.code, second.stderr, await touched()], [0, "", ""]);
    assert.equal((await prepare(bare, "undo")).code, 0);
    assert.deepEqual(await limits(), ["maxsessions 10", "maxstartups 10:30:100"]);
    assert.equal(await lab.host(bare).must("ls", "/etc/ssh/sshd_config.d"), "");
  });

  it("lets the user into the group docker", async () => {
    assert.equal((await prepare(user, "prepare", "jane", needs)).code, 0);
    assert.deepEqual(await check(user, { login: "jane", firewall: false }), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    assert.equal((await prepare(user, "undo", "jane", needs)).code, 0);
  });

  it("sets the boot option for cgroup v1, reboots once, and lets nobody in before that", async () => {
    const host = lab.host(user);
    // A kernel that booted without the option; the lab's own boot makes it one with it. A lab has no boot loader.
    await host.must("sh", "-c", "umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup");
    host.write("/usr/sbin/update-grub", "#!/bin/sh\ncat /etc/default/grub.d/* >/boot-options\n", 0o755);
    const wants: HostNeeds = { cgroupV1: true, engineBelow: undefined };
    assert.match(
      (await check(user, { needs: wants })).stderr,
      /^h2: this cluster needs cgroup v1, and .* cgroup v2;/,
    );
    assert.match(
      (await check(user, { needs: wants, prepare: true })).stdout,
      /^h2: will set the boot option for cgroup v1 and reboot once\n$/,
    );
    assert.equal((await prepare(user, "prepare", "root", wants)).code, 0);
    assert.match(await host.must("cat", "/boot-options"), /systemd\.unified_cgroup_hierarchy=0/);
    // What lies in /run goes with a reboot.
    const since = async (mark: string): Promise<boolean> =>
      (await host.exec(["ls", `/run/${mark}`])).code === 0;
    await host.must("touch", "/run/before");
    const left = await runScript(user, asRoot(sshPort), "reboot", { MM_HOST: "h2" });
    assert.equal(left.code, 0, left.stderr);
    const seen = await eventually("a machine that lets somebody in", 180, async () => {
      const tried = await runScript(user, asUser(), "rebooted", { MM_HOST: "h2" });
      return tried.code === 255 ? undefined : tried;
    });
    assert.deepEqual(seen, { code: 0, stdout: "", stderr: "" }, "whoever gets in has the rebooted machine");
    assert.equal(await since("before"), false);
    await host.must("touch", "/run/after");
    const again = await runScript(user, asRoot(sshPort), "reboot", { MM_HOST: "h2" });
    assert.equal(again.code, 0);
    const looked = await eventually("an engine that answers", 60, async () => {
      const found = await check(user, { needs: wants });
      return found.stderr.includes("engine does not answer") ? undefined : found;
    });
    assert.equal(looked.code, 0, looked.stderr);
    assert.equal(await since("after"), true, "one reboot is enough");
  });

  describe("a firewall", () => {
    const control = 8099;
    const plan = (): FirewallPlan => ({
      host: "h2",
      chain: "mesos-test",
      peers: [lab.host(user).address, lab.host(bare).address],
      ports: [
        [2181, 2181],
        [5050, 5051],
        [31000, 31999],
      ],
    });
    const rules = async (host: number): Promise<string> =>
      // A table that holds no rule may be there or not: the kernel makes it when it is first asked for.
      `${await lab.host(host).must("iptables-save")}${await lab.host(host).must("ip6tables-save")}`
        .replace(/^[#:].*\n/gm, "")
        .replace(/^\*\w+\nCOMMIT\n/gm, "");
    const apply = (): Promise<Finished> =>
      runScript(user, asRoot("apply", sshPort), "firewall", firewallVariables(plan(), "h2"));
    const cluster = [2181, 5050, 5051, 31005, 40000];

    it("shows an outsider ssh and what was opened on purpose, of all 65,535 ports, and peers everything", async () => {
      const before = await rules(user);
      const outside = lab.network.outsider();
      const { address } = lab.host(user);
      await using opened = await listeners(lab.network.hostNamespace(user), [...cluster, control]);
      assert.ok(opened);
      assert.deepEqual(
        await openPorts(outside, address),
        [22, ...cluster, control].sort((a, b) => a - b),
      );

      const applied = await apply();
      assert.equal(applied.code, 0, applied.stderr);
      assert.deepEqual(await openPorts(outside, address), [22, control]);
      const peer = lab.network.hostNamespace(bare);
      assert.deepEqual(await openPorts(peer, address, cluster), cluster);
      assert.deepEqual(await openPorts(lab.network.hostNamespace(user), address, cluster), cluster);
      assert.deepEqual(await openPorts(lab.network.hostNamespace(user), "127.0.0.1", cluster), cluster);

      const once = await rules(user);
      assert.equal((await apply()).code, 0);
      assert.equal(await rules(user), once, "a second time changes nothing");
      const removed = await runScript(user, asRoot("remove"), "firewall", firewallVariables(plan(), "h2"));
      assert.equal(removed.code, 0, removed.stderr);
      assert.equal(await rules(user), before);
      assert.equal((await lab.host(user).exec(["ls", "/etc/mesos-matrix"])).code, 2);
    });
  });
});
