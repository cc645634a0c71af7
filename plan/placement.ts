import { gcpHosts } from "./gcp";
import type { Placement, SshHostSpec, TargetSpec } from "../config/spec";
import type { RemoteHost } from "./inputs";

/** Key of the only host of the target `local`. */
export const localHost = "local";

/** Machines that the target names or makes; none for `local`. */
export function hostsOf(target: TargetSpec): readonly SshHostSpec[] {
  switch (target.kind) {
    case "local":
      return [];
    case "ssh":
      return target.hosts;
    case "gcp":
      return gcpHosts(target);
  }
}

/**
 * The host of the nth (from 0; -1 is the last) node of a kind: round over the hosts that may run it, in the order of the file. A host
 * that is added at the end moves nothing that fitted before.
 * @throws where no host may run it; the rules of the config have refused that
 */
export function hostFor(hosts: readonly RemoteHost[], role: Placement, n: number): RemoteHost {
  const eligible = hosts.filter(({ roles }) => roles.includes(role));
  const host = eligible.at(n % eligible.length);
  if (host === undefined) throw new Error(`no host may run a ${role}`);
  return host;
}
