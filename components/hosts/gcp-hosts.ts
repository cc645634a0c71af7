import * as command from "@pulumi/command";
import type { Instance } from "@pulumi/gcp/compute/instance";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { gcpUser, type GcpMachinePlan, type GcpPlan } from "../../plan/gcp";
import { gcpMachine } from "./gcp-machine";
import { gcpNetwork, type GcpNetwork } from "./gcp-network";
import { asUser, script } from "./script";

export interface GcpHostsArgs {
  readonly plan: GcpPlan;
}

/** A machine as the target `ssh` takes it. */
export interface MadeHost {
  /** `h1`. */
  readonly name: string;
  /** Address at which ssh answers. */
  readonly address: pulumi.Output<string>;
  readonly port: number;
  readonly user: string;
  /** `ssh-ed25519 AAAA...`: the only key that is the machine's. */
  readonly hostKey: pulumi.Output<string>;
  /** Address at which the other machines reach it. */
  readonly privateAddress: string;
  /** What stands on the machine goes with it: `deletedWith`. */
  readonly machine: Instance;
  /** When Docker answers there and everything else is in place: `dependsOn`. */
  readonly prepared: pulumi.Resource;
}

/** A machine as `hostsFrom` takes it from the outputs of a stack. */
export interface PoolHost extends Pick<MadeHost, "name" | "port" | "user" | "privateAddress"> {
  readonly address: string;
  readonly hostKey: string;
  /** OpenSSH private key; secret. */
  readonly privateKey: string;
}

/** Machines of Google Cloud on a network of their own, closed but for ssh, with Docker and everything else in place. */
export class GcpHosts extends pulumi.ComponentResource {
  readonly hosts: readonly MadeHost[];
  /** OpenSSH private key that opens all of them; secret. */
  readonly privateKey: pulumi.Output<string>;
  /** What a stack exports as `hosts`, so that others can name it in `hostsFrom`. */
  readonly pool: pulumi.Output<PoolHost[]>;

  constructor(name: string, args: GcpHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:GcpHosts", name, {}, opts);
    const { plan } = args;
    const login = sshKey("login-key", this);
    const network = gcpNetwork(plan, this);
    const account = new Account(
      "account",
      {
        ...(plan.project === undefined ? {} : { project: plan.project }),
        accountId: plan.account,
        displayName: `machines of ${plan.network}, without any role`,
      },
      { parent: this },
    );
    this.privateKey = pulumi.secret(login.privateKeyOpenssh);
    this.hosts = plan.machines.map((machine) => this.#host(plan, machine, { login, network, account }));
    this.pool = pulumi.all(
      this.hosts.map(({ name: key, address, port, user, hostKey, privateAddress }) =>
        pulumi.all([address, hostKey, this.privateKey]).apply(([at, pinned, opens]) => ({
          ...{ name: key, address: at, port, user, hostKey: pinned, privateAddress },
          privateKey: opens,
        })),
      ),
    );
    this.registerOutputs({ privateKey: this.privateKey, pool: this.pool });
  }

  #host(plan: GcpPlan, machine: GcpMachinePlan, { login, network, account }: Ground): MadeHost {
    const key = sshKey(`${machine.key}-host-key`, this);
    const made = gcpMachine(
      {
        plan,
        machine,
        subnetwork: network.subnetwork.id,
        account: account.email,
        loginKey: publicKey(login),
        hostKey: key.privateKeyOpenssh,
      },
      this,
    );
    const address = made.networkInterfaces.apply((all) => all[0]?.accessConfigs?.[0]?.natIp ?? "");
    // sshd shows this host key only when the startup script is through, so that logging in is the wait for it.
    const prepared = new command.remote.Command(
      `${machine.key}-prepared`,
      {
        connection: {
          host: address,
          user: gcpUser,
          privateKey: this.privateKey,
          hostKey: publicKey(key),
          dialErrorLimit: prepareAttempts,
          perDialTimeout: 10,
        },
        create: asUser(),
        stdin: script(["started"], { MM_HOST: machine.name }),
        triggers: [made.id],
      },
      { parent: this, dependsOn: [...network.firewalls], deletedWith: made },
    );
    return {
      name: machine.key,
      address,
      port: 22,
      user: gcpUser,
      hostKey: publicKey(key),
      privateAddress: machine.ip,
      machine: made,
      prepared,
    };
  }
}

interface Ground {
  readonly login: PrivateKey;
  readonly network: GcpNetwork;
  readonly account: Account;
}

/** With 5 s between them, 15 minutes: a boot, Debian's packages, another boot. */
const prepareAttempts = 180;

function sshKey(name: string, parent: pulumi.Resource): PrivateKey {
  return new PrivateKey(name, { algorithm: "ED25519" }, { parent });
}

function publicKey(key: PrivateKey): pulumi.Output<string> {
  return key.publicKeyOpenssh.apply((text) => text.trim());
}
