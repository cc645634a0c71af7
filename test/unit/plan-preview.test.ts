import assert from "node:assert/strict";
import { planned } from "../../automation/cli/plan";
import { unresolvedInputs, wantedImage } from "../../plan/unresolved";
import { cluster, clusterFile } from "./config-problems";

describe("a plan that asks nobody", () => {
  it("names the image that would be looked for, for every source", () => {
    assert.equal(wantedImage({ kind: "mesosphere" }, "agent", "1.7.1"), "mesosphere/mesos-slave:1.7.1");
    assert.equal(wantedImage({ kind: "mesosphere" }, "agent", "1.8.0"), "mesosphere (no tag is known)");
    assert.equal(
      wantedImage({ kind: "custom", repository: "my/mesos", tag: "x" }, "master", "1.8.0"),
      "my/mesos:x",
    );
    assert.equal(wantedImage({ kind: "simulator" }, "master", "1.8.0"), "simulator of 1.8.0");
  });

  it("is the plan that is carried out, but for images, network and labels of the run", () => {
    const spec = cluster(
      clusterFile(
        'mesos: { version: "1.7.1", image: simulator }\nmasters: { count: 3 }\nagents: [{ count: 2 }]',
      ),
    );
    const { containers, network } = planned(spec);
    assert.deepEqual(
      containers.map(({ key }) => key),
      ["zookeeper-1", "master-1", "master-2", "master-3", "agent-1", "agent-2"],
    );
    assert.ok(containers.every(({ image }) => image === "zookeeper:3.8" || image === "simulator of 1.7.1"));
    assert.equal(network?.subnet, "10.192.0.0/20");
    const master = containers.find(({ key }) => key === "master-1");
    assert.ok(master?.argv.includes("--quorum=2") === true);
    assert.equal(master.labels["mesos-matrix.image"], "simulator of 1.7.1");
    assert.deepEqual(planned(spec), planned(spec));
  });

  it("names what the registry is asked for that stands in for Docker Hub", () => {
    const keys = 'mesos: "1.7.1"\nregistry: mirror.example:5000\nagents: [{ image: simulator }]';
    const { images } = unresolvedInputs(cluster(clusterFile(`${keys}\nallow: [simulator-mixed]`)));
    assert.deepEqual(
      Object.values(images).map(({ reference }) => reference),
      [
        "mirror.example:5000/library/zookeeper:3.8",
        "mirror.example:5000/mesosphere/mesos-master:1.7.1",
        "simulator of 1.7.1",
      ],
    );
  });

  it("has an image for everything that a file may ask for", () => {
    const spec = cluster(
      clusterFile(
        'mesos: { version: "1.7.1", image: mesosphere }\nmarathon: "1.7.189"\nmesosDns: "0.6.0"\nloadBalancer: { image: haproxy }\nallow: [marathon-untested]',
      ),
    );
    assert.deepEqual(Object.keys(unresolvedInputs(spec).images), [
      "zookeeper",
      "masters",
      "agents[0]",
      "marathon",
      "mesosDns",
      "loadBalancer",
    ]);
    planned(spec);
  });
});
