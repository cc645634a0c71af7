import type { ExecutorInfo, FrameworkInfo, TaskInfo, TaskStatus } from "./wire/messages";
import type { Attribute } from "./resources/attributes";
import type { Resources } from "./resources/resources";

/**
 * What simulated masters and agents say to each other, in place of libprocess messages. As with the real ones each side
 * opens its own connection to the address that the other advertises, so an address that cannot be reached shows.
 */

/** An agent calls its leader: POST one {@link AgentMessage} as JSON; 202, or 503 where the master does not lead. */
export const AGENT_MESSAGES_PATH = "/simulator/v1/agent-messages";

/** A leader holds one POST open to each of its agents and streams {@link MasterMessage}s in RecordIO. */
export const MASTER_LINK_PATH = "/simulator/v1/master-link";

/** Header of the link that says which master speaks: its MasterInfo.id. */
export const MASTER_ID_HEADER = "simulated-master-id";

/** What an agent tells of itself when it (re-)registers. */
export interface AgentInfo {
  readonly hostname: string;
  /** Dotted address that the master connects to. */
  readonly ip: string;
  readonly port: number;
  readonly resources: Resources;
  readonly attributes: readonly Attribute[];
  /** What the agent's binary reports. */
  readonly version: string;
  readonly capabilities: readonly string[];
}

/** A task that an agent holds, with the last state it reached there. */
export interface HeldTask {
  readonly frameworkId: string;
  readonly task: TaskInfo;
  readonly statuses: readonly TaskStatus[];
}

/** An executor that a framework brought, or the default executor of its task groups; command executors are the agent's own. */
export interface HeldExecutor {
  readonly frameworkId: string;
  readonly executor: ExecutorInfo;
}

export type AgentMessage =
  | { readonly kind: "register"; readonly info: AgentInfo; readonly made?: Resources }
  | {
      readonly kind: "reregister";
      readonly agentId: string;
      readonly info: AgentInfo;
      readonly frameworks: readonly FrameworkInfo[];
      readonly tasks: readonly HeldTask[];
      readonly executors: readonly HeldExecutor[];
      /** What operations made of its resources. */
      readonly made?: Resources;
    }
  | {
      readonly kind: "update";
      readonly agentId: string;
      readonly frameworkId: string;
      readonly status: TaskStatus;
      /** The newest state of the task, which may be further than the update that is being retried. */
      readonly latest: TaskStatus;
    }
  | {
      readonly kind: "executor-exited";
      readonly agentId: string;
      readonly frameworkId: string;
      readonly executorId: string;
      /** As wait(2) gives it; -1 where it is not known. */
      readonly status: number;
    }
  | {
      readonly kind: "executor-message";
      readonly agentId: string;
      readonly frameworkId: string;
      readonly executorId: string;
      /** In base64. */
      readonly data: string;
    }
  | { readonly kind: "pong"; readonly agentId: string }
  | { readonly kind: "unregister"; readonly agentId: string };

export type MasterMessage =
  | { readonly kind: "registered"; readonly agentId: string; readonly pingTimeoutMs: number }
  | { readonly kind: "ping" }
  | { readonly kind: "run"; readonly framework: FrameworkInfo; readonly task: TaskInfo }
  /** Tasks of a group; each carries the ExecutorInfo of the group. */
  | { readonly kind: "run-group"; readonly framework: FrameworkInfo; readonly tasks: readonly TaskInfo[] }
  | { readonly kind: "shutdown-executor"; readonly frameworkId: string; readonly executorId: string }
  | {
      readonly kind: "scheduler-message";
      readonly frameworkId: string;
      readonly executorId: string;
      /** In base64. */
      readonly data: string;
    }
  | {
      readonly kind: "kill";
      readonly frameworkId: string;
      readonly taskId: string;
      /** From the call's kill policy, in ms. */
      readonly graceMs?: number;
    }
  | {
      readonly kind: "acknowledge";
      readonly frameworkId: string;
      readonly taskId: string;
      readonly uuid: string;
    }
  /** What operations made of the agent's resources, to be kept. */
  | { readonly kind: "made"; readonly resources: Resources }
  | { readonly kind: "shutdown-framework"; readonly frameworkId: string }
  | { readonly kind: "update-framework"; readonly framework: FrameworkInfo }
  | { readonly kind: "shutdown"; readonly why: string };
