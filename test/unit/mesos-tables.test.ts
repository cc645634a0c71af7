import assert from "node:assert/strict";
import { endpointGuard, everyEndpoint, servesEndpoint } from "../../mesos/endpoints";
import { duplicateFlagIsFatal, envRules, readsAdvertised } from "../../mesos/env-rules";
import {
  dockerCliMinimum,
  engineApiMinimum,
  hostNeeds,
  needsCgroupV1,
  wantsOldDockerCli,
} from "../../mesos/host-needs";
import { imageTraits, misspeltTag } from "../../mesos/image-quirks";
import { vendorImage } from "../../mesos/images";
import { isolatorsOf, isolatorSince } from "../../mesos/isolators";
import { loadBalancer, loadBalancers } from "../../mesos/load-balancers";
import { marathonKnownBad, marathonLibmesos, marathonLine, marathonLines } from "../../mesos/marathon";
import { mesosDnsKeys, mesosDnsRelease, mesosDnsReleases } from "../../mesos/mesos-dns";
import {
  downgradesBetween,
  fromOneMaster,
  upgradeOrder,
  upgradeRules,
  upgradesBetween,
} from "../../mesos/upgrades";
import { allVersions, atLeast, findVersion } from "../../mesos/versions";
import { bundledZookeeperClient, serves34Clients, zookeeperPromise } from "../../mesos/zookeeper";
import { assertSource } from "./sources";

const tags = allVersions().map(({ tag }) => tag);

describe("the versions of Mesos", () => {
  it("are 62 releases, 131 candidates and master", () => {
    const candidates = tags.filter((tag) => tag.includes("-rc"));
    assert.equal(candidates.length, 131);
    assert.equal(tags.length - candidates.length - 1, 62);
    assert.equal(tags.at(-1), "master");
    assert.equal(findVersion("master")?.reports, "1.12.0");
  });

  it("stand in the order of their numbers, candidates in theirs before the release", () => {
    const key = (tag: string): number[] => {
      const [major = 0, minor = 0, patch = 0, candidate = 99] = (tag.match(/\d+/g) ?? []).map(Number);
      return tag === "master" ? [99, 0, 0, 0] : [major, minor, patch, candidate];
    };
    const sorted = [...tags].sort((a, b) => {
      const [left, right] = [key(a), key(b)];
      const i = left.findIndex((part, at) => part !== right[at]);
      return i < 0 ? 0 : (left[i] ?? 0) - (right[i] ?? 0);
    });
    assert.deepEqual(tags, sorted);
    assert.equal(new Set(tags).size, tags.length);
  });
});

describe("the releases of Marathon", () => {
  it("are built with a known Mesos and ask for a known one", () => {
    for (const { line, libmesos, minimum, recommended, source } of marathonLines()) {
      for (const [since, version] of libmesos) {
        assert.ok(since.startsWith(`${line}.`), since);
        assert.ok(findVersion(version) !== undefined, version);
      }
      assert.ok(findVersion(recommended) !== undefined, recommended);
      if (minimum !== undefined) assert.ok(atLeast(recommended, minimum), line);
      assertSource(source);
    }
  });

  it("are found by their number, with or without v, with the libmesos of that patch", () => {
    assert.equal(marathonLine("v1.4.12")?.line, "1.4");
    assert.equal(marathonLine("1.10")?.line, "1.10");
    assert.equal(marathonLine("1.1.5")?.line, "1.1");
    assert.equal(marathonLine("1.11.24")?.line, "1.11");
    assert.equal(marathonLine("1.2.0"), undefined);
    assert.deepEqual(["1.4.11", "1.4.12", "v1.5.1", "1.5.2", "0.8.2"].map(marathonLibmesos), [
      ...["1.1.0", "1.1.3", "1.2.0", "1.4.0", "0.22.1"],
    ]);
  });

  it("name the published images that cannot start", () => {
    assert.match(marathonKnownBad("v1.6.322")?.why ?? "", /GLIBCXX/);
    assert.equal(marathonKnownBad("1.6.352"), undefined);
    assertSource(marathonKnownBad("0.15.2")?.source ?? "");
  });
});

describe("the releases of Mesos-DNS", () => {
  it("fetch the old path up to 0.6.0 and the new one from the candidates of 0.7.0 on", () => {
    const paths = new Map(mesosDnsReleases().map(({ version, statePath }) => [version, statePath]));
    assert.equal(paths.get("0.6.0"), "/master/state.json");
    assert.equal(paths.get("0.7.0-rc1"), "/master/state");
    assert.equal(mesosDnsRelease("v0.6.0")?.version, "0.6.0");
    assert.equal(mesosDnsRelease("0.7.0"), undefined);
  });

  it("read the keys of their time", () => {
    assert.ok(mesosDnsKeys("0.1.1").includes("email") && !mesosDnsKeys("0.1.2").includes("email"));
    assert.ok(mesosDnsKeys("0.1.2").includes("SOARname"));
    assert.ok(!mesosDnsKeys("0.1.2").includes("IPSources") && mesosDnsKeys("0.2.0").includes("IPSources"));
    assert.ok(
      !mesosDnsKeys("0.5.1").includes("enumerationOn") && mesosDnsKeys("0.5.2").includes("enumerationOn"),
    );
    assert.ok(!mesosDnsKeys("0.5.2").includes("httpListener"));
    for (const candidate of ["0.5.3-rc1", "0.5.3-rc2"]) {
      assert.ok(mesosDnsKeys(candidate).includes("httpListener"));
      assert.ok(!mesosDnsKeys(candidate).includes("mesosCredentials"));
    }
    assert.ok(mesosDnsKeys("v0.7.0-rc2").includes("zoneResolvers"));
    assert.throws(() => mesosDnsKeys("0.9"), /no known tag/);
  });
});

describe("load balancers", () => {
  it("have a source each, and a Marathon that is known where they ask for one", () => {
    for (const row of loadBalancers()) {
      assertSource(row.source);
      for (const line of Object.values(row.marathonSince)) assert.ok(marathonLine(line) !== undefined, line);
    }
    assert.equal(loadBalancer("marathon-lb")?.marathonSince.events, "0.11");
  });
});

describe("the rules of upgrades", () => {
  it("begin at a known version, have a source and stand in order", () => {
    const places = upgradeRules().map(({ to }) => tags.indexOf(to));
    assert.ok(places.every((place) => place >= 0));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    for (const { source } of [...upgradeRules(), upgradeOrder, fromOneMaster]) assertSource(source);
  });

  it("are those that lie between two versions, a candidate counting as its release", () => {
    const between = (from: string, to: string): string[] => [
      ...new Set(upgradesBetween(from, to).map((rule) => rule.to)),
    ];
    assert.deepEqual(between("0.23.1", "0.25.0"), ["0.24.0", "0.25.0"]);
    assert.deepEqual(between("1.7.3", "1.8.0-rc1"), ["1.8.0"]);
    assert.deepEqual(between("1.8.0-rc1", "1.8.1"), []);
    assert.deepEqual(between("1.9.0", "1.8.1"), []);
    assert.deepEqual(between("1.10.0", "master"), ["1.11.0"]);
  });
});

describe("what stands against a step back", () => {
  it("lies between the two versions, and nothing stands against a step forward", () => {
    assert.deepEqual(
      downgradesBetween("1.11.0", "1.8.1").map(({ from }) => from),
      ["1.9.0"],
    );
    assert.deepEqual(
      downgradesBetween("1.9.0-rc1", "0.28.3").map(({ from }) => from),
      ["1.9.0", "1.0.0"],
    );
    assert.deepEqual(downgradesBetween("1.8.1", "1.4.0"), []);
    assert.deepEqual(downgradesBetween("0.28.3", "1.11.0"), []);
  });
});

describe("the endpoints", () => {
  const guardOf = (path: string, version: string): string | undefined =>
    endpointGuard(everyEndpoint().find((row) => row.path === path)?.guard ?? "none", version);

  it("are served by the versions and roles that route them", () => {
    const serving = (role: "master" | "agent", path: string): string[] => {
      const all = tags.filter((tag) => servesEndpoint(role, tag, path));
      return [all[0] ?? "", all.at(-1) ?? ""];
    };
    assert.deepEqual(serving("master", "/quota"), ["0.27.0-rc1", "master"]);
    assert.deepEqual(serving("master", "/shutdown"), ["0.20.0-rc1", "0.23.1"]);
    assert.deepEqual(serving("agent", "/monitor/statistics.json"), ["0.20.0-rc1", "1.7.3"]);
    assert.deepEqual(serving("agent", "/containerizer/debug"), ["1.9.0-rc1", "master"]);
    assert.deepEqual(serving("agent", "/quota"), ["", ""]);
  });

  it("are closed by the flag that their version has for them", () => {
    const at = ["0.26.2", "0.28.3", "1.0.0-rc2", "1.0.0-rc3", "1.11.0"];
    const guards = (path: string): (string | undefined)[] => at.map((version) => guardOf(path, version));
    assert.deepEqual(guards("/health"), [undefined, undefined, undefined, undefined, undefined]);
    assert.deepEqual(guards("/teardown"), [
      "credentials",
      "authenticate_http",
      "authenticate_http",
      "authenticate_http_readwrite",
      "authenticate_http_readwrite",
    ]);
    assert.deepEqual(guards("/state").slice(2), [
      undefined,
      "authenticate_http_readonly",
      "authenticate_http_readonly",
    ]);
    assert.deepEqual(
      ["1.2.3", "1.3.0"].map((version) => guardOf("/api/v1/executor", version)),
      [undefined, "authenticate_http_executors"],
    );
    assert.equal(guardOf("/machine/up", "0.28.3"), undefined);
  });
});

describe("the rules of the environment", () => {
  it("change with the versions: duplicates, advertised addresses, file://, what executors inherit", () => {
    assert.deepEqual(["1.0.1", "1.0.2-rc1"].map(duplicateFlagIsFatal), [true, false]);
    assert.deepEqual(["0.23.1", "0.24.0-rc1"].map(readsAdvertised), [false, true]);
    const told = (version: string): string =>
      envRules(version)
        .map(({ fact }) => fact)
        .join("\n");
    assert.match(told("0.21.2"), /file:\/\/\/path .* of JSON, zk and master only/);
    assert.match(told("0.22.0"), /file:\/\/\/path .* every flag/);
    assert.match(told("0.28.3"), /executors inherit the whole environment/);
    assert.match(told("1.0.0"), /executors inherit nothing/);
    for (const tag of tags) assert.match(told(tag), /MESOS_VERSION=1\.7\.1 cannot be parsed/);
  });
});

describe("what hosts and images must have", () => {
  it("is a fact with a source", () => {
    for (const { fact, source } of [...Object.values(hostNeeds), zookeeperPromise]) {
      assert.ok(fact.length > 20);
      assertSource(source);
    }
  });

  it("is a docker client older than 1.8 up to 0.21.1 and from 0.22.0 to 0.22.1, and a newer one later", () => {
    assert.deepEqual(
      ["0.20.0", "0.21.1", "0.21.2", "0.22.0", "0.22.1", "0.22.2", "0.23.0"].map(wantsOldDockerCli),
      [true, true, false, true, true, false, false],
    );
    assert.deepEqual(
      ["1.3.2", "1.4.2", "1.4.3", "1.5.2", "1.7.0", "1.7.1", "1.8.0-rc1", "master"].map(dockerCliMinimum),
      ["1.0", "1.0", "1.8", "1.8", "1.0", "1.8", "1.8", "1.8"],
    );
  });

  it("is a client that the engine's oldest API lets in", () => {
    assert.deepEqual(["20.10.24", "25.0.3", "28.2.1", "29.0.0"].map(engineApiMinimum), [
      undefined,
      "1.24",
      "1.24",
      "1.44",
    ]);
  });

  it("is cgroup v1 for isolators that are more than a look at processes", () => {
    assert.deepEqual(
      [
        "posix/cpu",
        "filesystem/posix",
        "network/cni",
        "cgroups/mem",
        "namespaces/pid",
        "filesystem/linux",
      ].map(needsCgroupV1),
      [false, false, false, true, true, true],
    );
  });

  it("is known of every image that a vendor has", () => {
    for (const vendor of ["mesosphere", "redjack", "mesos"] as const) {
      for (const tag of tags.filter((version) => vendorImage(vendor, "master", version) !== undefined)) {
        assertSource(imageTraits(vendor, "master", tag).source);
      }
    }
    assert.deepEqual(imageTraits("mesosphere", "master", "0.28.2").cmd, ["--registry=in_memory"]);
    assert.equal(imageTraits("mesosphere", "agent", "0.26.0").schema1, true);
    assert.equal(imageTraits("mesosphere", "agent", "0.27.0").schema1, false);
    assert.equal(imageTraits("mesosphere", "agent", "0.28.2").dockerCli, false);
    assert.equal(imageTraits("mesosphere", "agent", "1.0.0").dockerCli, true);
  });

  it("is another tag where a published one is misspelt", () => {
    const wrong = "1.0.11.0.1-2.0.93.ubuntu1404";
    assert.equal(misspeltTag("mesosphere/mesos-master", wrong), "1.0.1-2.0.93.ubuntu1404");
    assert.equal(misspeltTag("mesosphere/mesos-master", "1.0.1-2.0.93.ubuntu1404"), undefined);
    assert.equal(misspeltTag("my/mesos", wrong), undefined);
  });

  it("is an isolator of a known release", () => {
    const since = ["posix/cpu", "disk/du", "cgroups/pids", "volume/csi", "org_example"].map(isolatorSince);
    assert.deepEqual(since, [undefined, "1.0.0", "1.2.0", "1.11.0", undefined]);
    assert.deepEqual(isolatorsOf("1.11.0"), ["volume/csi"]);
    assert.deepEqual(isolatorsOf("1.10.0"), []);
    for (const release of since)
      assert.ok(release === undefined || findVersion(`${release}-rc1`) !== undefined);
  });

  it("is a ZooKeeper that speaks with a 3.4 client", () => {
    assert.deepEqual(["0.28.3", "1.0.0-rc1"].map(bundledZookeeperClient), ["3.4.5", "3.4.8"]);
    assert.deepEqual(["3.4", "3.6.4", "3.7", "3.9.5", "3.3"].map(serves34Clients), [
      ...[true, true, false, false, undefined],
    ]);
  });
});
