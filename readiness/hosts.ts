import { get } from "node:http";
import type { HostPlan, ReadinessNode } from "../plan/types";
import type { ContainerState } from "./docker";

/** How this machine talks to one host of a cluster. */
export interface HostLink {
  /** Address of its Docker engine; undefined: the docker client's own choice. */
  readonly engine: string | undefined;
  /** Where the node's service is reached from here; undefined: nowhere. */
  route(node: ReadinessNode, container: ContainerState): Route | undefined;
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

/** Opens links to the hosts, does the work and closes them. */
export async function withHosts<T>(
  hosts: readonly HostPlan[],
  work: (links: HostLinks) => Promise<T>,
): Promise<T> {
  return work(new Map(hosts.map((host) => [host.key, localLink])));
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
    return port === undefined ? undefined : { port };
  },
};
