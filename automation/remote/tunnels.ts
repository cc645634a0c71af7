import { createServer, type AddressInfo } from "node:net";
import type { ClusterPlan } from "../../plan/types";
import { HostError, type SshLink } from "../../readiness/ssh";

/** Ways into a cluster on other machines, at this machine's loopback address. */
export interface Tunnels {
  /** `127.0.0.1:port` of every service, by the `host:port` at which the cluster knows it. */
  readonly published: Readonly<Record<string, string>>;
  /** `127.0.0.1:port` of a SOCKS proxy: whoever uses it reaches the addresses and names by which the cluster calls itself. */
  readonly socks: string;
  /** This machine's address, as the hosts see it. */
  readonly callerIp: string;
}

/** How often another free port is tried: between its choice and its use somebody may take it. */
const tries = 5;

/** Opens tunnels to all services over links to the plan's hosts; they live as long as the links. */
export async function openTunnels({ containers }: ClusterPlan, links: readonly SshLink[]): Promise<Tunnels> {
  const [first] = links;
  if (first === undefined) throw new Error("the cluster has no hosts");
  const published = containers.flatMap(({ host, role, address, listen }) => {
    const link = links.find((one) => one.host.key === host) ?? first;
    // What ZooKeeper's servers tell each other is nobody else's business.
    const ports = role === "zookeeper" ? listen.slice(0, 1) : listen;
    return ports.map(async (port): Promise<[string, string]> => [
      `${address}:${port}`,
      await onFreePort((local) => link.publish(address, port, local)),
    ]);
  });
  const [socks, connection, ...all] = await Promise.all([
    onFreePort((local) => first.proxy(local)),
    first.run("sh", "-c", 'echo "$SSH_CONNECTION"'),
    ...published,
  ]);
  return { published: Object.fromEntries(all), socks, callerIp: connection.split(" ")[0] ?? "" };
}

async function onFreePort(open: (port: number) => Promise<void>): Promise<string> {
  for (let i = 1; ; i++) {
    const port = await freePort();
    try {
      await open(port);
      return `127.0.0.1:${port}`;
    } catch (error) {
      if (!(error instanceof HostError) || i === tries) throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
