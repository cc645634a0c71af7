/**
 * The smallest majority: the quorum of the masters' replicated log and of a ZooKeeper ensemble.
 * Source: apache/mesos docs/operational-guide.md, apache/zookeeper zookeeperInternals.md.
 */
export function majorityOf(members: number): number {
  return Math.floor(members / 2) + 1;
}
