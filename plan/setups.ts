import { portRanges, type Range } from "../config/oracle/amounts";
import { agentSetting } from "../config/oracle/settings";
import type { ClusterSpec } from "../config/spec";
import { chainOf } from "./firewall";
import { portsFrom } from "./ports";
import { hostNeeds } from "./preparation";
import type { ContainerPlan, HostPlan, HostSetupPlan } from "./types";

/** What is done to every host that ssh reaches, before anything of the cluster runs there. */
export function hostSetups(
  spec: ClusterSpec,
  hosts: readonly HostPlan[],
  containers: readonly ContainerPlan[],
): HostSetupPlan[] {
  const { target } = spec;
  if (target.kind === "local") return [];
  const remote = hosts.flatMap((host) => (host.kind === "ssh" ? [host] : []));
  const needs = hostNeeds(spec);
  const offered = spec.agents.flatMap((group) => {
    const resources = group.resources ?? agentSetting(spec, group, "resources");
    // Where the text names none, the agent offers what was chosen for it, which its container's label says.
    return /\bports\b/.test(resources ?? "") ? portRanges(resources) : [];
  });
  return remote.map(({ key }) => ({
    host: key,
    // Machines that are made come prepared.
    prepare: target.kind === "ssh" && target.prepare,
    needs,
    firewall: target.firewall
      ? {
          host: key,
          chain: chainOf(spec.name),
          peers: remote.map(({ ip }) => ip),
          ports: [...containers.filter(({ host }) => host === key).flatMap(portsOf), ...offered],
        }
      : undefined,
  }));
}

function portsOf({ listen, labels }: ContainerPlan): Range[] {
  const tasks = portsFrom(labels["mesos-matrix.ports"] ?? "")?.tasks;
  return [...listen.map((port): Range => [port, port]), ...(tasks === undefined ? [] : [tasks])];
}
