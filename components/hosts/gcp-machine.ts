import { Instance } from "@pulumi/gcp/compute/instance";
import * as pulumi from "@pulumi/pulumi";
import { gcpUser, startupVariables, type GcpMachinePlan, type GcpPlan } from "../../plan/gcp";
import { script } from "./script";

export interface GcpMachineArgs {
  readonly plan: GcpPlan;
  readonly machine: GcpMachinePlan;
  readonly subnetwork: pulumi.Input<string>;
  /** Email of the account that the machine has. */
  readonly account: pulumi.Input<string>;
  /** Public key that may log in. */
  readonly loginKey: pulumi.Output<string>;
  /** OpenSSH private key of the machine's sshd; secret. */
  readonly hostKey: pulumi.Output<string>;
}

/** One machine. Its disk, its account and its end by a clock of Google's go with it. */
export function gcpMachine(args: GcpMachineArgs, parent: pulumi.Resource): Instance {
  const { plan, machine } = args;
  const { image, disk, spot } = machine;
  return new Instance(
    machine.key,
    {
      ...(plan.project === undefined ? {} : { project: plan.project }),
      name: machine.name,
      zone: machine.zone,
      machineType: machine.machineType,
      labels: { ...plan.labels },
      tags: [plan.tag],
      bootDisk: {
        autoDelete: true,
        initializeParams: { image, size: disk.size, type: disk.type, labels: { ...plan.labels } },
      },
      // An access config gives the machine an address that the internet reaches.
      networkInterfaces: [{ subnetwork: args.subnetwork, networkIp: machine.ip, accessConfigs: [{}] }],
      // Without scopes, and the account without roles: whatever runs on the machine may do nothing in the project.
      serviceAccount: { email: args.account, scopes: [] },
      scheduling: {
        provisioningModel: spot ? "SPOT" : "STANDARD",
        preemptible: spot,
        // A machine that Google started again would begin its time again.
        automaticRestart: false,
        onHostMaintenance: spot ? "TERMINATE" : "MIGRATE",
        maxRunDuration: { seconds: machine.ttl },
        instanceTerminationAction: "DELETE",
      },
      metadata: {
        "ssh-keys": pulumi.interpolate`${gcpUser}:${args.loginKey} ${gcpUser}`,
        "block-project-ssh-keys": "true",
        "enable-oslogin": "FALSE",
        // Not as metadataStartupScript, a change of which would replace the machine.
        "startup-script": script(["startup", "prepare"], startupVariables(plan, machine)),
        "mesos-matrix-host-key": pulumi.secret(args.hostKey),
      },
    },
    { parent, deleteBeforeReplace: true, additionalSecretOutputs: ["metadata"] },
  );
}
