import type { ClusterSpec } from "../../config/spec";
import { clusterSpec, marathon } from "./fixtures";

interface Scene {
  readonly spec: ClusterSpec;
}

const at = (mesos: string, change: Partial<ClusterSpec>): Scene => ({
  spec: clusterSpec({
    masters: { ...clusterSpec().masters, version: mesos, image: { kind: "mesosphere" } },
    ...change,
  }),
});

const marathonAt = (
  version: string,
  mesos: string,
  image: "simulator" | "mesosphere" = "mesosphere",
): Scene => at(mesos, { marathon: marathon({ version, image: { kind: image } }) });

const simulated = (image: "simulator" | "mesosphere"): Scene => ({
  spec: clusterSpec({ marathon: marathon({ image: { kind: image } }) }),
});

const dnsAt = (version: string, mesos: string): Scene =>
  at(mesos, { mesosDns: { version, image: undefined, domain: "mesos", config: {} } });

const lbAt = (version: string, image: "haproxy" | "marathon-lb", mode: "events" | "poll"): Scene =>
  at("0.23.0", {
    marathon: marathon({ version, image: { kind: "mesosphere" } }),
    loadBalancer: { version: undefined, image: { kind: image }, groups: ["external"], mode },
  });

/** Scenes of the rules over Marathon, Mesos-DNS and the load balancer, by id. */
export const serviceScenes = {
  "marathon-unknown": {
    speaks: marathonAt("1.2.0", "1.5.0"),
    at: "marathon.version",
    cure: /a known line/,
    silent: [marathonAt("1.3.0", "1.5.0"), at("1.5.0", {})],
  },
  "marathon-image-broken": {
    speaks: marathonAt("1.6.322", "1.5.0"),
    at: "marathon.version",
    cure: /another release of 1\.6/,
    silent: [marathonAt("1.6.322", "1.5.0", "simulator"), marathonAt("1.6.352", "1.5.0")],
  },
  "marathon-master-too-old": {
    speaks: marathonAt("1.8.222", "1.4.3"),
    at: "marathon.version",
    cure: /Mesos 1\.5\.0 or newer/,
    silent: [marathonAt("1.8.222", "1.5.0"), marathonAt("1.6.549", "1.4.3")],
  },
  "marathon-cannot-find-leader": {
    speaks: marathonAt("0.8.2", "0.24.0"),
    at: "marathon.version",
    cure: /0\.23\.1 or older/,
    silent: [marathonAt("0.8.2", "0.23.1"), marathonAt("0.11.1", "0.24.0")],
  },
  "marathon-below-recommended": {
    speaks: marathonAt("1.4.0", "1.1.0"),
    at: "marathon.version",
    cure: /Mesos 1\.2\.0 or newer/,
    silent: [marathonAt("1.4.0", "1.2.0")],
  },
  "marathon-untested": {
    speaks: marathonAt("1.1.5", "1.0.0"),
    at: "marathon.version",
    cure: /Marathon 1\.3 or newer/,
    silent: [marathonAt("1.1.5", "0.28.3"), marathonAt("1.3.0", "1.0.0")],
  },
  "marathon-simulated-masters": {
    speaks: simulated("mesosphere"),
    at: "marathon.image",
    cure: /image: simulator/,
    silent: [simulated("simulator"), marathonAt("1.8.222", "1.8.0")],
  },
  "marathon-simulated-old-masters": {
    speaks: marathonAt("0.8.2", "0.23.1", "simulator"),
    at: "marathon.image",
    cure: /0\.24\.2 or newer/,
    silent: [marathonAt("0.8.2", "0.23.1"), marathonAt("0.11.0", "0.24.0-rc1", "simulator")],
  },
  "mesos-dns-no-state": {
    speaks: dnsAt("0.6.0", "1.8.0-rc1"),
    at: "mesosDns.version",
    cure: /0\.7\.0-rc2/,
    silent: [dnsAt("0.6.0", "1.7.3"), dnsAt("0.7.0-rc2", "1.8.0")],
  },
  "mesos-dns-unknown": {
    speaks: dnsAt("0.7.0", "1.8.0"),
    at: "mesosDns.version",
    cure: /0\.7\.0-rc2/,
    silent: [dnsAt("0.5.2", "1.7.0")],
  },
  "load-balancer-no-events": {
    speaks: lbAt("0.10.1", "marathon-lb", "events"),
    at: "loadBalancer.mode",
    cure: /or poll/,
    silent: [
      lbAt("0.10.1", "marathon-lb", "poll"),
      lbAt("0.11.0", "marathon-lb", "events"),
      lbAt("0.10.1", "haproxy", "events"),
    ],
  },
};
