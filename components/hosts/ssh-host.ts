import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { firewallVariables, type FirewallPlan } from "../../plan/firewall";
import { checkVariables, prepareVariables, type HostNeeds } from "../../plan/preparation";
import { asRoot, asUser, script, sshPort, type ScriptName } from "./script";

/** How Pulumi gets a shell on a machine. */
export interface RemoteShell {
  readonly host: pulumi.Input<string>;
  readonly port: number;
  readonly user: string;
  /** OpenSSH private key; undefined: the keys of ssh's agent. */
  readonly privateKey: pulumi.Input<string> | undefined;
  /** `ssh-ed25519 AAAA...`: the only key that is accepted. */
  readonly hostKey: pulumi.Input<string>;
}

export interface SshHostArgs {
  /** Messages call the host so. */
  readonly key: string;
  readonly cluster: string;
  readonly shell: RemoteShell;
  readonly needs: HostNeeds;
  /** Whether what is missing is installed, or only told. */
  readonly prepare: boolean;
  /** Undefined: the host's firewall is left to others. */
  readonly firewall: FirewallPlan | undefined;
  /** With the machine goes what is done to it; undefined: the machine stays. */
  readonly machine: pulumi.Resource | undefined;
}

/** A machine in the state that a cluster needs; what stands on it depends on this. */
export class SshHost extends pulumi.ComponentResource {
  readonly #args: SshHostArgs;
  /** Of all resources on the host. */
  readonly #name: string;
  #last: pulumi.Resource | undefined;

  constructor(name: string, args: SshHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mesos:cluster:SshHost", name, {}, opts);
    this.#args = args;
    this.#name = name;
    const { key, prepare, needs, cluster, firewall, shell } = args;
    const host = { name: key, user: shell.user, needs };

    if (prepare) this.#do("prepare", asRoot("prepare"), prepareVariables(host, cluster), asRoot("undo"));
    if (prepare && needs.cgroupV1) {
      this.#do("reboot", asRoot(sshPort), { MM_HOST: key });
      this.#do("rebooted", asUser(), { MM_HOST: key });
    }
    const looked = { prepare: false, firewall: firewall !== undefined, now: undefined };
    this.#do("check", asUser(), checkVariables(host, looked));
    if (firewall !== undefined)
      this.#do("firewall", asRoot("apply", sshPort), firewallVariables(firewall, key), asRoot("remove"));
    this.registerOutputs({});
  }

  /** Runs a script after those before it, and again when its text or its values are others. */
  #do(name: ScriptName, create: string, variables: Record<string, string>, undo?: string): void {
    const { shell, machine } = this.#args;
    this.#last = new command.remote.Command(
      `${this.#name}-${name}`,
      {
        connection: {
          host: shell.host,
          port: shell.port,
          user: shell.user,
          ...(shell.privateKey === undefined ? {} : { privateKey: pulumi.secret(shell.privateKey) }),
          hostKey: shell.hostKey,
          dialErrorLimit: name === "rebooted" ? bootAttempts : dialAttempts,
          perDialTimeout: 10,
        },
        create,
        stdin: script([name], variables),
        ...(undo === undefined ? {} : { delete: undo }),
        // The output of an update would come from what ran before it.
        addPreviousOutputInEnv: false,
      },
      {
        parent: this,
        ...(this.#last === undefined ? {} : { dependsOn: [this.#last] }),
        ...(machine === undefined ? {} : { deletedWith: machine }),
      },
    );
  }
}

/** With pauses that grow to 5 s: about half a minute for a host that has a hiccup, ten for one that boots. */
const dialAttempts = 8;
const bootAttempts = 120;
