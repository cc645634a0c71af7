import { engineApiMinimum, hostNeeds, needsCgroupV1, wantsOldDockerCli } from "../../mesos/host-needs";
import { imageTraits } from "../../mesos/image-quirks";
import { isolatorSince } from "../../mesos/isolators";
import { atLeast } from "../../mesos/versions";
import type { ClusterSpec } from "../spec";
import { placedAgents } from "../agent-turns";
import { namesPorts, overlap, portRanges, scalar } from "./amounts";
import type { ClusterRule, Hit, HostFacts } from "./rule";
import { agentSetting, usesDocker } from "./settings";

const agentResources = {
  fact: "an agent offers what --resources says, and without it all processors and memory of the machine that it sees; no limit of its container is read",
  source: "apache/mesos src/slave/containerizer/containerizer.cpp, docs/attributes-resources.md",
};

/** What the machine below must have, and what agents that share it do to each other. */
export const hostRules: readonly ClusterRule[] = [
  {
    id: "docker-cgroup-v2",
    title: "the docker containerizer does not start where there is only cgroup v2",
    verdict: "refuse",
    ...hostNeeds.cgroupV1,
    check: (spec, host) =>
      host.cgroup !== "v2"
        ? []
        : dockerGroups(spec, () => [
            "containerizers with docker on a host with cgroup v2",
            "use containerizers=mesos, or boot the host with systemd.unified_cgroup_hierarchy=0",
          ]),
  },
  {
    id: "docker-needs-cgroup-v1",
    title: "the docker containerizer needs a host with cgroup v1",
    verdict: "unknown",
    ...hostNeeds.cgroupV1,
    check: (spec, host) =>
      host.cgroup !== undefined
        ? []
        : dockerGroups(spec, () => [
            "containerizers with docker on a host of which nothing is known",
            "use containerizers=mesos, or look whether /sys/fs/cgroup/cpu exists on the host",
          ]),
  },
  {
    id: "isolation-cgroup-v2",
    title: "isolators of cgroups and namespaces do not start where there is only cgroup v2",
    verdict: "refuse",
    ...hostNeeds.cgroupV1Isolation,
    check: (spec, host) =>
      spec.agents.flatMap((group, i): Hit[] => {
        if (host.cgroup !== "v2" || group.version === "master") return [];
        const first = isolatorsOf(spec, group).find(needsCgroupV1);
        if (first === undefined) return [];
        const why = `isolation ${first} of Mesos ${group.version} on a host with cgroup v2`;
        return [
          { path: ["agents", i], why, cure: "use isolation=posix/cpu,posix/mem, or Mesos master (1.12-dev)" },
        ];
      }),
  },
  {
    id: "isolator-too-new",
    title: "an isolator that this version of Mesos does not have",
    verdict: "refuse",
    fact: "an agent exits when --isolation names an isolator that neither it nor one of its modules has",
    source: "apache/mesos src/slave/containerizer/mesos/containerizer.cpp",
    check: (spec) =>
      spec.agents.flatMap((group, i) =>
        isolatorsOf(spec, group).flatMap((name): Hit[] => {
          const since = isolatorSince(name);
          if (since === undefined || atLeast(group.version, `${since}-rc1`)) return [];
          const why = `isolation ${name} of Mesos ${group.version}, which came with ${since}`;
          return [{ path: ["agents", i], why, cure: `take ${name} out, or agents of ${since} or newer` }];
        }),
      ),
  },
  {
    id: "docker-client-too-new",
    title: "agents up to 0.22.1 take no docker client from 1.8 on",
    verdict: "warn",
    ...hostNeeds.oldDockerCli,
    check: (spec) =>
      // Where the user says nothing, a wrapper answers as an old client did.
      dockerGroups(spec, (group) =>
        wantsOldDockerCli(group.version) && agentSetting(spec, group, "docker") !== undefined
          ? [
              `the flag docker in Mesos ${group.version}`,
              "take the flag out, 0.22.2 or 0.23.1, or make it a wrapper that prints `Client version:`",
            ]
          : undefined,
      ),
  },
  {
    id: "docker-client-too-old",
    title: "this Docker engine does not speak with the docker clients of before 2017",
    verdict: "warn",
    ...hostNeeds.dockerApi,
    check: (spec, host) => {
      const minimum = host.engine === undefined ? undefined : engineApiMinimum(host.engine);
      // The oldest client that an image of 1.0 or newer may hold speaks API 1.24.
      if (minimum === undefined || minimum === "1.24") return [];
      return dockerGroups(spec, ({ image, version }) =>
        image.kind === "mesosphere" && imageTraits(image.kind, "agent", version).dockerCli
          ? [
              `the docker client in mesosphere's image of Mesos ${version} and Docker Engine ${host.engine ?? ""}, which speaks API ${minimum} and newer`,
              "use an engine before 29, or an image of your own with a newer docker client",
            ]
          : undefined,
      );
    },
  },
  {
    id: "docker-orphans",
    title: "agents before 0.23 on one Docker engine remove each other's tasks",
    verdict: "refuse",
    ...hostNeeds.killsOrphans,
    check: (spec) =>
      dockerGroups(spec, ({ version }) =>
        agentsOnOneEngine(spec) > 1 && !atLeast(version, "0.23.0-rc1")
          ? [
              `${agentsOnOneEngine(spec)} agents with docker tasks on one engine, some of Mesos ${version}`,
              "run one agent, or take 0.23.1 or newer",
            ]
          : undefined,
      ),
  },
  {
    id: "docker-orphans-default",
    title: "agents on one Docker engine need docker_kill_orphans=false",
    verdict: "warn",
    ...hostNeeds.killsOrphans,
    check: (spec) =>
      dockerGroups(spec, (group) =>
        agentsOnOneEngine(spec) > 1 &&
        atLeast(group.version, "0.23.0-rc1") &&
        // False where the user says nothing.
        !/^(?:false|0)$/.test(agentSetting(spec, group, "docker_kill_orphans") ?? "false")
          ? [
              `${agentsOnOneEngine(spec)} agents with docker tasks on one engine, and docker_kill_orphans not false`,
              "take the flag docker_kill_orphans out, or write false",
            ]
          : undefined,
      ),
  },
  {
    id: "ports-overlap",
    title: "agents on one address must not offer the same ports",
    verdict: "refuse",
    fact: "agents do not know of each other, so two on one address hand out the same port twice",
    source: "apache/mesos docs/attributes-resources.md",
    check: overlappingPorts,
  },
  {
    id: "resources-exceed-host",
    title: "the agents offer more than the machine has",
    verdict: "warn",
    ...agentResources,
    check: exceeding,
  },
  {
    id: "resources-all-twice",
    title: "several agents each offer the whole machine",
    verdict: "warn",
    ...agentResources,
    check: (spec) =>
      agentsOnOneEngine(spec) < 2
        ? []
        : spec.agents.flatMap((group, i): Hit[] => {
            if (group.resources !== undefined || agentSetting(spec, group, "resources") !== undefined)
              return [];
            const why = `agents[${i}] without resources, one of ${agentsOnOneEngine(spec)} agents on one machine`;
            return [{ path: ["agents", i], why, cure: 'write resources: "cpus:1;mem:512"' }];
          }),
  },
  {
    id: "firewall-unmanaged",
    title: "the cluster's ports are open to whoever reaches its hosts",
    verdict: "warn",
    fact: "masters, agents and ZooKeeper take requests of anybody unless they are told to authenticate, and who may launch a task may run any command",
    source: "apache/mesos docs/authentication.md",
    check: ({ target }) =>
      target.kind !== "ssh" || target.firewall
        ? []
        : [
            {
              path: ["target", "firewall"],
              why: "firewall: unmanaged on hosts that others may reach",
              cure: "write firewall: managed, or close the hosts' ports yourself",
            },
          ],
  },
];

function isolatorsOf(spec: ClusterSpec, group: ClusterSpec["agents"][number]): string[] {
  return (agentSetting(spec, group, "isolation") ?? "").split(",").map((name) => name.trim());
}

/** The most agents that share a machine, and so its engine; one where nobody knows the machines. */
function agentsOnOneEngine(spec: ClusterSpec): number {
  const counts = new Map<number, number>();
  for (const { machine } of placedAgents(spec) ?? []) counts.set(machine, (counts.get(machine) ?? 0) + 1);
  return Math.max(1, ...counts.values());
}

function dockerGroups(
  spec: ClusterSpec,
  judge: (group: ClusterSpec["agents"][number]) => readonly [why: string, cure: string] | undefined,
): Hit[] {
  return spec.agents.flatMap((group, i): Hit[] => {
    const found = usesDocker(spec, group) ? judge(group) : undefined;
    return found === undefined ? [] : [{ path: ["agents", i], why: found[0], cure: found[1] }];
  });
}

/**
 * Agents of a local cluster have an address each, where equal ranges are right; on other machines they have those of
 * the machine. Agents whose ports nobody named get different ones there.
 */
function overlappingPorts(spec: ClusterSpec): Hit[] {
  const placed = spec.target.kind === "local" ? [] : (placedAgents(spec) ?? []);
  const cure =
    "give each agent ports of its own, such as ports:[31000-31499] and ports:[31500-31999], or a machine of its own";
  return spec.agents.flatMap(({ resources }, group): Hit[] => {
    if (!namesPorts(resources)) return [];
    const own = placed.flatMap((agent, i) => (agent.group === group ? [{ ...agent, i }] : []));
    const rivals = own.flatMap(({ machine, i }) =>
      placed
        .slice(0, i)
        .filter((other) => other.machine === machine && namesPorts(spec.agents[other.group]?.resources)),
    );
    for (const rival of rivals) {
      const both = overlap(portRanges(resources), portRanges(spec.agents[rival.group]?.resources));
      if (both === undefined) continue;
      const who =
        rival.group === group
          ? `two agents of agents[${group}]`
          : `agents[${rival.group}] and agents[${group}]`;
      const why = `ports ${both.join("-")} of ${who} on one machine`;
      return [{ path: ["agents", group, "resources"], why, cure }];
    }
    return [];
  });
}

function exceeding(spec: ClusterSpec, host: HostFacts): Hit[] {
  const limits = [
    ["cpus", host.cpus],
    ["mem", host.memory],
  ] as const;
  return limits.flatMap(([name, limit]): Hit[] => {
    if (limit === undefined) return [];
    const sum = spec.agents.reduce((all, group) => all + group.count * scalar(group.resources, name), 0);
    if (sum <= limit) return [];
    return [
      {
        path: ["agents"],
        why: `agents that offer ${name}:${sum} together on a machine with ${limit}`,
        cure: "offer less, or allow it where tasks take less than they ask for",
      },
    ];
  });
}
