import type { DangerId } from "../../mesos/dangers";
import type { Operation } from "../../plan/changes/types";

/** A cluster as a user writes it, what a change of it is to say, and what Pulumi is to do. */
export interface ChangeScene {
  readonly title: string;
  readonly change: (cluster: Config) => Config;
  /** What the changes must say, in any order. */
  readonly says: readonly RegExp[];
  readonly dangers: readonly DangerId[];
  /** Containers by what becomes of them; those that are not named stay. */
  readonly containers: Readonly<Partial<Record<Operation, readonly string[]>>>;
}

export interface Config {
  readonly [key: string]: unknown;
  readonly masters: Readonly<Record<string, unknown>>;
  readonly agents: readonly Readonly<Record<string, unknown>>[];
}

/** Names the environment variable that holds the scenes' secret; its value is read only where a cluster is made. */
const secretVariable = "CHANGE_SCENE_SECRET";

export const small: Config = {
  mesos: { version: "1.7.1", image: "simulator" },
  masters: { count: 1, flags: { max_completed_frameworks: 5 }, env: { MESOS_QUIET: "false" } },
  agents: [
    { count: 2, resources: "cpus:1;mem:256", attributes: { rack: "a" } },
    { count: 1, resources: "cpus:1;mem:256" },
  ],
};

export const large: Config = {
  mesos: { version: "1.11.0", image: "simulator" },
  zookeeper: { count: 3 },
  masters: { count: 3 },
  agents: [{ count: 1, resources: "cpus:1;mem:256" }],
};

const everyAgent = ["agent-1", "agent-2", "agent-2-1"];
const everyNode = ["master-1", ...everyAgent];
const three = ["master-1", "master-2", "master-3"];

export const smallScenes: readonly ChangeScene[] = [
  scene("nothing", (c) => c, [], [], {}),
  scene(
    "one agent more",
    (c) => group(c, 0, { count: 3 }),
    [
      /count 2 -> 3 \(agents\[0\]\.count\)/,
      /agent-3 registers and offers resources; no running task is touched/,
    ],
    [],
    { create: ["agent-3"] },
  ),
  scene(
    "one agent less",
    (c) => group(c, 0, { count: 1 }),
    [/count 2 -> 1 \(agents\[0\]\.count\)/, /agent-2 leaves, and the tasks there are lost/],
    ["tasks-lost"],
    { delete: ["agent-2"] },
  ),
  scene(
    "another attribute value",
    (c) => group(c, 0, { attributes: { rack: "b" } }),
    [
      /--attributes rack:a -> rack:b \(agents\[0\]\.attributes\)/,
      /agent-1 and agent-2 register under a new id, and the tasks there are lost/,
      /agent-1 and agent-2 start on a fresh work_dir/,
    ],
    ["tasks-lost"],
    { replace: ["agent-1", "agent-2"] },
  ),
  scene(
    "one attribute more",
    (c) => group(c, 1, { attributes: { disk: "ssd" } }),
    [/--attributes set to disk:ssd \(agents\[1\]\.attributes\)/, /agent-2-1 registers under a new id/],
    ["tasks-lost"],
    { replace: ["agent-2-1"] },
  ),
  scene(
    "no attributes any more",
    (c) => group(c, 0, { attributes: {} }),
    [/--attributes rack:a taken away \(agents\[0\]\.attributes\)/],
    ["tasks-lost"],
    { replace: ["agent-1", "agent-2"] },
  ),
  scene(
    "other resources",
    (c) => group(c, 0, { resources: "cpus:2;mem:256" }),
    [/--resources cpus:1;mem:256 -> cpus:2;mem:256 \(agents\[0\]\.resources\)/, /under a new id/],
    ["tasks-lost"],
    { replace: ["agent-1", "agent-2"] },
  ),
  scene(
    "no resources any more",
    (c) => group(c, 1, { resources: undefined }),
    [/--resources cpus:1;mem:256 taken away \(agents\[1\]\.resources\)/],
    ["tasks-lost"],
    { replace: ["agent-2-1"] },
  ),
  scene(
    "resources and attributes at once",
    (c) => group(c, 0, { resources: "cpus:2;mem:256", attributes: { rack: "b" } }),
    [/agents\[0\]\.resources/, /agents\[0\]\.attributes/],
    ["tasks-lost"],
    { replace: ["agent-1", "agent-2"] },
  ),
  scene(
    "a group of agents goes",
    (c) => ({ ...c, agents: c.agents.slice(0, 1) }),
    [/count 1 -> 0 \(agents\[1\]\.count\)/, /agent-2-1 leaves/, /the work_dir of agent-2-1 is removed/],
    ["tasks-lost"],
    { delete: ["agent-2-1"] },
  ),
  scene(
    "a group of agents comes",
    (c) => ({ ...c, agents: [...c.agents, { count: 2, resources: "cpus:1;mem:64" }] }),
    [/count 0 -> 2 \(agents\[2\]\.count\)/, /agent-3-1 and agent-3-2 register/],
    [],
    { create: ["agent-3-1", "agent-3-2"] },
  ),
  scene(
    "more agents in the second group, and none touched in the first",
    (c) => group(c, 1, { count: 2 }),
    [/count 1 -> 2 \(agents\[1\]\.count\)/],
    [],
    { create: ["agent-2-2"] },
  ),
  scene(
    "a flag for one group",
    (c) => group(c, 0, { flags: { executor_registration_timeout: "5mins" } }),
    [
      /--executor_registration_timeout set to 5mins \(agents\[0\]\.flags\.executor_registration_timeout\)/,
      /come back under the same id/,
    ],
    ["tasks-lost"],
    { replace: ["agent-1", "agent-2"] },
  ),
  scene(
    "another isolation",
    (c) => group(c, 1, { flags: { isolation: "posix/cpu,posix/mem,filesystem/posix" } }),
    [/--isolation posix\/cpu,posix\/mem -> posix\/cpu,posix\/mem,filesystem\/posix/],
    ["tasks-lost"],
    { replace: ["agent-2-1"] },
  ),
  scene(
    "a variable for one group",
    (c) => group(c, 1, { env: { MESOS_QUIET: "true" } }),
    [/MESOS_QUIET set to true \(agents\[1\]\.env\.MESOS_QUIET\)/],
    ["tasks-lost"],
    { replace: ["agent-2-1"] },
  ),
  scene(
    "a secret in the environment",
    (c) => group(c, 1, { env: { MESOS_HTTP_COMMAND_EXECUTOR: { secret: { env: secretVariable } } } }),
    [/agents\[1\]\.env\.MESOS_HTTP_COMMAND_EXECUTOR/],
    ["tasks-lost"],
    { replace: ["agent-2-1"] },
  ),
  scene(
    "older agents in one group",
    (c) => group(c, 1, { version: "1.6.2" }),
    [/Mesos 1\.7\.1 -> 1\.6\.2 \(agents\[1\]\.version\)/, /agent-2-1 comes back under the same id/],
    ["tasks-lost"],
    { replace: ["agent-2-1"] },
  ),
  scene(
    "a newer Mesos for everyone",
    (c) => ({ ...c, mesos: { version: "1.8.0-rc3", image: "simulator" } }),
    [
      /Mesos 1\.7\.1 -> 1\.8\.0-rc3 \(mesos\.version\)/,
      /\/state\.json, .* are gone from masters/,
      /from 1\.8\.0 on, agent_features/,
      /the masters keep their work_dir/,
    ],
    ["quorum-loss", "tasks-lost"],
    { replace: everyNode },
  ),
  scene(
    "a patch release for everyone",
    (c) => ({ ...c, mesos: { version: "1.7.2", image: "simulator" } }),
    [/Mesos 1\.7\.1 -> 1\.7\.2 \(mesos\.version\)/],
    ["quorum-loss", "tasks-lost"],
    { replace: everyNode },
  ),
  scene(
    "an older Mesos for everyone",
    (c) => ({ ...c, mesos: { version: "1.4.3", image: "simulator" } }),
    [/Mesos 1\.7\.1 -> 1\.4\.3 \(mesos\.version\)/],
    ["quorum-loss", "tasks-lost"],
    { replace: everyNode },
  ),
  scene(
    "newer masters alone",
    (c) => masters(c, { version: "1.9.0" }),
    [/Mesos 1\.7\.1 -> 1\.9\.0 \(masters\.version\)/, /schedulers are disconnected/],
    ["quorum-loss"],
    { replace: ["master-1"] },
  ),
  scene(
    "one master becomes three",
    (c) => masters(c, { count: 3 }),
    [/quorum 1 -> 2/, /the replicated log must be wiped/],
    ["quorum-loss", "registry-loss"],
    { replace: ["master-1"], create: ["master-2", "master-3"] },
  ),
  scene(
    "a flag of the masters changes",
    (c) => masters(c, { flags: { max_completed_frameworks: 6 } }),
    [
      /--max_completed_frameworks 5 -> 6 \(masters\.flags\.max_completed_frameworks\)/,
      /no leading master until 1 of them/,
    ],
    ["quorum-loss"],
    { replace: ["master-1"] },
  ),
  scene(
    "a flag of the masters goes",
    (c) => masters(c, { flags: {} }),
    [/--max_completed_frameworks 5 taken away \(masters\.flags\.max_completed_frameworks\)/],
    ["quorum-loss"],
    { replace: ["master-1"] },
  ),
  scene(
    "a variable of the masters changes",
    (c) => masters(c, { env: { MESOS_QUIET: "true" } }),
    [/MESOS_QUIET false -> true \(masters\.env\.MESOS_QUIET\)/],
    ["quorum-loss"],
    { replace: ["master-1"] },
  ),
  scene(
    "a variable of the masters goes",
    (c) => masters(c, { env: {} }),
    [/MESOS_QUIET false taken away \(masters\.env\.MESOS_QUIET\)/],
    ["quorum-loss"],
    { replace: ["master-1"] },
  ),
  scene(
    "credentials for the masters",
    (c) =>
      masters(c, {
        flags: { max_completed_frameworks: 5, credentials: { secret: { env: secretVariable } } },
      }),
    [/--credentials set to .*\(masters\.flags\.credentials\)/, /a file for credentials/],
    ["quorum-loss"],
    { replace: ["master-1"] },
  ),
  scene(
    "a flag for everyone",
    (c) => ({ ...c, flags: { hostname_lookup: false } }),
    [/--hostname_lookup set to false \(flags\.hostname_lookup\)/],
    ["quorum-loss", "tasks-lost"],
    { replace: everyNode },
  ),
  scene(
    "fast timings",
    (c) => ({ ...c, timings: "fast" }),
    [/timings default -> fast \(timings\)/],
    ["quorum-loss", "tasks-lost"],
    { replace: ["zookeeper-1", ...everyNode] },
  ),
  scene(
    "one ZooKeeper server becomes three",
    (c) => ({ ...c, zookeeper: { count: 3 } }),
    [
      /ZooKeeper's quorum 1 -> 2/,
      /2 servers without data of 3 could elect a leader among themselves/,
      /another list of ZooKeeper servers \(zookeeper\.count\)/,
    ],
    ["quorum-loss", "tasks-lost", "zookeeper-data-loss"],
    { replace: ["zookeeper-1", ...everyNode], create: ["zookeeper-2", "zookeeper-3"] },
  ),
  scene(
    "another deadline of readiness",
    (c) => ({ ...c, readyTimeout: "5m" }),
    [/deadline \d+ s -> 300 s \(readyTimeout\)/],
    [],
    {},
  ),
  scene("a rule is overruled", (c) => ({ ...c, allow: ["agent-newer-than-master"] }), [], [], {}),
  scene("a danger is confirmed", (c) => ({ ...c, confirm: ["tasks-lost"] }), [], [], {}),
  scene(
    "agents change in number and kind at once",
    (c) => group(c, 0, { count: 3, attributes: { rack: "b" } }),
    [/count 2 -> 3/, /agent-1 and agent-2 register under a new id/, /agent-3 registers/],
    ["tasks-lost"],
    { replace: ["agent-1", "agent-2"], create: ["agent-3"] },
  ),
  scene(
    "groups change places",
    (c) => ({ ...c, agents: [...c.agents].reverse() }),
    [/count 2 -> 1 \(agents\[0\]\.count\)/, /count 1 -> 2 \(agents\[1\]\.count\)/],
    ["tasks-lost"],
    { replace: ["agent-1", "agent-2-1"], create: ["agent-2-2"], delete: ["agent-2"] },
  ),
];

export const largeScenes: readonly ChangeScene[] = [
  scene(
    "three masters become five",
    (c) => masters(c, { count: 5 }),
    [/count 3 -> 5 \(masters\.count\)/, /quorum 2 -> 3/, /the registry stays/],
    ["quorum-loss"],
    { replace: three, create: ["master-4", "master-5"] },
  ),
  scene(
    "three masters become one",
    (c) => masters(c, { count: 1 }),
    [/quorum 2 -> 1/, /only 1 master of 3 keep their replica/],
    ["quorum-loss", "registry-loss"],
    { replace: ["master-1"], delete: ["master-2", "master-3"] },
  ),
  scene(
    "three ZooKeeper servers become five",
    (c) => ({ ...c, zookeeper: { count: 5 } }),
    [/ZooKeeper's quorum 2 -> 3/, /ZooKeeper's data stays/],
    ["quorum-loss", "tasks-lost"],
    {
      replace: ["zookeeper-1", "zookeeper-2", "zookeeper-3", ...three, "agent-1"],
      create: ["zookeeper-4", "zookeeper-5"],
    },
  ),
  scene(
    "three ZooKeeper servers become one",
    (c) => ({ ...c, zookeeper: { count: 1 } }),
    [/only 1 server of 3 keep their data/],
    ["quorum-loss", "tasks-lost", "zookeeper-data-loss"],
    { replace: ["zookeeper-1", ...three, "agent-1"], delete: ["zookeeper-2", "zookeeper-3"] },
  ),
  scene(
    "a step back over 1.9",
    (c) => ({ ...c, mesos: { version: "1.8.1", image: "simulator" } }),
    [
      /Mesos 1\.11\.0 -> 1\.8\.1 \(mesos\.version\)/,
      /a step back over 1\.9\.0: a master before 1\.9 refuses the registry/,
    ],
    ["quorum-loss", "tasks-lost", "downgrade-refused"],
    { replace: [...three, "agent-1"] },
  ),
  scene(
    "a step back that nobody refuses",
    (c) => ({ ...c, mesos: { version: "1.10.0", image: "simulator" } }),
    [/Mesos 1\.11\.0 -> 1\.10\.0 \(mesos\.version\)/],
    ["quorum-loss", "tasks-lost"],
    { replace: [...three, "agent-1"] },
  ),
  scene(
    "a flag of three masters",
    (c) => masters(c, { flags: { max_completed_frameworks: 5 } }),
    [/3 masters made again at the same time: no leading master until 2 of them are back/],
    ["quorum-loss"],
    { replace: three },
  ),
  scene(
    "agents newer than a flag that masters lose",
    (c) => ({ ...c, flags: { max_completed_tasks_per_framework: 10 } }),
    [/--max_completed_tasks_per_framework set to 10/],
    ["quorum-loss"],
    { replace: three },
  ),
];

/** A scene in one call. */
export function scene(
  title: string,
  change: ChangeScene["change"],
  says: ChangeScene["says"],
  dangers: ChangeScene["dangers"],
  containers: ChangeScene["containers"],
): ChangeScene {
  return { title, change, says, dangers, containers };
}

function masters(cluster: Config, change: Readonly<Record<string, unknown>>): Config {
  return { ...cluster, masters: { ...cluster.masters, ...change } };
}

function group(cluster: Config, index: number, change: Readonly<Record<string, unknown>>): Config {
  const agents = cluster.agents.map((one, i) => (i === index ? { ...one, ...change } : one));
  return { ...cluster, agents };
}
