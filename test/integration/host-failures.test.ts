import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { chooseSite } from "../../automation/site";
import { placements } from "../../config/target-rules";
import type { ClusterSpec, SshHostSpec } from "../../config/spec";
import { HostError } from "../../readiness/ssh";
import { Lab } from "../lab/lab";
import { run } from "../lab/run";
import { Scratch } from "../e2e/harness";
import { agentGroup, clusterSpec, planInputs } from "../unit/fixtures";
import { eventually } from "./mesos";

/** What a host is told to be, where a test wants it to be wrong. */
type Change = Partial<SshHostSpec["login"]>;

describe("a host that cannot be used", () => {
  let lab: Lab;
  let scratch: Scratch;

  before(async () => {
    scratch = new Scratch();
    lab = await Lab.start([{ user: "jane" }, { docker: false }, { dockerDisk: 200 }]);
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
    scratch[Symbol.dispose]();
  });

  const host = (n: number, change: Change = {}): SshHostSpec => {
    const { address, hostKey } = lab.host(n);
    const login = { address, port: 22, user: "root", identity: lab.identity, hostKey, knownHosts: undefined };
    return { name: `h${n}`, login: { ...login, ...change }, privateAddress: undefined, roles: placements };
  };
  const site = (...hosts: SshHostSpec[]): ReturnType<typeof chooseSite> => siteOn(hosts, false);
  const siteOn = (hosts: readonly SshHostSpec[], prepare: boolean): ReturnType<typeof chooseSite> => {
    const spec: ClusterSpec = {
      ...clusterSpec({ name: "failing", agents: [agentGroup({ count: 1 })] }),
      target: { kind: "ssh", hosts, hostsFrom: undefined, prepare, firewall: false },
    };
    const { images, ownership } = planInputs();
    return chooseSite(spec, { images, ownership }, { say: () => undefined, signal: undefined });
  };
  /** What is said of the host; the whole message is one line. */
  const said = async (n: number, change?: Change, prepare = false): Promise<string> => {
    const error: unknown = await siteOn([host(n, change)], prepare).then(
      () => assert.fail("the host can be used"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HostError, String(error));
    assert.match(error.message, new RegExp(`^host h${n} \\(`));
    assert.equal(error.message.split("\n").length, 1);
    return error.message;
  };

  it("is none of these: a host that is as it should be gets its address, ports and our own address", async () => {
    const { remote } = await site(host(1));
    assert.equal(remote?.hosts[0]?.ip, lab.host(1).address);
    assert.deepEqual(remote.ports["master-1"]?.listen, [5050]);
    assert.equal(remote.callerIp, lab.network.caller);
  });

  it("is none of these either where the key is ssh's agent's, and says so where the agent has none", async () => {
    const socket = path.join(scratch.path, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    const before = process.env.SSH_AUTH_SOCK;
    process.env.SSH_AUTH_SOCK = socket;
    try {
      await eventually("agent that listens", 30, () =>
        Promise.resolve(existsSync(socket) ? true : undefined),
      );
      assert.match(await said(1, { identity: undefined }), /with none of the keys of ssh's agent/);
      run("ssh-add", "-q", lab.identity);
      const { remote } = await site(host(1, { identity: undefined }));
      assert.equal(remote?.hosts[0]?.ip, lab.host(1).address);
    } finally {
      if (before === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = before;
      agent.kill();
    }
  });

  it("lets the wrong user in with no key: the message names user and key", async () => {
    const { identity } = lab;
    assert.match(
      await said(1, { user: "nobody-here" }),
      new RegExp(`user nobody-here in with the key ${identity};`),
    );
  });

  it("does not know the key, or the key cannot be used", async () => {
    const file = (name: string): string => path.join(scratch.path, name);
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file("other"));
    assert.match(
      await said(1, { identity: file("other") }),
      /does not let user root in with the key .*other; put/,
    );
    assert.match(await said(1, { identity: file("none") }), /there is no private key .*none; write/);
    writeFileSync(file("rubbish"), "this is no key\n", { mode: 0o600 });
    assert.match(
      await said(1, { identity: file("rubbish") }),
      /the private key .*rubbish cannot be used \(.+\)/,
    );
    copyFileSync(lab.identity, file("open"));
    chmodSync(file("open"), 0o644);
    assert.match(
      await said(1, { identity: file("open") }),
      /others may read its private key .*open.*chmod 600/,
    );
  });

  it("shows a key that nobody has accepted, with its fingerprint and how to accept it", async () => {
    const unknown = await said(1, { hostKey: undefined, knownHosts: scratch.file("empty", "") });
    const key = lab.host(1).hostKey;
    const fingerprint = run("ssh-keygen", "-lf", scratch.file("key.pub", `${key}\n`)).split(" ")[1] ?? "";
    assert.ok(unknown.includes("its host key is not known"), unknown);
    assert.ok(unknown.includes(fingerprint) && unknown.includes(`hostKey: "${key}"`), unknown);
  });

  it("shows another key than the pinned one", async () => {
    const changed = await said(1, { hostKey: lab.host(2).hostKey });
    assert.match(changed, /its host key is not the one that is pinned; it shows SHA256:/);
  });

  it("has nothing at the port of ssh", async () => {
    assert.match(
      await said(1, { port: 2222 }),
      /^host h1 \(root@\S+:2222\): nothing listens on its port 2222/,
    );
  });

  it("has an address that nobody can reach, or a name that nobody knows", async () => {
    lab.host(1).cable("down");
    try {
      assert.match(await said(1), /10\.77\.\d+\.1 cannot be reached from here/);
    } finally {
      lab.host(1).cable("up");
    }
    assert.match(
      await said(1, { address: "no-such-host.invalid" }),
      /no name server knows no-such-host\.invalid/,
    );
  });

  it("has no Docker, one that does not run, or one that the user may not use", async () => {
    assert.match(await said(2), /Docker is not installed; install Docker/);
    assert.match(
      await said(1, { user: "jane" }),
      /user jane may not use Docker's socket; .*usermod -aG docker jane/,
    );
    await lab.host(1).killEngine();
    try {
      assert.match(await said(1), /Docker is installed, but its engine does not answer \(.+\); start it/);
    } finally {
      await lab.host(1).startEngine();
    }
  });

  it("is of a system that nobody knows how to prepare", async () => {
    const release = await lab.host(2).must("cat", "/etc/os-release");
    lab.host(2).write("/etc/os-release", 'PRETTY_NAME="Alpine Linux v3.19"\nID=alpine\n');
    try {
      assert.match(
        await said(2, {}, true),
        /Docker is not installed, and prepare: true knows only Debian, not Alpine Linux v3\.19; install Docker/,
      );
    } finally {
      lab.host(2).write("/etc/os-release", release);
    }
  });

  it("has too little room for Docker", async () => {
    assert.match(await said(3), /the disk is full: \/var\/lib\/docker has \d+ MB left/);
  });

  it("has a clock that is far off", async () => {
    lab.host(1).write("/usr/local/bin/date", '#!/bin/sh\nexec /bin/date -d "+2 hours" "$@"\n', 0o755);
    try {
      assert.match(await said(1), /the clock is 7[12]\d\d s ahead; set it/);
    } finally {
      await lab.host(1).must("rm", "/usr/local/bin/date");
    }
  });

  it("has a port that something else holds", async () => {
    const listen =
      "use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 1, LocalPort => 5050) or die; sleep 600";
    await lab.host(1).must("sh", "-c", `perl -e '${listen}' >/dev/null 2>&1 & sleep 1; echo $! >/run/holder`);
    try {
      assert.match(await said(1), /port 5050, which master-1 needs, is taken/);
    } finally {
      await lab.host(1).must("sh", "-c", "kill $(cat /run/holder)");
    }
  });

  it("hides no other: all hosts are told of in one answer", async () => {
    await assert.rejects(
      site(host(1, { port: 2222 }), host(2), { ...host(3), name: "h3" }),
      (error: Error) => {
        assert.match(error.message, /^host h1 .*nothing listens/m);
        return true;
      },
    );
    await assert.rejects(site(host(2), host(3)), (error: Error) => {
      assert.match(error.message, /^host h2 .*Docker is not installed/m);
      assert.match(error.message, /^host h3 .*the disk is full/m);
      return true;
    });
  });
});
