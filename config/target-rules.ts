import type { Finding, Rule } from "./fault";
import { nearest } from "./nearest";
import { placesFinding } from "./gcp-rules";
import { gcpFields } from "./gcp-schema";
import { oneOf, show } from "./wording";

/** What a host may be chosen for. */
export const placements = ["zookeeper", "master", "agent", "marathon", "mesos-dns", "load-balancer"] as const;

/** Kinds of targets, and the keys that each takes. */
export const targetKeys: Readonly<Record<string, readonly string[]>> = {
  local: [],
  ssh: ["hosts", "hostsFrom", "user", "port", "identity", "knownHosts", "prepare", "firewall"],
  gcp: [...Object.keys(gcpFields), "firewall"],
};

const kinds = Object.keys(targetKeys);

export const targetRule: Rule<string> = (kind) => {
  if (kinds.includes(kind)) return undefined;
  const near = nearest(kind, kinds);
  const cure =
    near === undefined ? `write ${oneOf(kinds)}` : `did you mean ${near}? Known: ${kinds.join(", ")}`;
  return { message: `${show(kind)} is not a target`, cure };
};

/** A target that is written as a word alone. */
export const bareTargetRule: Rule<string> = (kind) => targetRule(kind) ?? missingHosts({ kind });

/** Who looks after the ports of the cluster on its hosts. */
export const firewallRule: Rule<string> = (word) =>
  word === "managed" || word === "unmanaged"
    ? undefined
    : {
        message: `${show(word)} says not who closes the cluster's ports on its hosts`,
        cure: "write managed (the cluster's own rules) or unmanaged (yours)",
      };

/** Becomes a word of ssh's command line: nothing that it could take for an option, nothing that a shell would obey. */
export const addressRule: Rule<string> = (address) =>
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?$/.test(address)
    ? undefined
    : {
        message: `${show(address)} is neither a host's name nor an IPv4 address`,
        cure: "write what ssh connects to, such as 192.0.2.10 or node1.example.org",
      };

export const ipRule: Rule<string> = (address) =>
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(address)
    ? undefined
    : { message: `${show(address)} is no IPv4 address`, cure: "write four numbers such as 10.0.0.11" };

export const loginUserRule: Rule<string> = (user) =>
  /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(user)
    ? undefined
    : {
        message: `${show(user)} is no name of a user`,
        cure: "write the user's name on the host, such as root",
      };

export const portRule: Rule<number> = (port) =>
  port >= 1 && port <= 65_535
    ? undefined
    : { message: `${port} is no port`, cure: "write a number from 1 to 65535; ssh's own is 22" };

/** As a line of a known_hosts file holds it, without the host and the comment. */
export const hostKeyRule: Rule<string> = (key) =>
  /^(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}$/.test(key)
    ? undefined
    : {
        message: `${show(key)} is no public key of a host`,
        cure: "write the first two words of the host's /etc/ssh/ssh_host_ed25519_key.pub",
      };

export const placementRule: Rule<string> = (role) => {
  if ((placements as readonly string[]).includes(role)) return undefined;
  const near = nearest(role, placements);
  const known = `known: ${placements.join(", ")}`;
  return {
    message: `${show(role)} is nothing that a host could run`,
    cure: near === undefined ? known : `did you mean ${near}?`,
  };
};

interface Target {
  readonly kind: string;
  readonly hosts?: readonly unknown[] | undefined;
  readonly hostsFrom?: string | undefined;
  readonly region?: string | undefined;
  readonly zones?: readonly string[] | undefined;
}

/** A target says where its hosts are, once. */
export function missingHosts(target: Target): Finding | undefined {
  if (target.kind === "gcp") return placesFinding(target);
  const { kind, hosts, hostsFrom } = target;
  if (kind !== "ssh") return undefined;
  if (hosts !== undefined && hostsFrom !== undefined) {
    return { message: "the hosts are given twice, as hosts and by hostsFrom", cure: "keep one of the two" };
  }
  if (hostsFrom !== undefined || (hosts !== undefined && hosts.length > 0)) return undefined;
  return {
    message: "target ssh names no hosts",
    cure: "write hosts: [192.0.2.10], or hostsFrom: and the name of the stack that made them",
  };
}
