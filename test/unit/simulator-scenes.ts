import type { JsonObject } from "../../simulator/wire/json";
import type { FrameworkInfo, TaskStatus } from "../../simulator/wire/messages";
import { accept, leadingMaster, offered, status, task, type Master } from "./simulator-fixtures";

/** A master with one agent, on which framework M-0000 (stream `c`) runs task t1. */
export function withRunningTask(
  info: Partial<FrameworkInfo> = {},
  tag?: string,
): { master: Master; agentId: string } {
  const master = leadingMaster(tag);
  const [agentId = ""] = master.agents("cpus:1;mem:512");
  const [offer] = offered(master.subscribe("c", info));
  master.call("M-0000", accept([offer?.id ?? ""], [task("t1", agentId)], 3600));
  master.update(agentId, "M-0000", status("t1", "TASK_RUNNING"));
  return { master, agentId };
}

/** ACKNOWLEDGE of a status. */
export function taskEnded(agentId: string, { task_id, uuid }: TaskStatus): JsonObject {
  return { type: "ACKNOWLEDGE", acknowledge: { agent_id: { value: agentId }, task_id, uuid } };
}
