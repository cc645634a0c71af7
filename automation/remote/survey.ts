import { docker } from "../../readiness/docker";
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
  /** Seconds that its clock is ahead of ours; negative: behind. */
  readonly clockAhead: number;
  /** Bytes that are free for Docker. */
  readonly freeDisk: number;
  /** Why its Docker engine cannot be used, and the cure; undefined: it answers. */
  readonly engineProblem: string | undefined;
}

/** Sessions and logs of processes on hosts whose clocks differ more cannot be made sense of. */
const mostSkewSeconds = 60;
/** An engine needs room for images and sandboxes. */
const leastDisk = 1024 ** 3;

/** Asks a host about itself, with nothing there but a shell. */
export async function survey(link: SshLink): Promise<Survey> {
  const asked = Date.now();
  const [sockets, routes, time, caller, freeDisk, engineProblem] = await Promise.all([
    link.try("cat", "/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"),
    link.try("cat", "/proc/net/fib_trie"),
    link.run("date", "+%s"),
    link.run("sh", "-c", 'echo "$SSH_CONNECTION"'),
    disk(link),
    engineOf(link),
  ]);
  return {
    addresses: ownAddresses(routes.stdout),
    listening: listeningPorts(sockets.stdout),
    caller: caller.split(" ")[0] ?? "",
    // The answer is as old as half of the time it took, at most.
    clockAhead: Math.round(Number(time.trim()) - (asked + Date.now()) / 2000),
    freeDisk,
    engineProblem,
  };
}

/** Everything that keeps a cluster from the host, each with its cure. */
export function surveyProblems(link: SshLink, ip: string, seen: Survey): HostError[] {
  const problem = (text: string): HostError => new HostError(`${where(link.host)}: ${text}`);
  const { clockAhead, freeDisk, addresses, engineProblem } = seen;
  const skew = Math.abs(clockAhead);
  return [
    ...(engineProblem === undefined ? [] : [problem(engineProblem)]),
    ...(skew <= mostSkewSeconds
      ? []
      : [
          problem(
            `its clock is ${skew} seconds ${clockAhead > 0 ? "ahead of" : "behind"} this machine's, more than ${mostSkewSeconds}; set the right time on both (NTP)`,
          ),
        ]),
    ...(freeDisk >= leastDisk
      ? []
      : [
          problem(
            `only ${Math.floor(freeDisk / 1024 ** 2)} MiB are free for Docker, less than ${leastDisk / 1024 ** 2}; remove what is not needed there (docker system df, docker image prune)`,
          ),
        ]),
    ...(addresses.length === 0 || addresses.includes(ip)
      ? []
      : [
          problem(
            `${ip} is none of its own addresses (${addresses.join(", ")}), so Mesos cannot listen there; write the one at which the other hosts reach it as privateAddress:`,
          ),
        ]),
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

async function disk(link: SshLink): Promise<number> {
  for (const folder of ["/var/lib/docker", "/var/lib", "/"]) {
    const { code, stdout } = await link.try("df", "-Pk", folder);
    const free = Number(stdout.trim().split("\n").at(-1)?.trim().split(/\s+/)[3]);
    if (code === 0 && Number.isFinite(free)) return free * 1024;
  }
  return Number.POSITIVE_INFINITY;
}

async function engineOf(link: SshLink): Promise<string | undefined> {
  let said: string;
  try {
    await docker(["version", "--format", "{{.Server.Version}}"], { engine: link.engine });
    return undefined;
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  const { user } = link.host.login;
  if ((await link.try("sh", "-c", "command -v docker")).code !== 0) {
    return "Docker is not installed there; install it (on Debian: apt-get install docker.io)";
  }
  if ((await link.try("test", "-S", "/var/run/docker.sock")).code !== 0) {
    return "its Docker engine does not run; start it (systemctl start docker)";
  }
  if ((await link.try("test", "-w", "/var/run/docker.sock")).code !== 0) {
    return `user ${user} may not use its Docker engine; add the user to the group docker (usermod -aG docker ${user}), or log in as one who may`;
  }
  return `its Docker engine does not answer (${said}); restart it (systemctl restart docker)`;
}
