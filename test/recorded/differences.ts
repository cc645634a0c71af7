import type { Mismatch } from "./shape";

/** A place where the simulated cluster of the conformance test differs from the recording, and why. */
export interface Difference {
  /** Who answers: one or more of leader, standby, agent, or `*`. */
  readonly where: string;
  /** Path and member, or header; `*` stands for any text. */
  readonly at: string;
  readonly kind: Mismatch["kind"];
  readonly why: string;
}

/** A real Mesos would differ here too, because the recorded cluster had not what this one has. */
export const situation: readonly Difference[] = [
  {
    where: "*",
    at: "*attributes.*",
    kind: "extra",
    why: "the recorded agents had no attributes",
  },
  {
    where: "leader",
    at: "/registrar(1)/registry slaves.slaves[].info.attributes",
    kind: "extra",
    why: "the recorded agents had no attributes",
  },
  {
    where: "agent",
    at: "*flags.attributes",
    kind: "extra",
    why: "the recorded agents had no attributes",
  },
  {
    where: "*",
    at: "*reserved_resources.dev | *reserved_resources_full.dev",
    kind: "extra",
    why: "the recorded agents had no reserved resources",
  },
  {
    where: "*",
    at: "*offered_resources.ports | *frameworks[].resources.ports",
    kind: "extra",
    why: "ports stand among offered resources only while they are offered: nothing was when the real one was asked",
  },
  {
    where: "*",
    at: "*tasks[].container",
    kind: "missing",
    why: "the recorded task was one of Docker; these have no ContainerInfo",
  },
  {
    where: "*",
    at: "*frameworks[].role",
    kind: "missing",
    why: "a framework with MULTI_ROLE has roles in place of role (src/master/readonly_handler.cpp); the recorded one had one role",
  },
  {
    where: "*",
    at: "*frameworks[].roles",
    kind: "extra",
    why: "a framework with MULTI_ROLE has roles in place of role (src/master/readonly_handler.cpp); the recorded one had one role",
  },
  {
    where: "leader",
    at: "/metrics/snapshot allocator/mesos/offer_filters/roles/ROLE/active",
    kind: "extra",
    why: "is there for roles of frameworks that are subscribed (src/master/allocator/mesos/metrics.cpp); none was",
  },
  {
    where: "leader",
    at: "GET_AGENTS get_agents.agents[].agent_info.attributes | GET_AGENTS get_agents.agents[].agent_info.resources[].role",
    kind: "extra",
    why: "the recorded agents had no attributes and no reserved resources",
  },
  {
    where: "leader",
    at: "*[].allocated_resources | *[].offered_resources",
    kind: "extra",
    why: "protobuf leaves empty lists out: nothing was allocated or offered when the real one was asked",
  },
  {
    where: "leader",
    at: "GET_FRAMEWORKS get_frameworks.frameworks[].framework_info.roles",
    kind: "extra",
    why: "a framework with MULTI_ROLE has roles in place of role; the recorded one had one role",
  },
  {
    where: "leader",
    at: "GET_FRAMEWORKS get_frameworks.frameworks[].framework_info.role",
    kind: "missing",
    why: "a framework with MULTI_ROLE has roles in place of role; the recorded one had one role",
  },
  {
    where: "leader",
    at: "GET_FRAMEWORKS get_frameworks.frameworks[].unregistered_time",
    kind: "missing",
    why: "the recorded framework was completed; one that is registered has no such time yet",
  },
  {
    where: "leader",
    at: "GET_ROLES get_roles.roles",
    kind: "extra",
    why: "protobuf leaves empty lists out: no role was known when the real one was asked",
  },
  {
    where: "leader",
    at: "GET_TASKS *.statuses[].container_status.executor_pid",
    kind: "extra",
    why: "the recorded task was one of Docker; scheduler-api.json has the pid with a plain command",
  },
];

/** Here the simulator is not like the real one. */
export const left: readonly Difference[] = [
  {
    where: "*",
    at: "* header Server",
    kind: "extra",
    why: "says that no real Mesos answers",
  },
];

/** The entries that a mismatch is known by. */
export function knownAs(
  list: readonly Difference[],
  where: string,
  { field, kind }: Pick<Mismatch, "field" | "kind">,
): Difference[] {
  return list.filter(
    (one) =>
      one.kind === kind && matches(one.where, where) && one.at.split(" | ").some((at) => matches(at, field)),
  );
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$+?.()|[\]{}]/g, "\\$&"));
  return new RegExp(`^(?:${parts.join(".*")})$`).test(text);
}
