import {
  bundledZookeeperClient,
  serves34Clients,
  zookeeperLines,
  zookeeperPromise,
} from "../../mesos/zookeeper";
import type { ClusterRule } from "./rule";

/** What ZooKeeper says of the client in Mesos. A version that the user did not choose is not judged. */
export const zookeeperRules: readonly ClusterRule[] = [
  {
    id: "zookeeper-beyond-client",
    title: "the ZooKeeper servers are newer than what is promised to a 3.4 client",
    verdict: "unknown",
    ...zookeeperPromise,
    check: ({ zookeeper: { version }, masters }) =>
      version === undefined || serves34Clients(version) !== false
        ? []
        : [
            {
              path: ["zookeeper", "version"],
              why: `ZooKeeper ${version} and the client ${bundledZookeeperClient(masters.version)} in Mesos ${masters.version}`,
              cure: "write 3.6 or older, or leave it: no failure is known",
            },
          ],
  },
  {
    id: "zookeeper-line-unknown",
    title: "nothing is known of this release line of ZooKeeper",
    verdict: "unknown",
    fact: `the release lines known here are ${zookeeperLines().join(", ")}`,
    source: "https://zookeeper.apache.org/releases.html",
    check: ({ zookeeper: { version } }) =>
      version === undefined || serves34Clients(version) !== undefined
        ? []
        : [
            {
              path: ["zookeeper", "version"],
              why: `ZooKeeper ${version} is of no known line`,
              cure: `write ${zookeeperLines().at(-1) ?? ""} or another known line`,
            },
          ],
  },
];
