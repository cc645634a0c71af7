import assert from "node:assert/strict";
import { assertRefused, cluster, clusterFile, matrix, matrixFile } from "./config-problems";

const BASE = 'mesos: { version: "1.7.3", image: simulator }';
const refused = (dns: string, message: RegExp, cure: RegExp): void =>
  assertRefused((text) => cluster(text), clusterFile(`${BASE}\nmesosDns: ${dns}`), { message, cure });

describe("the configuration of Mesos-DNS", () => {
  it("is taken with the keys of its release", () => {
    const text = 'mesosDns: { version: "0.6.0", config: { refreshSeconds: 5, resolvers: ["10.0.0.2:53"] } }';
    assert.deepEqual(cluster(clusterFile(`${BASE}\n${text}`)).mesosDns?.config, {
      refreshSeconds: 5,
      resolvers: ["10.0.0.2:53"],
    });
  });

  it("is refused with a key that its release would ignore", () => {
    refused(
      '{ version: "0.6.0", config: { «refreshSecond: 5 } }',
      /ignore it/,
      /did you mean refreshSeconds\?/,
    );
    refused('{ version: "0.5.1", config: { «enumerationOn: true } }', /0\.5\.1 reads no key/, /its keys are/);
  });

  it("is refused with a value that its release cannot use", () => {
    refused('{ version: "0.6.0", config: { ttl: «-1 } }', /number of 0 or more/, /write/);
    refused('{ version: "0.6.0", config: { refreshSeconds: «0 } }', /at least 1 second/, /write 1/);
    refused('{ version: "0.6.0", config: { IPSources: «[hosts] } }', /no source/, /host/);
    refused('{ version: "0.6.0", config: { resolvers: «[dns.example] } }', /no IP address/, /10\.0\.0\.2/);
  });

  it("does not move what the cluster decides", () => {
    refused(
      '{ version: "0.6.0", config: { «zk: "zk://x/mesos" } }',
      /set from the cluster's ZooKeeper/,
      /out/,
    );
    refused('{ version: "0.6.0", config: { «mesosCredentials: {} } }', /secret/, /image of your own/);
  });

  it("never forwards to a server that nobody named, also with a release that always forwards", () => {
    refused('«"0.1.1"', /8\.8\.8\.8/, /resolvers/);
  });

  it("is checked for every release on an axis", () => {
    const keys = `${BASE}\nmesosDns: { version: "0.6.0", config: { enumerationOn: true } }`;
    const rest = 'axes: { mesosDns: ["0.6.0", "0.5.1"] }\ntest: { command: ["true"] }';
    assert.throws(() => matrix(matrixFile(keys, rest)), /Mesos-DNS 0\.5\.1 reads no key "enumerationOn"/);
  });
});
