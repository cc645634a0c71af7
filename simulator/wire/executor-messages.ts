import { anything, flag, message, number, optional, repeated, required, text, type Message } from "./shape";

const value = message({ value: required(text) });

const statusShape = {
  task_id: required(value),
  state: required(text),
  message: optional(text),
  source: optional(text),
  reason: optional(text),
  data: optional(text),
  agent_id: optional(value),
  executor_id: optional(value),
  timestamp: optional(number),
  uuid: optional(text),
  healthy: optional(flag),
  labels: optional(anything),
  check_status: optional(anything),
  container_status: optional(anything),
};

const callShape = {
  type: optional(text),
  executor_id: optional(value),
  framework_id: optional(value),
  subscribe: optional(
    message({
      unacknowledged_tasks: repeated(message({ task_id: required(value) })),
      unacknowledged_updates: repeated(message({ status: required(message(statusShape)) })),
    }),
  ),
  update: optional(message({ status: required(message(statusShape)) })),
  message: optional(message({ data: required(text) })),
};

/** A call of `/api/v1/executor`. Source: include/mesos/v1/executor/executor.proto. */
export type ExecutorCall = Message<typeof callShape>;

/** A TaskStatus as executors send it. */
export type SentStatus = Message<typeof statusShape>;

/** Reads an executor call. Throws naming the member that does not fit. */
export const executorCall = message(callShape);
