import { HostError, type SshLink } from "../../readiness/ssh";
import { where } from "../../readiness/ssh-failure";

/** What one host says of itself. */
export interface Survey {
  /** Its own IPv4 addresses. */
  readonly addresses: readonly string[];
  /** Ports on which something listens, TCP or UDP. */
  readonly listening: ReadonlySet<number>;
  /** This machine's address, as the host sees it. */
  readonly caller: string;
}

/** Asks a host about itself, with nothing there but a shell. */
export async function survey(link: SshLink): Promise<Survey> {
  const [sockets, routes, caller] = await Promise.all([
    link.try("cat", "/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"),
    link.try("cat", "/proc/net/fib_trie"),
    link.run("sh", "-c", 'echo "$SSH_CONNECTION"'),
  ]);
  return {
    addresses: ownAddresses(routes.stdout),
    listening: listeningPorts(sockets.stdout),
    caller: caller.split(" ")[0] ?? "",
  };
}

/** Mesos can only listen at an address of its host. */
export function addressProblems(link: SshLink, ip: string, { addresses }: Survey): HostError[] {
  if (addresses.length === 0 || addresses.includes(ip)) return [];
  return [
    new HostError(
      `${where(link.host)}: ${ip} is none of its own addresses (${addresses.join(", ")}), so Mesos cannot listen there; write the one at which the other hosts reach it as privateAddress:`,
    ),
  ];
}

/** Local ports of sockets in the state LISTEN (0A), and of UDP sockets, from the kernel's tables. */
export function listeningPorts(tables: string): ReadonlySet<number> {
  const ports = new Set<number>();
  let udp = false;
  for (const line of tables.split("\n")) {
    // The tables of TCP stand before those of UDP; only the header of UDP's names its drops.
    if (line.includes("local_address")) udp = line.includes("drops");
    const [, local = "", remote = "", state = ""] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(":")[1] ?? "", 16);
    if (state === "0A" || (udp && /^0+:0000$/.test(remote) && state === "07")) ports.add(port);
  }
  ports.delete(Number.NaN);
  return ports;
}

/** From the kernel's table of routes: each address stands on the line before `/32 host LOCAL`. */
export function ownAddresses(table: string): string[] {
  const found = [...table.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)].map(
    ([, address = ""]) => address,
  );
  return [...new Set(found)].filter((address) => !address.startsWith("127."));
}
