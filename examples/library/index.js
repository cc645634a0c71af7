// @ts-check
// A Pulumi program of your own with a Mesos cluster in it.
"use strict";
const { MesosCluster, clusterSpec, prepareCluster } = require("mesos-matrix");

module.exports = async () => {
  const spec = clusterSpec(
    { mesos: { version: "1.11.0", image: "simulator" }, timings: "fast", agents: [{ count: 1 }] },
    process.env.CLUSTER_NAME ?? "demo",
  );
  const cluster = new MesosCluster("mesos", await prepareCluster(spec));
  return { zookeeper: cluster.zookeeper, leader: cluster.leader, masters: cluster.masterUrls };
};
