import { majorityOf } from "../../mesos/majority";
import type { ClusterRule, Hit } from "./rule";
import { nodesOf, variablesOf } from "./settings";

const log = {
  fact: "with more than 2*quorum-1 masters two halves of the replicated log can go on without each other and corrupt it; with a quorum above the majority fewer masters may fail",
  source: "apache/mesos docs/operational-guide.md, src/master/main.cpp",
};

/** The quorum of the replicated log against the number of masters; the plan sets the majority where nobody does. */
export const quorumRules: readonly ClusterRule[] = [
  {
    id: "quorum-too-small",
    title: "two quorums of masters could meet without each other",
    verdict: "refuse",
    ...log,
    check: (spec) =>
      quorums(spec, (quorum, majority) =>
        quorum < majority ? `write ${majority}, or take it out` : undefined,
      ),
  },
  {
    id: "quorum-too-large",
    title: "the quorum is larger than the majority of the masters",
    verdict: "warn",
    ...log,
    check: (spec) =>
      quorums(spec, (quorum, majority, masters) =>
        quorum > majority && quorum <= masters ? `write ${majority}, or take it out` : undefined,
      ),
  },
  {
    id: "quorum-out-of-reach",
    title: "there are fewer masters than the quorum",
    verdict: "refuse",
    fact: "no leader recovers the registry before a quorum of masters is there",
    source: "apache/mesos docs/operational-guide.md, src/log/coordinator.cpp",
    check: (spec) =>
      quorums(spec, (quorum, majority, masters) =>
        quorum > masters ? `write ${majority}, or take it out` : undefined,
      ),
  },
];

function quorums(
  spec: Parameters<ClusterRule["check"]>[0],
  judge: (quorum: number, majority: number, masters: number) => string | undefined,
): Hit[] {
  const masters = spec.masters.count;
  return nodesOf(spec)
    .filter(({ role }) => role === "master")
    .flatMap((node) => variablesOf(node, "MESOS"))
    .filter(({ flag, value }) => flag === "quorum" && /^\d{1,9}$/.test(value ?? ""))
    .flatMap(({ path, value, variable }): Hit[] => {
      const cure = judge(Number(value), majorityOf(masters), masters);
      return cure === undefined
        ? []
        : [{ path, why: `${variable} ${value ?? ""} for ${masters} masters`, cure }];
    });
}
