import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { SshHost, type SshHostArgs } from "../../components/hosts/ssh-host";
import type { FirewallPlan } from "../../plan/firewall";
import { clearText, graphOf, plantedKey, type Registered } from "./graph";

const firewall: FirewallPlan = {
  host: "h1",
  chain: "mesos-abc",
  peers: ["10.0.0.1", "10.0.0.2"],
  ports: [[5050, 5050]],
};

function args(change: Partial<SshHostArgs> = {}): SshHostArgs {
  return {
    key: "h1",
    cluster: "demo",
    shell: {
      host: "192.0.2.10",
      port: 2222,
      user: "admin",
      privateKey: `${plantedKey} admin`,
      hostKey: "ssh-ed25519 AAAA",
    },
    needs: { cgroupV1: false, engineBelow: undefined },
    prepare: false,
    firewall,
    machine: undefined,
    ...change,
  };
}

async function steps(change: Partial<SshHostArgs> = {}): Promise<Registered[]> {
  const graph = await graphOf(() => {
    new SshHost("h1", args(change));
  });
  return graph.filter(({ type }) => type === "command:remote:Command");
}

const names = (all: readonly Registered[]): string[] => all.map(({ name }) => name);

describe("SshHost", () => {
  it("only looks at a host that is not to be prepared, and closes the cluster's ports there", async () => {
    const [check, rules, ...others] = await steps();
    assert.ok(check && rules);
    assert.deepEqual([check.name, rules.name, others], ["h1-check", "h1-firewall", []]);
    assert.equal(check.inputs.create, "sh -s");
    assert.equal("delete" in check.inputs, false);
    assert.match(String(check.inputs.stdin), /^MM_HOST=h1\nMM_PREPARE=0\nMM_FIREWALL=1\nMM_NOW=''\n/);
    assert.match(String(rules.inputs.create), /^if .* sudo -n sh -s apply "\$\{SSH_CONNECTION##\* \}"; fi$/);
    assert.match(String(rules.inputs.delete), /sudo -n sh -s remove; fi$/);
    assert.match(String(rules.inputs.stdin), /-A mesos-abc-bar -s 10\.0\.0\.2 -j RETURN/);
  });

  it("prepares first, then looks, then closes, and takes back with the cluster what is the cluster's", async () => {
    const all = await steps({ prepare: true });
    assert.deepEqual(names(all), ["h1-prepare", "h1-check", "h1-firewall"]);
    assert.match(String(all[0]?.inputs.delete), /sh -s undo; fi$/);
    assert.match(String(all[0]?.inputs.stdin), /^MM_HOST=h1\nMM_USER=admin\nMM_NAME=demo\n/);
    const urns = all.map(({ options }) => (options.dependsOn as pulumi.Resource[] | undefined)?.length ?? 0);
    assert.deepEqual(urns, [0, 1, 1]);
  });

  it("reboots once, and waits for it, only where the cluster needs cgroup v1", async () => {
    const all = await steps({ prepare: true, needs: { cgroupV1: true, engineBelow: 26 } });
    assert.deepEqual(names(all), ["h1-prepare", "h1-reboot", "h1-rebooted", "h1-check", "h1-firewall"]);
    assert.match(String(all[0]?.inputs.stdin), /\nMM_CGROUP=v1\nMM_ENGINE_BELOW=26\n/);
    const connection = (all[2]?.inputs.connection as { value: { dialErrorLimit: number } }).value;
    assert.ok(connection.dialErrorLimit >= 100, "a boot takes its time");
  });

  it("makes no rules where the firewall is left to others", async () => {
    const all = await steps({ firewall: undefined });
    assert.deepEqual(names(all), ["h1-check"]);
    assert.match(String(all[0]?.inputs.stdin), /\nMM_FIREWALL=0\n/);
  });

  it("logs in with the pinned host key, and keeps the private key out of the clear text of the state", async () => {
    for (const { inputs } of await steps({ prepare: true })) {
      const { value } = inputs.connection as { value: Record<string, unknown> };
      assert.deepEqual([value.host, value.port, value.user], ["192.0.2.10", 2222, "admin"]);
      assert.equal(value.hostKey, "ssh-ed25519 AAAA");
      assert.ok(JSON.stringify(value).includes(plantedKey));
      assert.equal(JSON.stringify(clearText(inputs)).includes(plantedKey), false);
    }
  });
});
