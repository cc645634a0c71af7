import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { GcpHosts } from "../../components/hosts/gcp-hosts";
import { hostSchema } from "../../config/target-schema";
import { planGcp } from "../../plan/gcp";
import { gcpTarget } from "../unit/gcp-fixtures";
import { clearText, graphOf, plantedKey, promiseOf, type Registered } from "./graph";

const ownership = { run: "Run 1", cell: "mesos=1.11.0 timings=fast", expires: "2026-11-27T09:30:00Z" };
const plan = planGcp("nightly", gcpTarget(), ["203.0.113.7/32", "192.0.2.0/24"], ownership);

const instanceType = "gcp:compute/instance:Instance";
const keyType = "tls:index/privateKey:PrivateKey";
const commandType = "command:remote:Command";

describe("GcpHosts", () => {
  let graph: Registered[];
  let made: GcpHosts;

  const of = (type: string): Registered[] => graph.filter((r) => r.type === type);
  const named = (type: string, name: string): Registered => {
    const found = of(type).find((r) => r.name === name);
    assert.ok(found, `no ${type} ${name}`);
    return found;
  };
  const custom = ({ options }: Registered): pulumi.CustomResourceOptions => options;

  before(async () => {
    graph = await graphOf(() => {
      made = new GcpHosts("nightly", { plan });
    });
  });

  it("makes exactly a network, two rules, an account, its keys and machines, and a wait for each", () => {
    const names = graph.map(({ type, name }) => `${type} ${name}`).sort();
    const machines = ["h1", "h2", "h3", "h4"];
    const expected = [
      "mesos:cluster:GcpHosts nightly",
      "gcp:compute/network:Network network",
      "gcp:compute/subnetwork:Subnetwork subnetwork",
      "gcp:compute/firewall:Firewall firewall-ssh",
      "gcp:compute/firewall:Firewall firewall-inside",
      "gcp:serviceaccount/account:Account account",
      `${keyType} login-key`,
      ...machines.flatMap((key) => [
        `${keyType} ${key}-host-key`,
        `${instanceType} ${key}`,
        `${commandType} ${key}-prepared`,
      ]),
    ];
    assert.deepEqual(names, expected.sort());
    for (const resource of graph.slice(1)) {
      const [parents] = resource.urn.split("::").slice(2);
      assert.equal(parents, `mesos:cluster:GcpHosts$${resource.type}`);
    }
  });

  it("lets in ssh from the given ranges, everything between its own machines, and nothing else", () => {
    const rules = of("gcp:compute/firewall:Firewall").map(({ inputs }) => inputs);
    for (const rule of rules) {
      assert.equal(rule.direction, "INGRESS");
      assert.equal(rule.network, "network-id");
      assert.deepEqual(rule.targetTags, ["mesos-nightly"]);
    }
    const open = rules.map(({ name, sourceRanges, allows }) => [name, { sourceRanges, allows }] as const);
    assert.deepEqual(Object.fromEntries(open), {
      "mesos-nightly-ssh": {
        sourceRanges: ["203.0.113.7/32", "192.0.2.0/24"],
        allows: [{ protocol: "tcp", ports: ["22"] }],
      },
      "mesos-nightly-inside": { sourceRanges: ["10.201.0.0/20"], allows: [{ protocol: "all" }] },
    });
    assert.equal(named("gcp:compute/network:Network", "network").inputs.autoCreateSubnetworks, false);
    const { network, ipCidrRange, region } = named("gcp:compute/subnetwork:Subnetwork", "subnetwork").inputs;
    assert.deepEqual([network, ipCidrRange, region], ["network-id", "10.201.0.0/20", "europe-west1"]);
  });

  it("spreads the machines over the zones, each at an address that is known before it is made", () => {
    const places = of(instanceType).map(({ inputs }) => {
      const [card] = inputs.networkInterfaces as { networkIp: string; subnetwork: string }[];
      assert.equal(card?.subnetwork, "subnetwork-id");
      return [inputs.zone, card.networkIp];
    });
    assert.deepEqual(places, [
      ["europe-west1-b", "10.201.0.11"],
      ["europe-west1-c", "10.201.0.12"],
      ["europe-west1-d", "10.201.0.13"],
      ["europe-west1-b", "10.201.0.14"],
    ]);
  });

  it("has Google delete every machine when its time is over, whatever became of us", () => {
    for (const { inputs } of of(instanceType)) {
      assert.deepEqual(inputs.scheduling, {
        provisioningModel: "STANDARD",
        preemptible: false,
        automaticRestart: false,
        onHostMaintenance: "MIGRATE",
        maxRunDuration: { seconds: 28800 },
        instanceTerminationAction: "DELETE",
      });
      assert.equal((inputs.bootDisk as { autoDelete: boolean }).autoDelete, true);
    }
  });

  it("gives the machines an account without scopes, one tag, and labels in Google's letters", () => {
    const labels = {
      team: "schedulers",
      "mesos-matrix-run": "run-1",
      "mesos-matrix-cluster": "nightly",
      "mesos-matrix-cell": "mesos-1-11-0-timings-fast",
      "mesos-matrix-expires": "2026-11-27t09-30-00z",
    };
    for (const { inputs } of of(instanceType)) {
      assert.deepEqual(inputs.serviceAccount, {
        email: "account@my-project.iam.gserviceaccount.com",
        scopes: [],
      });
      assert.deepEqual(inputs.tags, ["mesos-nightly"]);
      assert.deepEqual(inputs.labels, labels);
      assert.equal(inputs.machineType, "e2-standard-2");
      const disk = inputs.bootDisk as { initializeParams: object };
      assert.deepEqual(disk.initializeParams, {
        image: "debian-cloud/debian-12",
        size: 30,
        type: "pd-balanced",
        labels,
      });
    }
  });

  it("admits the stack's own key alone, and pins each machine's host key before it boots", () => {
    for (const { name, inputs } of of(instanceType)) {
      // The mocks show a mapping with a secret in it as a secret whole.
      const { value: metadata } = inputs.metadata as { value: Record<string, unknown> };
      assert.equal(metadata["ssh-keys"], "mesos:ssh-ed25519 AAAA-login-key mesos");
      assert.equal(metadata["block-project-ssh-keys"], "true");
      assert.equal(metadata["enable-oslogin"], "FALSE");
      assert.ok(JSON.stringify(metadata["mesos-matrix-host-key"]).includes(`${plantedKey} ${name}-host-key`));
      assert.match(String(metadata["startup-script"]), /^MM_HOST=mesos-nightly-h\d\n/);
      assert.match(String(metadata["startup-script"]), /\nMM_CGROUP=v1\n/);
      assert.equal("metadataStartupScript" in inputs, false);
    }
  });

  it("waits until each machine is prepared: by ssh, with the pinned key, after the rules, and gone with its machine", () => {
    for (const { name, inputs, ...wait } of of(commandType)) {
      const key = name.replace("-prepared", "");
      const connection = (inputs.connection as { value: Record<string, unknown> }).value;
      assert.equal(connection.host, `198.51.100.${key.slice(1)}`);
      assert.equal(connection.user, "mesos");
      assert.equal(connection.hostKey, `ssh-ed25519 AAAA-${key}-host-key`);
      assert.ok(Number(connection.dialErrorLimit) >= 120);
      assert.deepEqual(inputs.triggers, [`${key}-id`]);
      const options = custom({ name, inputs, ...wait });
      const dependencies = options.dependsOn as pulumi.Resource[];
      assert.equal(dependencies.length, 2);
      const host = made.hosts.find((one) => one.name === key);
      assert.ok(host);
      assert.equal(options.deletedWith, host.machine);
    }
  });

  it("keeps every private key out of the clear text of the state", () => {
    const holders = graph.filter((r) => JSON.stringify(r.inputs).includes(plantedKey));
    assert.equal(holders.length, 8, "four machines and four logins hold a key, as secrets");
    for (const { inputs } of graph)
      assert.equal(JSON.stringify(clearText(inputs) ?? null).includes(plantedKey), false);
    for (const key of of(keyType)) {
      assert.equal(key.inputs.algorithm, "ED25519");
      assert.deepEqual(custom(key).additionalSecretOutputs, [
        "privateKeyOpenssh",
        "privateKeyPem",
        "privateKeyPemPkcs8",
      ]);
    }
    for (const machine of of(instanceType))
      assert.ok(custom(machine).additionalSecretOutputs?.includes("metadata"));
  });

  it("answers with hosts as the ssh target takes them", async () => {
    const [first] = made.hosts;
    assert.ok(first);
    assert.equal(await promiseOf(first.address), "198.51.100.1");
    assert.equal(await promiseOf(first.hostKey), "ssh-ed25519 AAAA-h1-host-key");
    const { name, port, user, privateAddress } = first;
    assert.deepEqual([name, port, user, privateAddress], ["h1", 22, "mesos", "10.201.0.11"]);
  });

  it("answers with the hosts that a stack exports for hostsFrom, the key in them secret", async () => {
    const hosts = await promiseOf(made.pool);
    assert.deepEqual(hosts[0], {
      ...{ name: "h1", address: "198.51.100.1", port: 22, user: "mesos" },
      ...{ hostKey: "ssh-ed25519 AAAA-h1-host-key", privateAddress: "10.201.0.11" },
      privateKey: `${plantedKey} login-key`,
    });
    assert.equal(hosts.length, 4);
    assert.equal(await pulumi.isSecret(made.pool), true);
    for (const host of hosts) {
      // The mocks' host keys are none that anybody could show.
      const given = Object.entries(host).filter(([key]) => !/^(?:private|host)Key$/.test(key));
      assert.equal(hostSchema.safeParse(Object.fromEntries(given)).success, true);
    }
  });

  it("takes spot machines as they are: they cannot move and do not come back", async () => {
    const spot = planGcp("nightly", gcpTarget({ count: 1, spot: true }), ["203.0.113.7/32"], ownership);
    const [machine] = (
      await graphOf(() => {
        new GcpHosts("nightly", { plan: spot });
      })
    ).filter(({ type }) => type === instanceType);
    assert.deepEqual(machine?.inputs.scheduling, {
      provisioningModel: "SPOT",
      preemptible: true,
      automaticRestart: false,
      onHostMaintenance: "TERMINATE",
      maxRunDuration: { seconds: 28800 },
      instanceTerminationAction: "DELETE",
    });
  });

  it("leaves the project to the user's own settings where none is named", async () => {
    const unnamed = planGcp("nightly", gcpTarget({ count: 1, project: undefined }), [], ownership);
    const resources = await graphOf(() => {
      new GcpHosts("nightly", { plan: unnamed });
    });
    assert.deepEqual(
      resources.filter(({ inputs }) => "project" in inputs),
      [],
    );
    assert.ok(graph.some(({ inputs }) => inputs.project === "my-project"));
  });
});
