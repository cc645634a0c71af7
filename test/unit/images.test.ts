import assert from "node:assert/strict";
import { nearTags } from "../../automation/images/near-tags";
import { repositoriesFor } from "../../config/references";
import { refusalOf } from "../../automation/images/pull";
import { placeOf } from "../../automation/images/tags";
import { isTagOf, vendorTags } from "../../mesos/images";

describe("a vendor's tags", () => {
  it("are known, or named as the vendor's others are", () => {
    assert.deepEqual(vendorTags("mesosphere", "master", "0.28.2"), {
      repository: "mesosphere/mesos-master",
      tags: ["0.28.2-2.0.27.ubuntu1404"],
    });
    assert.deepEqual(vendorTags("mesosphere", "agent", "1.4.3").tags, ["1.4.3"]);
    assert.deepEqual(vendorTags("mesos", "agent", "1.9.0"), {
      repository: "mesos/mesos-centos",
      tags: ["1.9.0", "1.9.x"],
    });
    assert.deepEqual(vendorTags("mesos", "master", "master").tags, ["master"]);
  });

  it("are told from those of candidates, other releases and other branches", () => {
    const own = ["1.0.0", "1.0.0-2.0.89.ubuntu1404", "1.0.0-2.0.89"];
    for (const tag of own) assert.ok(isTagOf("mesosphere", tag, "1.0.0"), tag);
    const others = ["1.0.0-1.0.59.rc1.ubuntu1404", "1.0.0-rc1", "1.0.01", "1.0.11.0.1-2.0.93", "latest"];
    for (const tag of others) assert.equal(isTagOf("mesosphere", tag, "1.0.0"), false, tag);
    for (const tag of ["1.0.0-1.0.59.rc1.ubuntu1404", "1.0.0-rc1"])
      assert.ok(isTagOf("mesosphere", tag, "1.0.0-rc1"), tag);
    assert.equal(isTagOf("mesosphere", "1.0.0-rc10", "1.0.0-rc1"), false);
    assert.ok(isTagOf("mesos", "1.7.x-2018-11-19", "1.7.1"));
    assert.ok(isTagOf("mesos", "master-2018-11-19", "master"));
    assert.equal(isTagOf("mesos", "1.7.x-2018-11-19", "1.8.0"), false);
  });

  it("that are near a missing one come first", () => {
    const tags = ["latest", "0.28.2", "1.4.1", "1.4.10", "1.4.2", "1.5.0", "1.40.0"];
    assert.deepEqual(nearTags("1.4.3", tags).slice(0, 3), ["1.4.2", "1.4.1", "1.4.10"]);
    assert.deepEqual(nearTags("x", []), []);
  });
});

describe("a repository", () => {
  it("is asked at the registry that stands in for Docker Hub, unless it names its own", () => {
    const registry = { address: "r.example.com/mirror", login: undefined };
    assert.deepEqual(repositoriesFor("mesosphere/mesos-master", registry), [
      "r.example.com/mirror/mesosphere/mesos-master",
    ]);
    assert.deepEqual(repositoriesFor("zookeeper", registry), [
      "r.example.com/mirror/library/zookeeper",
      "r.example.com/mirror/zookeeper",
    ]);
    assert.deepEqual(repositoriesFor("quay.io/a/b", registry), ["quay.io/a/b"]);
    assert.deepEqual(repositoriesFor("a/b", undefined), ["a/b"]);
  });

  it("has a place at its registry", () => {
    assert.deepEqual(placeOf("zookeeper"), { host: "registry-1.docker.io", name: "library/zookeeper" });
    assert.deepEqual(placeOf("docker.io/a/b"), { host: "registry-1.docker.io", name: "a/b" });
    assert.deepEqual(placeOf("127.0.0.1:5000/a/b"), { host: "127.0.0.1:5000", name: "a/b" });
  });
});

describe("an engine's words when a pull fails", () => {
  const words: readonly (readonly [string, ReturnType<typeof refusalOf>])[] = [
    ["manifest for mesosphere/mesos-master:9 not found: manifest unknown: manifest unknown", "absent"],
    ["name unknown: repository name not known to registry", "absent"],
    ["pull access denied for my/x, repository does not exist or may require 'docker login'", "denied"],
    ['Get "http://127.0.0.1:5000/v2/a/manifests/1": no basic auth credentials', "denied"],
    ["unauthorized: incorrect username or password", "denied"],
    [
      "[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed",
      "schema-1",
    ],
    ["no matching manifest for linux/arm64/v8 in the manifest list entries", "platform"],
    ["toomanyrequests: You have reached your pull rate limit", "limited"],
    [
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      "unreachable",
    ],
    ['Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused', "unreachable"],
    ["net/http: TLS handshake timeout", "unreachable"],
    ["x509: certificate signed by unknown authority", "unreachable"],
  ];
  for (const [said, why] of words)
    it(`mean ${why}: ${said.slice(0, 60)}`, () => assert.equal(refusalOf(said), why));
});
