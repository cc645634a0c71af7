import type { Fact } from "./fact";

/** What must be confirmed before it is done to a running cluster. The ids are stable: users write them under `confirm`. */
export type DangerId =
  | "quorum-loss"
  | "registry-loss"
  | "tasks-lost"
  | "downgrade-refused"
  | "zookeeper-data-loss"
  | "marathon-below-minimum";

/** A danger as `explain` tells it. */
export interface Danger extends Fact {
  readonly id: DangerId;
  /** A few words for a mark beside a change. */
  readonly title: string;
}

const guide = "apache/mesos docs/operational-guide.md";

const table: Readonly<Record<DangerId, Omit<Danger, "id">>> = {
  "quorum-loss": {
    title: "quorum is lost for a while",
    fact: "fewer masters, or ZooKeeper servers, than the quorum leave the cluster without a leading master until they are back",
    source: `${guide}, docs/high-availability.md`,
  },
  "registry-loss": {
    title: "the registry may be lost",
    fact: "the replicated log is found again only where a majority of it was kept; one master cannot become three without wiping it",
    source: guide,
  },
  "tasks-lost": {
    title: "running tasks are lost",
    fact: "an agent that is removed, or registers under a new id, takes its tasks with it, and processes in its container end with the container",
    source: "apache/mesos docs/agent-recovery.md",
  },
  "downgrade-refused": {
    title: "the older master may refuse the registry",
    fact: "a master of 1.8 or older refuses a registry in which 1.9 or newer recorded QUOTA_V2 or AGENT_DRAINING",
    source: "apache/mesos docs/downgrades.md, src/master/registrar.cpp",
  },
  "zookeeper-data-loss": {
    title: "ZooKeeper's data may be lost",
    fact: "servers without data that form a quorum among themselves elect an empty leader, and the others take over its state",
    source: "apache/zookeeper zookeeper-docs/src/main/resources/markdown/zookeeperInternals.md",
  },
  "marathon-below-minimum": {
    title: "Marathon gets a Mesos below its minimum",
    fact: "Marathon reads the version of the leading master and ends where it is older than its minimum",
    source: "mesosphere/marathon docs/docs/exit-codes.md",
  },
};

/** Every danger, by id. */
export function dangers(): readonly Danger[] {
  return Object.entries(table).map(([id, danger]) => ({ id: id as DangerId, ...danger }));
}

/** The danger of this id, or undefined. */
export function findDanger(id: string): Danger | undefined {
  return dangers().find((danger) => danger.id === id);
}
