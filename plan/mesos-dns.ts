import type { ClusterSpec, JsonObject, MesosDnsSpec } from "../config/spec";
import { mesosDnsImages, mesosDnsKeyType, mesosDnsRelease } from "../mesos/mesos-dns";
import { imageOf } from "./inputs";
import { nodeKey, type Place } from "./places";
import { common, type Planned, published, type ServiceSurroundings } from "./planned";

/** Where images of Mesos-DNS look for their configuration: in the folder in which they start. */
const configFile = "/config.json";

/** Mesos-DNS in its container. Readiness asks it for the leading master. */
export function planMesosDns(spec: ClusterSpec, dns: MesosDnsSpec, around: ServiceSurroundings): Planned {
  const place = around.places.mesosDns();
  const port = place.ports[1] ?? 53;
  const image = imageOf(around.images, "mesosDns");
  const config = mesosDnsConfig(spec, dns, place, around);
  return {
    volume: undefined,
    version: undefined,
    dns: { name: `leader.${dns.domain}`, port },
    container: {
      ...common(spec, nodeKey.mesosDns, "mesos-dns", image, place, around.labels),
      entrypoint: mesosDnsEntrypoint(dns.image),
      argv: mesosDnsEntrypoint(dns.image).length === 0 ? [] : [`-config=${configFile}`],
      env: image.env,
      publish: [
        ...published(place),
        // Not over TCP as well: of one port with two protocols the Docker provider reads the order back at random, and
        // would make the container again for it; and a client that falls back to TCP asks at the port that UDP has.
        ...(place.network === "host" ? [] : [{ port, protocol: "udp" as const }]),
      ],
      mounts: [],
      uploads: [{ path: configFile, content: `${JSON.stringify(config, null, 2)}\n` }],
    },
  };
}

/**
 * The configuration of Mesos-DNS, in the keys that its version reads: a release would ignore any other. A task's name
 * leads to its agent, where its ports are: with Docker the network information names an address that nobody else can
 * reach (mesosphere/mesos-dns docs, IPSources). Names of other domains are forwarded only to servers that the user
 * names.
 */
function mesosDnsConfig(
  { timings }: ClusterSpec,
  dns: MesosDnsSpec,
  { address, ports }: Place,
  { zookeeper, masters }: ServiceSurroundings,
): JsonObject {
  const knows = (key: string): boolean =>
    mesosDnsRelease(dns.version) === undefined || mesosDnsKeyType(dns.version, key) !== undefined;
  const forwards = dns.config.resolvers !== undefined;
  const wanted: JsonObject = {
    ...(knows("zk") ? { zk: zookeeper } : { masters }),
    domain: dns.domain,
    port: ports[1] ?? 53,
    httpport: ports[0],
    listener: address,
    httpListener: address,
    dnson: true,
    httpon: true,
    externalon: forwards,
    recurseon: forwards,
    IPSources: ["host"],
    ...(timings === "fast" ? { refreshSeconds: 1 } : {}),
  };
  const ours = Object.entries(wanted).filter(([key]) => knows(key));
  return { ...Object.fromEntries(ours), ...dns.config };
}

/** The program in an image; empty where one of the user's own starts it by itself. */
function mesosDnsEntrypoint(image: MesosDnsSpec["image"]): string[] {
  return image === undefined || image.kind === "go" || image.kind === "mesosphere"
    ? [mesosDnsImages.program]
    : [];
}
