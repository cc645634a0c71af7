import { atLeast } from "./versions";
import type { WireChange } from "./wire";

const MASTER = "apache/mesos src/master/master.cpp";
const VALIDATION = "apache/mesos src/master/validation.cpp";

/** What changed between versions in how a master treats frameworks. */
const changes = {
  reservesWithoutPrincipal: change(
    "0.25.0-rc1",
    "a framework needs no principal to reserve and unreserve",
    VALIDATION,
  ),
  alwaysTakesOver: change(
    "0.28.0-rc1",
    "a scheduler that subscribes under the id of one that is subscribed takes over; before, only with force",
    "apache/mesos src/master/master.cpp",
  ),
  wordAgent: change("1.0.0-rc1", "what a master says of tasks speaks of agents, not of slaves", MASTER),
  saysUnreachable: change(
    "1.1.0-rc1",
    "tasks on an agent that does not answer are told to be unreachable, with the time",
    MASTER,
  ),
  wordAgentInStatus: change(
    "1.2.0-rc1",
    "a status of a lost task speaks of the agent, not of the slave",
    MASTER,
  ),
  starReserves: change(
    "1.2.0-rc1",
    "what role a framework may reserve for is the role that the resources were offered to; before, its own, and never *",
    VALIDATION,
  ),
  multiRole: change(
    "1.2.0-rc1",
    "frameworks with MULTI_ROLE subscribe with several roles, and offers of different roles are not accepted together",
    VALIDATION,
  ),
  hierarchicalRoles: change(
    "1.4.0-rc1",
    "a role may have components: a/b is offered what is reserved for a",
    "apache/mesos src/common/roles.cpp",
  ),
  tellsReturnedTasks: change(
    "1.5.0-rc1",
    "tasks on an agent that was removed and comes back are told with REASON_SLAVE_REREGISTERED",
    MASTER,
  ),
  resizesVolumes: change("1.6.0-rc1", "persistent volumes grow and shrink", VALIDATION),
  tellsOperations: change(
    "1.6.0-rc1",
    "an operation that carries an id is answered with UPDATE_OPERATION_STATUS",
    MASTER,
  ),
  tellsAgentOperations: change(
    "1.8.0-rc1",
    "operations on an agent's own resources may carry an id",
    "apache/mesos src/master/master.cpp, src/slave/constants.cpp",
  ),
  fixedPrincipal: change(
    "1.9.0-rc1",
    "a framework that subscribes again with another principal is refused",
    VALIDATION,
  ),
} as const satisfies Record<string, WireChange>;

/** Everything here that changed, oldest first. */
export function schedulerChanges(): readonly WireChange[] {
  return Object.values(changes);
}

/** Whether a master of this version behaves as the change says. */
export function schedulerHas(change: keyof typeof changes, version: string): boolean {
  return atLeast(version, changes[change].since);
}

function change(since: string, fact: string, source: string): WireChange {
  return { since, fact, source };
}
