import { servesEndpoint } from "../../mesos/endpoints";
import type { Path } from "../fault";
import type { ClusterSpec } from "../spec";
import { loadBalancerMarathon, marathonMesos, mesosDnsMesos, servicePairRules } from "./pairs";
import type { PairFinding } from "./pairs";
import type { ClusterRule, Hit } from "./rule";

/** What is known of Marathon, Mesos-DNS and load balancers beside the Mesos of the same cluster. */
export const serviceRules: readonly ClusterRule[] = [
  ...servicePairRules.map((rule): ClusterRule => ({
    ...rule,
    check: (spec) =>
      pairsOf(spec).flatMap(({ path, findings }) =>
        findings.flatMap(({ id, why, cure }): Hit[] => (id === rule.id ? [{ path, why, cure }] : [])),
      ),
  })),
  {
    id: "marathon-simulated-masters",
    title: "a real Marathon has never been seen with simulated masters",
    verdict: "refuse",
    fact: "Marathon connects through its libmesos; simulated masters take the messages of drivers, but only mesos-go's driver has been tried on them",
    source: "mesos-matrix simulator/README.md",
    check: ({ marathon, masters }) =>
      marathon?.image.kind !== "mesosphere" || masters.image.kind !== "simulator"
        ? []
        : [
            {
              path: ["marathon", "image"],
              why: `Marathon ${marathon.version} of mesosphere with simulated masters`,
              cure: "write marathon: { image: simulator }, or real masters",
            },
          ],
  },
  {
    id: "marathon-simulated-old-masters",
    title: "the simulated Marathon needs the scheduler API of Mesos 0.24",
    verdict: "refuse",
    fact: "the simulated Marathon speaks the v1 scheduler API, which came with Mesos 0.24, where the real one has a libmesos",
    source: "apache/mesos docs/scheduler-http-api.md",
    check: ({ marathon, masters }) =>
      marathon?.image.kind !== "simulator" || servesEndpoint("master", masters.version, "/api/v1/scheduler")
        ? []
        : [
            {
              path: ["marathon", "image"],
              why: `the simulated Marathon and masters of Mesos ${masters.version}`,
              cure: "take Mesos 0.24.2 or newer, or a real Marathon and real masters",
            },
          ],
  },
];

function pairsOf(spec: ClusterSpec): { path: Path; findings: readonly PairFinding[] }[] {
  const { marathon, mesosDns, loadBalancer, masters } = spec;
  const bad = marathon?.image.kind === "mesosphere" ? [] : ["marathon-image-broken"];
  return [
    ...(marathon === undefined
      ? []
      : [
          {
            path: ["marathon", "version"],
            findings: marathonMesos(marathon.version, masters.version).filter(({ id }) => !bad.includes(id)),
          },
        ]),
    ...(mesosDns === undefined
      ? []
      : [
          {
            path: ["mesosDns", "version"],
            findings: mesosDnsMesos(mesosDns.version, masters.version),
          },
        ]),
    ...(marathon === undefined || loadBalancer?.image.kind !== "marathon-lb"
      ? []
      : [
          {
            path: ["loadBalancer", "mode"],
            findings: loadBalancerMarathon("marathon-lb", loadBalancer.mode, marathon.version),
          },
        ]),
  ];
}
