import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { MakeHosts } from "../../automation/gcp/hosts-program";
import type { PoolHost } from "../../components/hosts/gcp-hosts";

/** Names a file with what stands in place of Google's machines. */
export const machinesVariable = "LAB_MACHINES";

/** Machines of a lab, as that file has them. */
export interface LabMachines {
  readonly hosts: readonly PoolHost[];
  /** File that gets a line for every machine that is made, and for every one that is deleted. */
  readonly log: string;
}

/** In place of Google's: machines that are there already. Making and deleting one is a line in a file. */
export const makeHosts: MakeHosts = ({ name, target }) => {
  const { hosts, log } = JSON.parse(readFileSync(process.env[machinesVariable] ?? "", "utf8")) as LabMachines;
  const made = hosts.slice(0, target.count).map((host) => {
    const machine = new command.local.Command(`${host.name}-prepared`, {
      create: 'echo "made $MACHINE" >>"$LOG"',
      delete: 'echo "deleted $MACHINE" >>"$LOG"',
      environment: { MACHINE: `${name} ${host.name}`, LOG: log },
    });
    return machine.id.apply(() => ({ ...host, privateKey: "" }));
  });
  const keys = pulumi.secret(hosts.map(({ privateKey }) => privateKey));
  return Promise.resolve({
    hosts: pulumi
      .all([pulumi.all(made), keys])
      .apply(([all, secrets]) => all.map((host, i) => ({ ...host, privateKey: secrets[i] ?? "" }))),
  });
};
