import type { Output } from "@pulumi/pulumi";
import type { PoolHost } from "../../components/hosts/gcp-hosts";
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

export const makeHosts: MakeHosts = async ({ name, target, ownership }) => {
  const { GcpHosts } = await import("../../components/hosts/gcp-hosts.js");
  const plan = planGcp(name, target, await sshRanges(target), ownership);
  return { hosts: new GcpHosts(name, { plan }).pool };
};
