import type { ClusterSpec } from "../../config/spec";
import type { GcpTargetSpec } from "../../config/gcp-spec";
import { planCluster } from "../../plan/cluster";
import type { PlanInputs, RemoteInputs } from "../../plan/inputs";
import { hostsOf } from "../../plan/placement";
import { choosePorts } from "../../plan/ports";
import { callerRange } from "./caller";

/** Ports on machines that are not made yet: they are free there, and the addresses are ours to give. */
export function gcpSite(spec: ClusterSpec, rest: Omit<PlanInputs, "remote">): RemoteInputs {
  const hosts = hostsOf(spec.target).map(({ name, roles, login, privateAddress = "" }) => ({
    name,
    roles,
    ip: privateAddress,
    login,
  }));
  const inputs = { hosts, ports: {}, callerIp: "" };
  const { containers } = planCluster(spec, { ...rest, remote: inputs });
  const free = { ours: () => false, foreign: () => false };
  const { ports } = choosePorts(
    containers,
    () => free,
    () => undefined,
  );
  return { ...inputs, ports };
}

/** Who may reach ssh: whom the user names, or this machine. */
export async function sshRanges({ sshFrom }: GcpTargetSpec): Promise<readonly string[]> {
  return sshFrom ?? [await callerRange()];
}
