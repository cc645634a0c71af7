import { dangers } from "../mesos/dangers";
import { findVersion, nearestVersions } from "../mesos/versions";
import type { Finding, Rule } from "./fault";
import { nearest } from "./nearest";
import { oneOf, show } from "./wording";

/** The short names of image sources. */
export const IMAGES = ["simulator", "mesosphere", "redjack", "mesos"];
/** What a cluster's network has addresses for (plan/addresses.ts): a block of 256 for each group of agents. */
export const MOST_AGENTS = 250;
export const MOST_GROUPS = 15;

/** Only tags of the Mesos repository can be run; `master` is one of them. */
export const mesosVersionRule: Rule<string> = (version) => {
  if (findVersion(version) !== undefined) return undefined;
  const bare = version.replace(/^v/, "");
  const full = /^\d+\.\d+$/.test(bare) ? `${bare}.0` : bare;
  if (findVersion(full) !== undefined) {
    return {
      message: `${show(version)} is not how Mesos writes its versions: three numbers, then -rc1, -rc2, ... for a candidate`,
      cure: `write "${full}"`,
    };
  }
  return {
    message: `${show(version)} was never a release or a release candidate of Mesos (tags of apache/mesos)`,
    cure: `the nearest are ${oneOf(nearestVersions(full))}`,
  };
};

/** The form of a ZooKeeper release; whether an image of it exists is found out later. */
export const zookeeperVersionRule: Rule<string> = (version) => {
  if (/^3\.\d{1,2}(?:\.\d{1,2})?$/.test(version)) return undefined;
  return {
    message: `${show(version)} is no release of ZooKeeper: they look like 3.8 or 3.9.5`,
    cure: 'write "3.8", or leave the version out to take what this machine can have',
  };
};

export const mastersCountRule: Rule<number> = (count) => majority(count, "masters");

export const zookeeperCountRule: Rule<number> = (count) => majority(count, "ZooKeeper servers");

export const agentsCountRule: Rule<number> = (count) => {
  if (count >= 1 && count <= MOST_AGENTS) return undefined;
  return {
    message:
      count < 1
        ? `a group of ${count} agents offers no resources`
        : `${count} agents are more than ${MOST_AGENTS}, for which the network has addresses in one group`,
    cure:
      count < 1
        ? "write 1 or more, or take the group out"
        : `write ${MOST_AGENTS} or less, and the others in a group of their own`,
  };
};

export const agentGroupsRule: Rule<readonly unknown[]> = (groups) => {
  if (groups.length === 0) {
    return {
      message: "the list of agents is empty, and without an agent no framework gets an offer",
      cure: "write agents: [{ count: 1 }], or leave agents out for one agent",
    };
  }
  if (groups.length <= MOST_GROUPS) return undefined;
  return {
    message: `${groups.length} groups of agents are more than ${MOST_GROUPS}, for which the network has addresses`,
    cure: `write ${MOST_GROUPS} groups or less: agents that are alike are one group with their count`,
  };
};

export const imageNameRule: Rule<string> = (name) => {
  if (IMAGES.includes(name)) return undefined;
  if (/[/:]/.test(name) || name === "custom") {
    return {
      message: `${show(name)} is no image source: an image of your own needs its repository`,
      cure: 'write image: { custom: { repository: my/mesos, tag: "{version}" } }',
    };
  }
  return notOneOf(name, [...IMAGES, "custom"], "an image source");
};

export const timingsRule: Rule<string> = (timings) =>
  timings === "default" || timings === "fast"
    ? undefined
    : notOneOf(timings, ["default", "fast"], "a set of timings");

export const apiVersionRule: Rule<string> = (version) =>
  version === "mesos-matrix/v1"
    ? undefined
    : {
        message: `${show(version)} is no version of the file format that this mesos-matrix reads`,
        cure: "write apiVersion: mesos-matrix/v1",
      };

/** Text that becomes an argument, an environment value or a path: no NUL, which no process can be given. */
export const processTextRule: Rule<string> = (text) =>
  text.includes("\0")
    ? {
        message: `${show(text)} holds a NUL character, and no process can be given one`,
        cure: "take the NUL character out",
      }
    : undefined;

export const filePathRule: Rule<string> = (path) =>
  path === "" ? { message: "the file has no name", cure: "write the path of a file" } : processTextRule(path);

/** How many there may be at all; that an even number helps nobody is a rule of its own (oracle/quorum.ts). */
function majority(count: number, many: string): Finding | undefined {
  if (count >= 1 && count <= 5) return undefined;
  if (count < 1) return { message: `${count} ${many} cannot run a cluster`, cure: "write 1, 3 or 5" };
  return {
    message: `${count} ${many} are too many: every change waits for a majority of them, so more than 5 only slow the cluster`,
    cure: "write 5 (1, 3 or 5 make sense)",
  };
}

/** A word that is not among `words`, with the one that was most likely meant. */
export function notOneOf(word: string, words: readonly string[], what: string): Finding {
  const near = nearest(word, words);
  return {
    message: `${show(word)} is not ${what}`,
    cure: near === undefined ? `write ${oneOf(words)}` : `did you mean ${near}? Known: ${words.join(", ")}`,
  };
}

/** The id of a danger that `confirm` may name. */
export function dangerIdRule(id: string): Finding | undefined {
  const ids: readonly string[] = dangers().map((danger) => danger.id);
  if (ids.includes(id)) return undefined;
  const near = nearest(id, ids);
  return {
    message: `${show(id)} is no danger`,
    cure: near === undefined ? `write one of ${ids.join(", ")}` : `did you mean ${near}?`,
  };
}

/** What `--containerizers` takes, in the order in which they are tried; `external` ended with 1.0. */
export const containerizersRule: Rule<string> = (text) =>
  /^(?:mesos|docker|docker,mesos|mesos,docker)$/.test(text)
    ? undefined
    : {
        message: `${show(text)} names no containerizers, or one that does not run here`,
        cure: 'write "docker,mesos" for Docker tasks beside others',
      };
