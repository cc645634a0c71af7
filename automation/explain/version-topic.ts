import { agentCapabilities, capabilitySource, masterCapabilities } from "../../mesos/capabilities";
import { everyEndpoint, type EndpointRow } from "../../mesos/endpoints";
import { envRules } from "../../mesos/env-rules";
import { dockerCliMinimum, hostNeeds, wantsOldDockerCli } from "../../mesos/host-needs";
import { vendorImage } from "../../mesos/images";
import { isolatorsOf, isolatorSource } from "../../mesos/isolators";
import { marathonLines } from "../../mesos/marathon";
import { metrics } from "../../mesos/metrics";
import { upgradesBetween } from "../../mesos/upgrades";
import { allVersions, atLeast, findVersion, type MesosVersion } from "../../mesos/versions";
import { wireChanges } from "../../mesos/wire";
import { bundledZookeeperClient } from "../../mesos/zookeeper";
import { flagChanges } from "./flag-topic";
import type { Fact, Subject, Topic } from "./topic";

const tags = allVersions().map(({ tag }) => tag);
const vendors = ["mesosphere", "redjack", "mesos"] as const;

/** Versions of Mesos: `1.8.0`, `v1.8.0-rc3`, `1.8` for the newest of that line, `master`, a commit that is tagged. */
export const versionSubject: Subject = {
  kind: "version",
  find(word) {
    const bare = word.replace(/^v/, "");
    const found = findVersion(bare) ?? newestOf(bare) ?? ofCommit(bare);
    if (found === undefined) return undefined;
    const topic = versionTopic(found);
    return found.tag === bare || !bare.includes(".")
      ? topic
      : { ...topic, title: `${topic.title}, the newest of ${bare}` };
  },
  names: () => tags,
};

function newestOf(line: string): MesosVersion | undefined {
  if (!/^\d+\.\d+$/.test(line)) return undefined;
  return allVersions().findLast(({ tag }) => tag.startsWith(`${line}.`) && !tag.includes("-rc"));
}

/** The tag at a commit: the release, where the last candidate is the same. */
function ofCommit(hash: string): MesosVersion | undefined {
  if (!/^[0-9a-f]{7,40}$/.test(hash)) return undefined;
  return allVersions().findLast(({ commit }) => hash.startsWith(commit) || commit.startsWith(hash));
}

function versionTopic(version: MesosVersion): Topic {
  const { tag, date, commit, reports } = version;
  const before = predecessor(tag);
  const candidates = tags.filter((one) => one.startsWith(`${tag}-rc`));
  return {
    kind: "version",
    name: tag,
    title: titleOf(tag),
    facts: [
      {
        label: "commit",
        text: `${commit} of ${date}`,
        source: `https://github.com/apache/mesos/commit/${commit}`,
      },
      {
        label: "reports",
        text: `${reports} as its version${tag === reports ? "" : ", so that it cannot be told from others by it"}`,
      },
      ...(candidates.length === 0 ? [] : [{ label: "candidates", text: candidates.join(", ") }]),
      ...imageFacts(tag),
      ...(before === undefined ? [] : changesSince(before, tag)),
      ...behaviour(tag),
    ],
  };
}

function titleOf(tag: string): string {
  if (tag === "master") return "the master branch of Mesos, which would have been 1.12.0";
  const [release, candidate] = tag.split("-rc");
  return candidate === undefined
    ? "a release of Mesos"
    : `candidate ${candidate} for the release ${release ?? ""} of Mesos`;
}

/** The release before: of a patch the patch before, else the newest tag of a release that is older. */
function predecessor(tag: string): string | undefined {
  const release = tag.replace(/-rc\d+$/, "");
  return tags.findLast((one) => one !== tag && !one.includes("-rc") && one !== release && atLeast(tag, one));
}

function imageFacts(tag: string): Fact[] {
  const known = vendors.flatMap((vendor) => {
    const image = vendorImage(vendor, "master", tag);
    return image === undefined
      ? []
      : [{ label: "image", text: `${vendor}: ${image.repository}:${image.tag}` }];
  });
  return known.length > 0
    ? known
    : [{ label: "image", text: "no vendor's is known; an image of your own, or the simulator" }];
}

/** What is new and what is gone against the release before. */
function changesSince(before: string, tag: string): Fact[] {
  const source = "apache/mesos src/master/flags.cpp, src/slave/flags.cpp";
  const flags = (["master", "agent"] as const).flatMap((role) => {
    const { added, gone } = flagChanges(role, before, tag);
    return [list(`new ${role} flags`, added, source), list(`gone ${role} flags`, gone, source)].flat();
  });
  const news = (row: { range: EndpointRow["range"] }): boolean =>
    atLeast(tag, row.range[0]) && !atLeast(before, row.range[0]);
  const lost = (row: { range: EndpointRow["range"] }): boolean =>
    !atLeast(row.range[1], tag) && atLeast(row.range[1], before);
  const paths = (test: typeof news): string[] => [
    ...new Set(
      everyEndpoint()
        .filter(test)
        .map(({ path }) => path),
    ),
  ];
  const isolators = isolatorsOf(tag.replace(/-rc\d+$/, ""));
  const capabilities = (of: (version: string) => string[]): string[] =>
    of(tag).filter((name) => !of(before).includes(name));
  return [
    { label: "before", text: `what follows is against ${before}` },
    ...wireChanges()
      .filter(({ since }) => atLeast(tag, since) && !atLeast(before, since))
      .map(({ fact, source: at }) => ({ label: "new", text: fact, source: at })),
    ...upgradesBetween(before, tag).map(({ fact, concerns, source: at }) => ({
      label: "upgrade",
      text: `${concerns}: ${fact}`,
      source: at,
    })),
    ...list("new paths", paths(news), "apache/mesos src/master/master.cpp, src/slave/slave.cpp"),
    ...list("gone paths", paths(lost), "apache/mesos src/master/master.cpp, src/slave/slave.cpp"),
    ...list(
      "new metrics",
      metrics()
        .filter(news)
        .map(({ key }) => key),
      "apache/mesos docs/monitoring.md",
    ),
    ...list("new isolators", isolators, isolatorSource),
    ...list("agent can", capabilities(agentCapabilities), capabilitySource),
    ...list("master can", capabilities(masterCapabilities), capabilitySource),
    ...flags,
  ];
}

/** What holds for the version, new or not. */
function behaviour(tag: string): Fact[] {
  const marathon = marathonLines().filter(
    ({ recommended, minimum }) => atLeast(tag, minimum ?? recommended) && atLeast(tag, recommended),
  );
  const cli = wantsOldDockerCli(tag) ? hostNeeds.oldDockerCli : undefined;
  return [
    {
      label: "zookeeper",
      text: `carries the client ${bundledZookeeperClient(tag)}`,
      source: "apache/mesos 3rdparty/versions.am",
    },
    {
      label: "docker",
      text: cli?.fact ?? `its docker containerizer wants a client of ${dockerCliMinimum(tag)} or newer`,
      source: hostNeeds.oldDockerCli.source,
    },
    ...(marathon.length === 0
      ? []
      : [
          {
            label: "marathon",
            text: `not older than what Marathon ${marathon.map(({ line }) => line).join(", ")} recommends`,
            source: "mesosphere/marathon docs/docs/mesos-compatibility.md",
          },
        ]),
    ...envRules(tag).map(({ fact, source }) => ({ label: "environment", text: fact, source })),
  ];
}

function list(label: string, words: readonly string[], source: string): Fact[] {
  return words.length === 0 ? [] : [{ label, text: words.join(", "), source }];
}
