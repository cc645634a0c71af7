import type { Placement, SshHostSpec, TargetSpec } from "../config/spec";

/** Key of the only host of the target `local`. */
export const localHost = "local";

/** Machines that the target names; none for `local`. */
export function hostsOf(target: TargetSpec): readonly SshHostSpec[] {
  return target.kind === "local" ? [] : target.hosts;
}

/**
 * The host of the nth (from 0) node of a kind: round over the hosts that may run it, in the order of the file. A host
 * that is added at the end moves nothing that fitted before.
 * @throws where no host may run it; the rules of the config have refused that
 */
export function hostFor(hosts: readonly SshHostSpec[], role: Placement, n: number): SshHostSpec {
  const eligible = hosts.filter(({ roles }) => roles.includes(role));
  const host = eligible[n % eligible.length];
  if (host === undefined) throw new Error(`no host may run a ${role}`);
  return host;
}
