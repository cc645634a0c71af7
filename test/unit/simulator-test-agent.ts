import { advanceAgent, nextAgentDue, type AgentEvent } from "../../simulator/agent/machine";
import {
  newAgentState,
  type AgentConfig,
  type AgentEffect,
  type AgentState,
} from "../../simulator/agent/model";
import type { AgentMessage, MasterMessage } from "../../simulator/protocol";
import type { FrameworkInfo, TaskInfo, TaskStatus } from "../../simulator/wire/messages";
import { agentConfig, framework, masterInfo, NOW, taskInfo } from "./simulator-fixtures";

/** The framework whose tasks agents run here. */
export const FRAMEWORK = framework({ id: { value: "F" } });

/** An agent's state machine with its clock; chance always says one half. */
export class TestAgent {
  now = NOW;
  readonly state: AgentState;
  private ids = 0;

  constructor({ tag = "1.11.0", agentId, ...config }: Partial<AgentConfig> & { agentId?: string } = {}) {
    this.state = newAgentState(agentConfig(tag, config), agentId, NOW);
  }

  happen(event: AgentEvent): readonly AgentEffect[] {
    return advanceAgent(this.state, event, this.now, {
      random: () => 0.5,
      uuid: () => `00000000-0000-0000-0000-${String((this.ids += 1)).padStart(12, "0")}`,
    });
  }

  hear(message: MasterMessage): readonly AgentEffect[] {
    return this.happen({ kind: "message", message });
  }

  /** Goes to the moment of the next thing due. */
  skip(): readonly AgentEffect[] {
    this.now = nextAgentDue(this.state)!;
    return this.happen({ kind: "tick" });
  }

  registered(): this {
    this.happen({ kind: "detected", leader: masterInfo("1.11.0") });
    this.hear({ kind: "registered", agentId: "S0", pingTimeoutMs: 75_000 });
    return this;
  }

  run(info: TaskInfo = taskInfo("t1"), of: FrameworkInfo = FRAMEWORK): readonly AgentEffect[] {
    return this.hear({ kind: "run", framework: of, task: info });
  }
}

export function acknowledge(agent: TestAgent, { task_id, uuid }: TaskStatus): readonly AgentEffect[] {
  return agent.hear({ kind: "acknowledge", frameworkId: "F", taskId: task_id.value, uuid: uuid! });
}

export function posts(effects: readonly AgentEffect[]): AgentMessage[] {
  return effects.flatMap((effect) => (effect.kind === "post" ? [effect.message] : []));
}

export function updates(effects: readonly AgentEffect[]): TaskStatus[] {
  return posts(effects).flatMap((message) => (message.kind === "update" ? [message.status] : []));
}

export function signals(effects: readonly AgentEffect[]): string[] {
  return effects.flatMap((effect) => (effect.kind === "signal" ? [effect.signal] : []));
}
