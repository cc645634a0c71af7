import assert from "node:assert/strict";
import fc from "fast-check";
import { masterInfoLabel } from "../../mesos/wire";
import { isRecovered } from "../../simulator/master/log-recovery";
import { leaderAmong } from "../../simulator/zk/candidates";
import { decodeMasterInfo, encodeMasterInfo, type MasterInfo } from "../../simulator/zk/master-info";
import { decodeFields, encodeFields } from "../../simulator/zk/protobuf";
import { parseZkUrl } from "../../simulator/zk/url";

const info: MasterInfo = {
  id: "044da8ae-3260-499f-9fa0-9a894e961ed5",
  ip: "172.30.0.22",
  port: 5050,
  hostname: "172.30.0.22",
  version: "1.12.0",
};

describe("what masters write into ZooKeeper", () => {
  it("is, on the newest Mesos, byte for byte what was recorded from a real master", () => {
    assert.equal(
      encodeMasterInfo(info, "master").toString(),
      '{"address":{"hostname":"172.30.0.22","ip":"172.30.0.22","port":5050},"capabilities":[{"type":"AGENT_UPDATE"},' +
        '{"type":"AGENT_DRAINING"},{"type":"QUOTA_V2"}],"hostname":"172.30.0.22","id":"044da8ae-3260-499f-9fa0-9a894e961ed5",' +
        '"ip":369106604,"pid":"master@172.30.0.22:5050","port":5050,"version":"1.12.0"}',
    );
  });

  it("is binary protobuf in info_ up to 0.23.1 and JSON in json.info_ from 0.24.0, with the fields of the version", () => {
    assert.equal(masterInfoLabel("0.23.1"), "info");
    assert.equal(masterInfoLabel("0.24.0"), "json.info");
    const old = encodeMasterInfo(info, "0.22.2");
    assert.deepEqual([...decodeFields(old).keys()], [1, 2, 3, 4, 5]);
    assert.equal(decodeFields(old).get(2), 369106604);
    assert.deepEqual([...decodeFields(encodeMasterInfo(info, "0.23.1")).keys()], [1, 2, 3, 4, 5, 6]);
    const json = (tag: string) => Object.keys(JSON.parse(encodeMasterInfo(info, tag).toString()) as object);
    assert.deepEqual(json("0.24.0"), ["address", "hostname", "id", "ip", "pid", "port", "version"]);
    assert.ok(json("1.5.0").includes("capabilities"));
  });

  it("can be read back from either form, whatever the address", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), fc.integer({ min: 1, max: 65535 }), (bytes, port) => {
        const there = { ...info, ip: bytes.join("."), port };
        assert.deepEqual(decodeMasterInfo("json.info", encodeMasterInfo(there, "1.0.0")), there);
        assert.deepEqual(decodeMasterInfo("info", encodeMasterInfo(there, "0.23.0")), there);
      }),
    );
  });

  it("is refused when it is cut short", () => {
    const whole = encodeFields([[1, "an id"]]);
    assert.throws(() => decodeFields(whole.subarray(0, 4)), /ends within/);
    assert.throws(() => decodeMasterInfo("json.info", Buffer.from("{}")), /id, ip or port/);
  });
});

describe("the leader among the children of the cluster's path", () => {
  it("has the lowest sequence number, whichever form it is written in", () => {
    const children = ["log_replicas", "json.info_0000000012", "simulated-registry", "info_0000000003"];
    assert.equal(leaderAmong(children, "1.0.0")?.node, "info_0000000003");
    assert.equal(leaderAmong(["json.info_0000000012"], "1.0.0")?.label, "json.info");
    assert.equal(leaderAmong(["log_replicas", "simulated-registry"], "0.20.1"), undefined);
  });

  it("cannot be made out by a reader before 0.23 where a master writes JSON", () => {
    const children = ["info_0000000001", "json.info_0000000002"];
    assert.throws(() => leaderAmong(children, "0.22.2"), /unknown label 'json.info'/);
    assert.equal(leaderAmong(children, "0.23.0")?.node, "info_0000000001");
  });
});

describe("a ZooKeeper URL", () => {
  it("names servers, path and credentials", () => {
    assert.deepEqual(parseZkUrl("zk://u:p@a:2181,b:2181/mesos/"), {
      servers: "a:2181,b:2181",
      path: "/mesos",
      digest: "u:p",
    });
  });

  it("is refused without a path or scheme", () => {
    assert.throws(() => parseZkUrl("zk://a:2181/"), /'\/' is not supported/);
    assert.throws(() => parseZkUrl("a:2181/mesos"), /zk:\/\//);
  });
});

describe("the log of the registry", () => {
  const auto = { quorum: 2, autoInitialize: true };

  it("needs all its replicas the first time and a quorum ever after", () => {
    assert.ok(!isRecovered({ ...auto, replicas: 2, initialised: false }));
    assert.ok(isRecovered({ ...auto, replicas: 3, initialised: false }));
    assert.ok(isRecovered({ ...auto, replicas: 2, initialised: true }));
    assert.ok(!isRecovered({ ...auto, replicas: 1, initialised: true }));
  });

  it("is not initialised where that was switched off", () => {
    assert.ok(!isRecovered({ replicas: 3, quorum: 2, initialised: false, autoInitialize: false }));
  });
});
