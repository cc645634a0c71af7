import type { ClusterSpec, LoadBalancerSpec } from "../config/spec";
import { imageOf } from "./inputs";
import { nodeKey, type Place } from "./places";
import { common, type Planned, type ServiceSurroundings } from "./planned";
import type { ContainerPlan } from "./types";

/** Seconds between two full looks of our bridge at Marathon; events make it look at once. */
const resync = { default: 10, fast: 2 };

const settingsFile = "/etc/mesos-matrix/bridge.json";

type Program = Pick<ContainerPlan, "entrypoint" | "argv" | "env" | "uploads">;

/** The load balancer in its container: HAProxy and our bridge, marathon-lb, or an image of the user's own. */
export function planLoadBalancer(
  spec: ClusterSpec,
  balancer: LoadBalancerSpec,
  around: ServiceSurroundings,
): Planned {
  const usual = around.places.loadBalancer();
  const { command } = balancer;
  const place: Place = isBridge(balancer)
    ? usual
    : // marathon-lb has no page of its own beside HAProxy's; of others only the port of HTTP is known.
      { ...usual, ports: command === undefined ? marathonLbPorts : otherPorts };
  const image = imageOf(around.images, "loadBalancer");
  const program = isBridge(balancer)
    ? bridge(spec, balancer, place, around)
    : command === undefined
      ? marathonLb(balancer, place, around)
      : other(command, around);
  return {
    volume: undefined,
    version: undefined,
    anyAnswer: command !== undefined,
    container: {
      ...common(spec, nodeKey.loadBalancer, "load-balancer", image, place, around.labels),
      ...program,
      env: { ...image.env, ...program.env },
      publish:
        place.network === "host" ? [] : place.ports.map((port) => ({ port, protocol: "tcp" as const })),
      mounts: [],
    },
  };
}

/** Whether apps are served by HAProxy with our own bridge. */
function isBridge({ image }: LoadBalancerSpec): boolean {
  return image.kind === "haproxy";
}

/** What `bridge/settings.ts` reads. */
function bridge(
  { timings }: ClusterSpec,
  { groups, mode }: LoadBalancerSpec,
  { ports: [pagePort, httpPort = 80, statsPort = 9090] }: Place,
  { marathons }: ServiceSurroundings,
): Program {
  const settings = {
    ...{ marathons, groups, mode, resyncSeconds: resync[timings] },
    ...{ httpPort, statsPort, pagePort },
  };
  return {
    entrypoint: [],
    argv: [],
    env: {},
    uploads: [{ path: settingsFile, content: `${JSON.stringify(settings, null, 2)}\n` }],
  };
}

/** HAProxy's statistics and health, and its virtual hosts: marathon-lb listens nowhere else unless an app asks for it. */
const marathonLbPorts: readonly [number, number] = [9090, 80];

/** The arguments and environment of mesosphere/marathon-lb (README.md): PORTS is what its start script opens. */
function marathonLb(
  { groups, mode }: LoadBalancerSpec,
  { ports }: Place,
  { marathons }: ServiceSurroundings,
): Program {
  return {
    entrypoint: [],
    argv: [
      mode === "events" ? "sse" : "poll",
      "--health-check",
      ...groups.flatMap((group) => ["--group", group]),
      ...marathons.flatMap((url) => ["--marathon", url]),
    ],
    env: { PORTS: String(ports[0]) },
    uploads: [],
  };
}

/** Where whatever else there is serves apps. */
const otherPorts: readonly [number] = [80];

/** A program that takes words of its own, such as a subdomain bridge. */
function other(command: readonly string[], { marathons }: ServiceSurroundings): Program {
  const tokens: Readonly<Record<string, string>> = {
    MESOS_MATRIX_MARATHON: marathons[0] ?? "",
    MESOS_MATRIX_MARATHONS: marathons.join(),
  };
  const argv = command.map((word) =>
    word.replaceAll(/\$\{(MESOS_MATRIX_\w+)\}/g, (text, name: string) => tokens[name] ?? text),
  );
  return { entrypoint: [], argv, env: {}, uploads: [] };
}
