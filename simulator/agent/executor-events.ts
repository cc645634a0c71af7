import type { AgentInfo } from "../protocol";
import { writeAttributes } from "../resources/attributes";
import { writeResources } from "../resources/message";
import type { JsonObject } from "../wire/json";
import type { ExecutorInfo, FrameworkInfo, TaskInfo } from "../wire/messages";
import type { AgentState, Executor } from "./model";

interface Id {
  readonly value: string;
}

/**
 * What an agent tells a custom executor, in the words of the v1 executor API; a link of another protocol translates.
 * Source: include/mesos/v1/executor/executor.proto.
 */
export type ExecutorEvent =
  | { readonly type: "SUBSCRIBED"; readonly subscribed: Subscribed }
  | { readonly type: "LAUNCH"; readonly launch: { readonly task: TaskInfo } }
  | {
      readonly type: "LAUNCH_GROUP";
      readonly launch_group: { readonly task_group: { readonly tasks: readonly TaskInfo[] } };
    }
  | {
      readonly type: "KILL";
      readonly kill: {
        readonly task_id: Id;
        readonly kill_policy?: { readonly grace_period: { readonly nanoseconds: number } };
      };
    }
  | { readonly type: "ACKNOWLEDGED"; readonly acknowledged: { readonly task_id: Id; readonly uuid: string } }
  | { readonly type: "MESSAGE"; readonly message: { readonly data: string } }
  | { readonly type: "SHUTDOWN" }
  | { readonly type: "ERROR"; readonly error: { readonly message: string } }
  | { readonly type: "HEARTBEAT" };

interface Subscribed {
  readonly executor_info: ExecutorInfo;
  readonly framework_info: FrameworkInfo;
  readonly agent_info: JsonObject;
  readonly container_id: Id;
}

/** The first event of a link. */
export function subscribedEvent(state: AgentState, executor: Executor): ExecutorEvent {
  return {
    type: "SUBSCRIBED",
    subscribed: {
      executor_info: executor.info,
      framework_info: state.frameworks.get(executor.frameworkId) ?? executor.framework,
      agent_info: agentInfoMessage(state.config.info, state.agentId),
      container_id: { value: executor.containerId },
    },
  };
}

function agentInfoMessage(info: AgentInfo, id: string | undefined): JsonObject {
  return {
    hostname: info.hostname,
    port: info.port,
    resources: writeResources(info.resources),
    attributes: writeAttributes(info.attributes),
    ...(id === undefined ? {} : { id: { value: id } }),
  };
}
