import { admitsAgent, readmitsRemovedAgents } from "../../mesos/wire";
import { schedulerHas } from "../../mesos/scheduler-wire";
import type { AgentInfo, AgentMessage } from "../protocol";
import { readResource } from "../resources/message";
import type { Resources } from "../resources/resources";
import { isTerminal, type TaskStatus } from "../wire/messages";
import { adoptExecutors, dropExecutors } from "./executors";
import { recoverFramework } from "./frameworks";
import { rescindAgent } from "./offers";
import { loseTasks, sendReturned } from "./tasks";
import { newAgentId, taskKey, type Agent, type Step, type Task } from "./model";

/** A new agent, or one that did not hear that it is registered: by its address it gets the id it has. */
export function register(step: Step, info: AgentInfo, made: Resources = []): void {
  if (!isAdmitted(step, info)) return;
  const same = [...step.state.agents.values()].find(
    (agent) => agent.info.ip === info.ip && agent.info.port === info.port,
  );
  if (same?.connected === true) {
    step.log(`Agent ${same.id} is registered already; telling it again`);
    tellRegistered(step, same);
    return;
  }
  if (same !== undefined)
    removeAgent(step, same, { why: "a new agent registered at the same address", counted: "registered" });
  const agent = addAgent(step, newAgentId(step.state), info);
  agent.made = made;
  step.count("master/slave_registrations");
  step.log(`Registered agent ${agent.id} at ${info.ip}:${info.port} (${info.hostname})`);
  step.store();
}

/** An agent that has an id: from before this master led, from before a broken connection, or from before it restarted. */
export function reregister(step: Step, sent: Extract<AgentMessage, { kind: "reregister" }>): void {
  const { agentId, info } = sent;
  if (!isAdmitted(step, info)) return;
  const { state } = step;
  if (state.unreachable.has(agentId) && !readmitsRemovedAgents(state.config.tag)) {
    step.log(`Agent ${agentId} attempted to re-register after removal; shutting it down`);
    step.effects.push(
      { kind: "link", agentId, ip: info.ip, port: info.port },
      {
        kind: "agent",
        agentId,
        message: { kind: "shutdown", why: "Agent attempted to re-register after removal" },
      },
    );
    return;
  }
  const wasUnreachable = state.unreachable.has(agentId);
  const returned = !state.recovered.has(agentId) && !state.agents.has(agentId);
  state.recovered.delete(agentId);
  state.unreachable.delete(agentId);
  for (const framework of sent.frameworks) recoverFramework(step, framework);
  const known = state.agents.get(agentId);
  const agent = known ?? addAgent(step, agentId, info);
  agent.info = info;
  if (known === undefined) agent.made = sent.made ?? [];
  agent.reregisteredAt = step.now;
  adoptExecutors(step, agent, sent.executors);
  if (known !== undefined) {
    connect(step, agent);
    step.tell(agent, { kind: "made", resources: agent.made });
  }
  const held = new Set(sent.tasks.map(({ frameworkId, task }) => taskKey(frameworkId, task.task_id.value)));
  loseTasks(
    step,
    agent,
    [...agent.tasks]
      .filter(([key, task]) => !held.has(key) && !isTerminal(task.state))
      .map(([, task]) => task),
    {
      message: "Reconciliation: task unknown to the agent",
      reason: "REASON_RECONCILIATION",
      unreachable: false,
    },
  );
  for (const { frameworkId, task, statuses } of sent.tasks) {
    const key = taskKey(frameworkId, task.task_id.value);
    if (state.completed.some((framework) => framework.id === frameworkId)) {
      step.tell(agent, { kind: "shutdown-framework", frameworkId });
      continue;
    }
    if (!agent.tasks.has(key)) {
      const adopted = adopt(step, agent, frameworkId, task, statuses);
      if (returned) sendReturned(step, adopted, wasUnreachable);
    }
    if (agent.killed.has(key)) step.tell(agent, { kind: "kill", frameworkId, taskId: task.task_id.value });
  }
  step.count("master/slave_reregistrations");
  step.log(`Re-registered agent ${agent.id} at ${info.ip}:${info.port} (${info.hostname})`);
  step.store();
}

/** The link to an agent broke: it keeps its checkpointed tasks and may come back; what it offered is off the table. */
export function exited(step: Step, agent: Agent): void {
  if (!agent.connected) return;
  step.log(`Agent ${agent.id} (${agent.info.hostname}) disconnected`);
  agent.connected = false;
  rescindAgent(step, agent);
  for (const { frameworkId } of agent.executors.values()) {
    if (step.state.frameworks.get(frameworkId)?.info.checkpoint !== true) dropExecutors(agent, frameworkId);
  }
  const lost = [...agent.tasks.values()].filter(
    (task) => step.state.frameworks.get(task.frameworkId)?.info.checkpoint !== true,
  );
  loseTasks(step, agent, lost, {
    message: `${wordFor(step, agent)} disconnected`,
    reason: "REASON_AGENT_DISCONNECTED",
    unreachable: false,
  });
}

/** The agent said good-bye. */
export function unregister(step: Step, agent: Agent): void {
  removeAgent(step, agent, { why: "the agent unregistered", counted: "unregistered" });
}

/** Pings an agent that is due; one that missed too many answers is unreachable. */
export function ping(step: Step, agent: Agent): void {
  const { config } = step.state;
  if (agent.missedPings >= config.maxPingTimeouts) {
    removeAgent(step, agent, { why: "health check timed out", counted: "unhealthy", unreachable: true });
    return;
  }
  agent.missedPings += 1;
  agent.nextPingAt = step.now + config.pingTimeoutMs;
  step.tell(agent, { kind: "ping" });
}

/** Agents of the registry that did not come back to this leader in time. */
export function expireRecovered(step: Step): void {
  const late = [...step.state.recovered].filter(([, { until }]) => until <= step.now);
  for (const [id, { info }] of late) {
    step.log(`Agent ${id} did not re-register in time: it is marked unreachable`);
    step.state.recovered.delete(id);
    step.state.unreachable.set(id, { info, at: step.now });
    step.count("master/recovery_slave_removals");
  }
  if (late.length > 0) step.store();
}

function isAdmitted(step: Step, info: AgentInfo): boolean {
  if (admitsAgent(step.state.config.tag, info.version)) return true;
  step.log(
    `Ignoring registration of agent at ${info.ip}:${info.port}: its version ${info.version} is older than 1.0.0`,
  );
  return false;
}

function addAgent(step: Step, id: string, info: AgentInfo): Agent {
  const agent: Agent = {
    id,
    info,
    connected: false,
    registeredAt: step.now,
    tasks: new Map(),
    executors: new Map(),
    made: [],
    missedPings: 0,
    nextPingAt: 0,
    killed: new Set(),
  };
  step.state.agents.set(id, agent);
  connect(step, agent);
  return agent;
}

function connect(step: Step, agent: Agent): void {
  const { id, info } = agent;
  const { pingTimeoutMs } = step.state.config;
  agent.connected = true;
  agent.missedPings = 0;
  agent.nextPingAt = step.now + pingTimeoutMs;
  step.effects.push({ kind: "link", agentId: id, ip: info.ip, port: info.port });
  tellRegistered(step, agent);
  step.allocateNow();
}

function tellRegistered(step: Step, agent: Agent): void {
  const { pingTimeoutMs, maxPingTimeouts } = step.state.config;
  const pingTimeout = pingTimeoutMs * maxPingTimeouts;
  step.tell(agent, { kind: "registered", agentId: agent.id, pingTimeoutMs: pingTimeout });
}

function adopt(
  step: Step,
  agent: Agent,
  frameworkId: string,
  info: Task["info"],
  statuses: readonly TaskStatus[],
): Task {
  const last = statuses.at(-1);
  const task: Task = {
    info,
    frameworkId,
    agentId: agent.id,
    resources: info.resources.map(readResource),
    state: last?.state ?? "TASK_STAGING",
    ...(last === undefined ? {} : { forwarded: last }),
    statuses: [...statuses],
  };
  agent.tasks.set(taskKey(frameworkId, info.task_id.value), task);
  const framework = step.state.frameworks.get(frameworkId);
  framework?.tasks.set(info.task_id.value, task);
  for (const past of framework === undefined ? [] : [framework.unreachableTasks, framework.completedTasks]) {
    const at = past.findIndex((other) => other.info.task_id.value === info.task_id.value);
    if (at !== -1) past.splice(at, 1);
  }
  return task;
}

function wordFor({ state }: Step, { info }: Agent): string {
  return `${schedulerHas("wordAgentInStatus", state.config.tag) ? "Agent" : "Slave"} ${info.hostname}`;
}

function removeAgent(
  step: Step,
  agent: Agent,
  {
    why,
    counted,
    unreachable = false,
  }: {
    readonly why: string;
    readonly counted: "registered" | "unhealthy" | "unregistered";
    readonly unreachable?: boolean;
  },
): void {
  const partitioned = unreachable && schedulerHas("saysUnreachable", step.state.config.tag);
  step.log(`Removing agent ${agent.id} (${agent.info.hostname}): ${why}`);
  rescindAgent(step, agent);
  loseTasks(step, agent, [...agent.tasks.values()], {
    message: `${wordFor(step, agent)} ${partitioned ? "is unreachable" : "removed"}: ${why}`,
    reason: "REASON_AGENT_REMOVED",
    unreachable,
  });
  agent.connected = false;
  step.state.agents.delete(agent.id);
  if (unreachable) step.state.unreachable.set(agent.id, { info: agent.info, at: step.now });
  step.effects.push({ kind: "unlink", agentId: agent.id });
  for (const framework of step.state.frameworks.values()) {
    step.event(framework, { type: "FAILURE", failure: { agent_id: { value: agent.id } } });
  }
  step.count("master/slave_removals");
  step.count(`master/slave_removals/reason_${counted}`);
  if (unreachable) {
    step.count("master/slave_unreachable_scheduled");
    step.count("master/slave_unreachable_completed");
  }
  step.store();
}
