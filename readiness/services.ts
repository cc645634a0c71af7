import type { ReadinessNode } from "../plan/types";
import { countAddresses, type DnsRoute } from "./dns";
import type { ContainerState } from "./docker";
import { type HostLink, httpGet, type Route } from "./hosts";

/** What is not yet true of a service beside Mesos, in words; nothing where it is ready. */
export async function unmetConditions(
  node: ReadinessNode,
  link: HostLink,
  container: ContainerState,
): Promise<string[]> {
  let route: Route | undefined;
  const unreachable = await holds(`${node.key} is reachable`, async () => {
    route = await link.route(node, container);
    if (route === undefined) throw new Error(`port ${node.port} is not published`);
  });
  if (route === undefined) return unreachable;
  return ask(node, route, link, container);
}

async function ask(
  node: ReadinessNode,
  route: Route,
  link: HostLink,
  container: ContainerState,
): Promise<string[]> {
  switch (node.role) {
    case "mesos-dns":
      return mesosDns(node, link, container, route);
    case "load-balancer":
      if (node.anyAnswer === true)
        return holds(`${node.key} answers HTTP`, async () => {
          await httpGet(route, "/");
        });
      return holds(`${node.key} serves what Marathon says`, async () => {
        const { status, body } = await httpGet(route, "/_haproxy_health_check");
        if (status !== 200) throw new Error(body.trim() === "" ? `it answers ${status}` : body.trim());
      });
    case "marathon":
    case "zookeeper":
    case "master":
    case "agent":
      return [];
  }
}

async function mesosDns(
  node: ReadinessNode,
  link: HostLink,
  container: ContainerState,
  route: Route,
): Promise<string[]> {
  const { dns } = node;
  if (dns === undefined) return [];
  const overDns = await dnsRoute({ ...node, port: dns.port }, link, container);
  const how = overDns === undefined || "tcp" in overDns ? "TCP" : "UDP";
  const unmet = await Promise.all([
    holds(`${node.key} knows ${dns.name} over ${how}`, async () => {
      if (overDns === undefined) throw new Error(`port ${dns.port} is not published`);
      await countAddresses(dns.name, overDns);
    }),
    holds(`${node.key} knows ${dns.name} over HTTP`, async () => {
      const { status, body } = await httpGet(route, `/v1/hosts/${dns.name}.`);
      if (status !== 200) throw new Error(`it answers ${status}`);
      // A name that is not known has an entry all the same, with empty fields.
      const hosts = JSON.parse(body) as { readonly ip?: string }[];
      if (!hosts.some(({ ip = "" }) => ip !== "")) throw new Error("it answers without an address");
    }),
  ]);
  return unmet.flat();
}

/** On another machine it is asked from there; where that machine cannot send a datagram, over TCP. */
async function dnsRoute(
  node: ReadinessNode,
  link: HostLink,
  container: ContainerState,
): Promise<DnsRoute | undefined> {
  const udp = container.publishedUdp[node.port];
  if (udp !== undefined) return { udp };
  const exchange = await link.datagram?.(node);
  if (exchange !== undefined) return { exchange };
  const tcp = await link.route(node, container);
  return tcp === undefined ? undefined : { tcp };
}

async function holds(condition: string, prove: () => Promise<void>): Promise<string[]> {
  try {
    await prove();
    return [];
  } catch (error) {
    return [`${condition} (${error instanceof Error ? error.message : String(error)})`];
  }
}
