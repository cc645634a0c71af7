import assert from "node:assert/strict";
import { allRules } from "../../config/oracle/rules";
import { capabilitySource } from "../../mesos/capabilities";
import { dangers } from "../../mesos/dangers";
import { everyEndpoint } from "../../mesos/endpoints";
import { everyEnvRule } from "../../mesos/env-rules";
import { hostNeeds } from "../../mesos/host-needs";
import { imageTraits } from "../../mesos/image-quirks";
import { isolatorSource } from "../../mesos/isolators";
import { jsonFields } from "../../mesos/json-fields";
import { loadBalancers } from "../../mesos/load-balancers";
import { marathonKnownBad, marathonLines } from "../../mesos/marathon";
import { mesosDnsReleases } from "../../mesos/mesos-dns";
import { metrics } from "../../mesos/metrics";
import { operatorCalls } from "../../mesos/operator-calls";
import { schedulerChanges } from "../../mesos/scheduler-wire";
import { downgradeRules, fromOneMaster, upgradeOrder, upgradeRules } from "../../mesos/upgrades";
import { allVersions, inRange } from "../../mesos/versions";
import { wireChanges } from "../../mesos/wire";
import { zookeeperLine, zookeeperLines, zookeeperPromise } from "../../mesos/zookeeper";
import { assertSource } from "./sources";

const tags = allVersions().map(({ tag }) => tag);

/** Where every row of every table was read. */
const sources: readonly string[] = [
  ...allRules(),
  ...dangers(),
  ...everyEndpoint(),
  ...everyEnvRule(),
  ...jsonFields(),
  ...operatorCalls(),
  ...metrics(),
  ...wireChanges(),
  ...schedulerChanges(),
  ...upgradeRules(),
  ...downgradeRules(),
  ...Object.values(hostNeeds),
  ...marathonLines(),
  ...["0.15.2", "1.6.322"].map((version) => marathonKnownBad(version) ?? { source: "" }),
  ...mesosDnsReleases(),
  ...loadBalancers(),
  ...zookeeperLines().map((line) => zookeeperLine(line) ?? { source: "" }),
  ...(["mesosphere", "redjack", "mesos"] as const).map((vendor) => imageTraits(vendor, "master", "1.0.0")),
  ...[upgradeOrder, fromOneMaster, zookeeperPromise],
  ...[isolatorSource, capabilitySource].map((source) => ({ source })),
].map(({ source }) => source);

describe("what the tables cite", () => {
  it("is an address, or a file that stands in its repository, row by row", () => {
    assert.ok(sources.length > 150);
    for (const source of sources) assertSource(source);
  });
});

describe("the tables over versions", () => {
  it("name known tags only", () => {
    const ranges = [...everyEndpoint(), ...everyEnvRule(), ...metrics()].map(({ range }) => range);
    for (const [first, last] of ranges) assert.ok(tags.includes(first) && tags.includes(last), first);
    for (const [first, last] of ranges) assert.ok(inRange(first, [first, last]), `${first} after ${last}`);
    for (const { since } of [...wireChanges(), ...schedulerChanges()]) assert.ok(tags.includes(since), since);
  });

  it("hold each endpoint once for a role, and each metric once", () => {
    const ends = everyEndpoint().flatMap(({ role, path }) =>
      (role === "both" ? ["master", "agent"] : [role]).map((one) => `${one} ${path}`),
    );
    assert.equal(new Set(ends).size, ends.length);
    const keys = metrics().map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });
});
