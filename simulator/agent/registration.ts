import { isTerminal } from "../wire/messages";
import { masterPid, type MasterInfo } from "../zk/master-info";
import type { AgentStep } from "./model";
import { sendFirst } from "./updates";

/** Longest pause between tries. Source: REGISTER_RETRY_INTERVAL_MAX in src/slave/constants.hpp. */
const RETRY_MAX_MS = 60_000;

/** There is a new leader, or none: an agent registers anew, after a random part of the back-off. */
export function detected(step: AgentStep, leader: MasterInfo | undefined): void {
  const { state } = step;
  state.leader = leader;
  state.registered = false;
  state.pingBy = undefined;
  state.registerAt = undefined;
  if (leader === undefined) {
    step.log("No leading master: waiting for one to be elected");
    return;
  }
  step.log(`New master detected at ${masterPid(leader)}`);
  if (state.recoverBy === undefined) startOver(step);
}

/** The connection to the leader broke, or it stopped pinging. */
export function lostMaster(step: AgentStep, why: string): void {
  if (step.state.leader === undefined) return;
  step.log(`${why}: registering again with ${masterPid(step.state.leader)}`);
  step.state.pingBy = undefined;
  startOver(step);
}

/** The leader took this agent. */
export function registered(step: AgentStep, agentId: string, pingTimeoutMs: number): void {
  const { state } = step;
  const isNew = state.agentId !== agentId;
  step.log(`${isNew ? "Registered with" : "Re-registered with"} master; agent id ${agentId}`);
  state.agentId = agentId;
  state.registered = true;
  state.registerAt = undefined;
  state.pingTimeoutMs = pingTimeoutMs;
  state.pingBy = step.now + pingTimeoutMs;
  if (isNew) step.effects.push({ kind: "remember", agentId });
  for (const run of state.runs.values()) sendFirst(step, run);
}

/** Sends a registration, and says when to try again if nothing comes of it. */
export function tryToRegister(step: AgentStep): void {
  const { state } = step;
  const { info } = state.config;
  state.backoffMs = Math.min(state.backoffMs * 2, RETRY_MAX_MS);
  state.registerAt = step.now + Math.max(state.backoffMs * step.chance.random(), 5);
  if (state.agentId === undefined) {
    step.post({ kind: "register", info, made: state.made });
    return;
  }
  const runs = [...state.runs.values()];
  step.post({
    kind: "reregister",
    agentId: state.agentId,
    info,
    frameworks: [...state.frameworks.values()],
    tasks: runs
      .filter((run) => !isTerminal(run.state) || run.pending.length > 0)
      .map(({ frameworkId, task, statuses }) => ({ frameworkId, task, statuses })),
    executors: [...state.executors.values()]
      .filter((executor) => executor.kind !== "command" && executor.state !== "TERMINATED")
      .map(({ frameworkId, info }) => ({ frameworkId, executor: info })),
    made: state.made,
  });
}

/** Begins to register, after a random part of the back-off. */
export function startOver(step: AgentStep): void {
  const { state } = step;
  state.backoffMs = state.config.registrationBackoffMs;
  state.registerAt = step.now + state.backoffMs * step.chance.random();
}
