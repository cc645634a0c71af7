import { get } from "node:http";
import type { HostPlan, ReadinessNode } from "../plan/types";
import { datagrams } from "./datagrams";
import type { Exchange } from "./dns";
import type { ContainerState } from "./docker";
import { HostError, SshLink, type Reachable } from "./ssh";

/** How this machine talks to one host of a cluster. */
export interface HostLink {
  /** Address of its Docker engine; undefined: the docker client's own choice. */
  readonly engine: string | undefined;
  /** Where the node's service is reached from here; undefined: nowhere. */
  route(node: ReadinessNode, container: ContainerState): Promise<Route | undefined>;
  /** Sends a datagram from the host; undefined where datagrams are sent from here, or the host has nothing to do it with. */
  readonly datagram?:
    ((to: { readonly address: string; readonly port: number }) => Promise<Exchange | undefined>) | undefined;
}

/** A port of this machine's loopback address, or a socket in its file system. */
export type Route = { readonly port: number } | { readonly socketPath: string };

/** Links to all hosts of a plan, by their keys. */
export type HostLinks = ReadonlyMap<string, HostLink>;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const httpTimeout = 3000;

/**
 * Opens links to the hosts, does the work and closes them.
 * @throws HostError, with every host that cannot be reached
 */
export async function withHosts<T>(
  hosts: readonly HostPlan[],
  work: (links: HostLinks) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const remote = hosts.filter((host) => host.kind === "ssh");
  return withLinks(
    remote,
    (opened) => {
      const links = opened.map((link): [string, HostLink] => [link.host.key, remoteLink(link)]);
      const local = hosts.filter((host) => host.kind === "local");
      return work(new Map([...local.map((host): [string, HostLink] => [host.key, localLink]), ...links]));
    },
    signal,
  );
}

/** As `withHosts`, for who needs the connections themselves; their order is that of the hosts. */
export async function withLinks<T>(
  hosts: readonly Reachable[],
  work: (links: readonly SshLink[]) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const tries = await Promise.allSettled(hosts.map((host) => SshLink.open(host, signal)));
  const links = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  try {
    throwTogether(tries.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : [])));
    return await work(links);
  } finally {
    await Promise.all(links.map((link) => link.close()));
  }
}

/** One error for what several hosts said; one that is no host's own goes first. */
export function throwTogether(errors: readonly unknown[]): void {
  const other = errors.find((error) => !(error instanceof HostError));
  if (other !== undefined) throw other as Error;
  if (errors.length === 0) return;
  throw new HostError(errors.map((error) => (error as HostError).message).join("\n"));
}

/** The link of that key. */
export function linkOf(links: HostLinks, host: string): HostLink {
  const link = links.get(host);
  if (link === undefined) throw new Error(`there is no link to host ${host}`);
  return link;
}

/** One GET; redirects are not followed. Rejects where nothing answers in time. */
export function httpGet(route: Route, path: string): Promise<HttpAnswer> {
  const place = "port" in route ? { host: "127.0.0.1", ...route } : route;
  return new Promise((resolve, reject) => {
    const request = get({ ...place, path, signal: AbortSignal.timeout(httpTimeout) }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.once("error", reject);
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    request.once("error", reject);
  });
}

/** This machine's own engine, which publishes ports at the loopback address. */
const localLink: HostLink = {
  engine: undefined,
  route: (node, container) => {
    const port = container.published[node.port];
    return Promise.resolve(port === undefined ? undefined : { port });
  },
};

/** Every port that was asked for once stays forwarded as long as the link lives. */
function remoteLink(link: SshLink): HostLink {
  const sockets = new Map<string, Promise<string>>();
  return {
    engine: link.engine,
    datagram: (to) => datagrams(link, to),
    route: async ({ address, port }) => {
      const key = `${address}:${port}`;
      const socket = sockets.get(key) ?? link.forward(address, port);
      sockets.set(key, socket);
      return { socketPath: await socket };
    },
  };
}
