import type { Output } from "@pulumi/pulumi";
import type { GcpHosts, PoolHost } from "../../components/hosts/gcp-hosts";
import type { GcpTargetSpec } from "../../config/gcp-spec";
import { planGcp } from "../../plan/gcp";
import type { Ownership } from "../../plan/inputs";
import { sshRanges } from "./site";

/** Machines that are to be made. */
export interface HostsOrder {
  /** Of the stack. */
  readonly name: string;
  readonly target: GcpTargetSpec;
  readonly ownership: Ownership;
}

/** Declares the resources of a stack of hosts; answers with its outputs. Called by a Pulumi program. */
export type MakeHosts = (order: HostsOrder) => Promise<{ readonly hosts: Output<PoolHost[]> }>;

export const makeHosts: MakeHosts = async (order) => ({
  hosts: (await declareMachines(order.name, order)).pool,
});

/**
 * Declares machines of Google Cloud.
 * @param resource name of their component
 */
export async function declareMachines(
  resource: string,
  { name, target, ownership }: HostsOrder,
): Promise<GcpHosts> {
  // Only who wants Google's machines pays for loading what makes them.
  const { GcpHosts: Hosts } = await import("../../components/hosts/gcp-hosts.js");
  return new Hosts(resource, { plan: planGcp(name, target, await sshRanges(target), ownership) });
}
