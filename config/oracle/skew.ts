import { acceptsFlag } from "../../mesos/flags";
import { atLeast, findVersion } from "../../mesos/versions";
import { admitsAgent, masterInfoLabel, readableLabels } from "../../mesos/wire";
import type { AgentGroupSpec, ClusterSpec } from "../spec";
import type { ClusterRule, Hit } from "./rule";

const FIRST_1 = "1.0.0-rc1";

/** What agents and masters of different versions do to each other. */
export const skewRules: readonly ClusterRule[] = [
  {
    id: "agent-ignored",
    title: "masters from 1.2.1 on ignore agents older than 1.0",
    verdict: "refuse",
    fact: "masters from 1.2.1 on ignore the registration of agents older than 1.0.0, for ever and without an answer: the agent stays up with slave/registered=0",
    source: "apache/mesos src/master/constants.hpp, src/master/master.cpp",
    check: (spec) =>
      pairs(spec, (agent, master) =>
        isIgnored(agent, master) ? "write agents 1.0.4 or newer, or masters 1.0.4" : undefined,
      ),
  },
  {
    id: "agent-cannot-find-leader",
    title: "agents of 0.20 to 0.22 cannot read the leader's node of masters from 0.24 on",
    verdict: "refuse",
    fact: "masters from 0.24 on write json.info_ nodes to ZooKeeper, and agents of 0.20 to 0.22 know only info_: their detection fails with an unknown label",
    source: "apache/mesos src/master/detector.cpp, docs/upgrades.md",
    check: (spec) =>
      pairs(spec, (agent, master) =>
        readableLabels(agent).includes(masterInfoLabel(master))
          ? undefined
          : "write agents 0.23.1 or newer, or masters 0.23.1",
      ),
  },
  {
    id: "agent-never-supported",
    title: "agents older than 1.0 were never supported beside masters of 1.1 and 1.2.0",
    verdict: "warn",
    fact: "masters must stay at 1.0.x while any agent is older than 1.0; 1.1 and 1.2.0 let them register, but that was never supported",
    source: "apache/mesos docs/upgrades.md",
    check: (spec) =>
      pairs(spec, (agent, master) =>
        !atLeast(agent, FIRST_1) && atLeast(master, "1.1.0-rc1") && !isIgnored(agent, master)
          ? "write agents 1.0.4 or newer, or masters 1.0.4"
          : undefined,
      ),
  },
  {
    id: "agent-newer-than-master",
    title: "agents newer than their masters are outside the order of upgrades",
    verdict: "warn",
    fact: "masters are upgraded before agents at every version, so nobody tests agents that are newer",
    source: "apache/mesos docs/upgrades.md",
    check: (spec) =>
      pairs(spec, (agent, master) =>
        agent !== master && atLeast(agent, master)
          ? `write agents ${master}, or masters ${agent}`
          : undefined,
      ),
  },
  {
    id: "agent-minors-behind",
    title: "before 1.0, only neighbouring releases are said to work together",
    verdict: "unknown",
    fact: "before 1.0 the guide describes upgrades from one minor release to the next only; that any stable release works with any later one is promised from 1.0 on",
    source: "apache/mesos docs/upgrades.md, docs/versioning.md",
    check: (spec) =>
      pairs(spec, (agent, master) => {
        if (atLeast(agent, FIRST_1) || atLeast(master, "1.1.0-rc1") || atLeast(agent, master))
          return undefined;
        if (!readableLabels(agent).includes(masterInfoLabel(master))) return undefined;
        return minorIndex(master) - minorIndex(agent) > 1
          ? "take agents of the minor release before the masters', or allow it"
          : undefined;
      }),
  },
  {
    id: "old-agent-fast-pings",
    title: "timings: fast changes pings that agents before 0.23 do not know of",
    verdict: "warn",
    fact: "agents before 0.23 are not told of a changed slave_ping_timeout and wait 75 s for a master that is gone; upgrade agents before changing it",
    source: "apache/mesos docs/upgrades.md",
    check: (spec) =>
      spec.timings !== "fast" || !changesPings(spec)
        ? []
        : pairs(spec, (agent) =>
            atLeast(agent, "0.23.0-rc1") ? undefined : "write agents 0.23.1, or timings: default",
          ),
  },
];

/** One hit per group for which `judge` knows a cure. */
function pairs(
  spec: ClusterSpec,
  judge: (agent: string, master: string, group: AgentGroupSpec) => string | undefined,
): Hit[] {
  const master = spec.masters.version;
  return spec.agents.flatMap((group, i): Hit[] => {
    const cure = judge(group.version, master, group);
    const why = `agents[${i}] of Mesos ${group.version} and masters of ${master}`;
    return cure === undefined ? [] : [{ path: ["agents", i, "version"], why, cure }];
  });
}

function isIgnored(agent: string, master: string): boolean {
  return !admitsAgent(master, findVersion(agent)?.reports ?? agent);
}

function changesPings(spec: ClusterSpec): boolean {
  return ["agent_ping_timeout", "slave_ping_timeout"].some((flag) =>
    acceptsFlag("master", spec.masters.version, flag),
  );
}

/** 0.22.1 -> 22, 1.0.0 -> 29, as if 1.0 were 0.29, which it succeeded. */
function minorIndex(version: string): number {
  const [major, minor] = version.split(".").map(Number);
  return (major === 0 ? 0 : 29) + (minor ?? 0);
}
