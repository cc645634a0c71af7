import { createHash } from "node:crypto";
import type { Range } from "../config/oracle/amounts";

/** What is closed on one host, and to whom it stays open. */
export interface FirewallPlan {
  /** Key of the host. */
  readonly host: string;
  /** Begin of the names of the chains that the cluster owns there. */
  readonly chain: string;
  /** IPv4 addresses of the cluster's hosts. */
  readonly peers: readonly string[];
  /** Ports of the cluster's containers and those that its agents offer; closed for TCP and UDP alike. */
  readonly ports: readonly Range[];
}

/**
 * Ports that a kernel gives to whoever asks for any: executors and drivers of libmesos listen there on their host's
 * network (a libprocess without LIBPROCESS_PORT: apache/mesos 3rdparty/libprocess/src/process.cpp), and what connects
 * to an executor can start tasks. Source of the range: Linux, net.ipv4.ip_local_port_range.
 */
export const anyPorts: Range = [32768, 60999];

/** The cluster's chains on a host: at most 28 characters in all (XT_EXTENSION_MAXNAMELEN in x_tables.h). */
export function chainOf(cluster: string): string {
  return `mesos-${createHash("sha256").update(cluster).digest("hex").slice(0, 12)}`;
}

/**
 * Input of `iptables-restore --noflush`, or of ip6tables', whose peers are none. `@SSH_PORT@` stands for the port at
 * which sshd answers.
 *
 * The rules look at packets before any address is translated, so that ports which Docker publishes are closed like
 * those on the host's network; and they only drop or let pass on to the host's own firewall, which keeps its word.
 * Clusters that share a host do not know of each other: what one opens to its hosts in the range of `anyPorts` (the
 * `let` chain, which comes before every `bar` chain) no other closes.
 */
export function firewallRules({ chain, peers, ports }: FirewallPlan, family: 4 | 6): string {
  const [letIn, bar] = [`${chain}-let`, `${chain}-bar`];
  const sources = family === 4 ? peers : [];
  const toHost = "-m addrtype --dst-type LOCAL";
  const drop = (protocol: string, list: string): string =>
    `-A ${bar} -p ${protocol} -m multiport --dports ${list} ${toHost} -j DROP`;
  return [
    "*mangle",
    `:${letIn} - [0:0]`,
    `:${bar} - [0:0]`,
    ...sources.map((ip) => `-A ${letIn} -s ${ip} -p tcp --dport ${portText(anyPorts)} ${toHost} -j ACCEPT`),
    `-A ${bar} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN`,
    // Docker's bridges: the containers of this host, which another host of the cluster sees at this host's address.
    ...["lo", "docker0", "br-+"].map((device) => `-A ${bar} -i ${device} -j RETURN`),
    ...sources.map((ip) => `-A ${bar} -s ${ip} -j RETURN`),
    `-A ${bar} -p tcp --dport @SSH_PORT@ -j RETURN`,
    ...portLists(merged([...ports, anyPorts])).map((list) => drop("tcp", list)),
    // Nothing of Mesos listens on UDP ports of `anyPorts`, but a host's own tunnels do.
    ...portLists(merged(ports)).map((list) => drop("udp", list)),
    `-I PREROUTING 1 -j ${letIn}`,
    `-A PREROUTING -j ${bar}`,
    "COMMIT",
  ].join("\n");
}

/** The same ports in order, with nothing named twice. */
function merged(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  return sorted.reduce<Range[]>((all, [first, last]) => {
    const before = all.at(-1);
    if (before === undefined || first > before[1] + 1) return [...all, [first, last]];
    return [...all.slice(0, -1), [before[0], Math.max(before[1], last)]];
  }, []);
}

/** As lists for `multiport`, which takes 15 ports at a time and counts a range as two. */
function portLists(ranges: readonly Range[]): string[] {
  return Array.from({ length: Math.ceil(ranges.length / 7) }, (_, i) =>
    ranges
      .slice(i * 7, i * 7 + 7)
      .map(portText)
      .join(","),
  );
}

function portText([first, last]: Range): string {
  return first === last ? String(first) : `${first}:${last}`;
}

/** Variables of firewall.sh (components/hosts/scripts); `name` is how messages call the host. */
export function firewallVariables(plan: FirewallPlan, name: string): Record<string, string> {
  return {
    MM_HOST: name,
    MM_CHAIN: plan.chain,
    MM_RULES4: firewallRules(plan, 4),
    MM_RULES6: firewallRules(plan, 6),
  };
}
