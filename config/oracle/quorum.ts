import { majorityOf } from "../../mesos/majority";
import type { ClusterRule, Hit } from "./rule";

/**
 * Masters and ZooKeeper servers decide by majority; the quorum of the masters' log is always theirs, since nobody but
 * the plan can set it.
 */
export const quorumRules: readonly ClusterRule[] = [
  {
    id: "masters-even",
    title: "an even number of masters needs one more for its quorum, and so survives no more failures",
    verdict: "refuse",
    fact: "the replicated log goes on while a quorum of masters is there, which is more than half of them: of two masters none may fail, of four one, as of three",
    source: "apache/mesos docs/operational-guide.md, docs/high-availability.md",
    check: ({ masters: { count } }) => even(count, "masters", "masters"),
  },
  {
    id: "zookeeper-even",
    title: "an even number of ZooKeeper servers survives no more failures than one less",
    verdict: "refuse",
    fact: "ZooKeeper serves while more than half of its servers are there: of two none may fail, of four one, as of three",
    source: "apache/zookeeper zookeeper-docs/src/main/resources/markdown/zookeeperAdmin.md",
    check: ({ zookeeper: { count } }) => even(count, "zookeeper", "ZooKeeper servers"),
  },
];

function even(count: number, part: "masters" | "zookeeper", many: string): Hit[] {
  if (count % 2 === 1) return [];
  const failures = count - majorityOf(count);
  const why = `${count} ${many}, of which ${failures === 0 ? "none" : failures} may fail`;
  return [{ path: [part, "count"], why, cure: `write ${count - 1} or ${count + 1}` }];
}
