import type { AgentMessage } from "../protocol";
import { readResource, resourceMessage } from "../resources/message";
import { isObject, type Json } from "../wire/json";
import { anything, message, number, repeated, required, text, type Reader } from "../wire/shape";
import { frameworkInfo } from "../wire/messages";

const value = message({ value: required(text) });

const info = message({
  hostname: required(text),
  ip: required(text),
  port: required(number),
  version: required(text),
  resources: repeated(held),
  attributes: repeated(message({ name: required(text), value: required(text) })),
  capabilities: repeated(text),
});

const status = message({ task_id: required(value), state: required(text), timestamp: required(number) });

const heldTask = message({
  frameworkId: required(text),
  task: required(message({ task_id: required(value), resources: repeated(asked) })),
  statuses: repeated(status),
});

const heldExecutor = message({
  frameworkId: required(text),
  executor: required(message({ executor_id: required(value), resources: repeated(asked) })),
});

const ofAgent = { agentId: required(text) };
const ofExecutor = { ...ofAgent, frameworkId: required(text), executorId: required(text) };

/** What of each message the state machine takes for granted. */
const shapes: Readonly<Record<AgentMessage["kind"], Reader<unknown>>> = {
  register: message({ info: required(info) }),
  reregister: message({
    ...ofAgent,
    info: required(info),
    frameworks: repeated(frameworkInfo),
    tasks: repeated(heldTask),
    executors: repeated(heldExecutor),
  }),
  update: message({
    ...ofAgent,
    frameworkId: required(text),
    status: required(status),
    latest: required(status),
  }),
  "executor-exited": message({ ...ofExecutor, status: required(number) }),
  "executor-message": message({ ...ofExecutor, data: required(text) }),
  pong: message(ofAgent),
  unregister: message(ofAgent),
};

/** Reads what an agent sent. Throws on anything that no simulated agent sends: whoever it is must not bring a master down. */
export function readAgentMessage(body: Buffer): AgentMessage {
  const sent = JSON.parse(body.toString()) as Json;
  const kind = isObject(sent) && typeof sent.kind === "string" ? sent.kind : "";
  if (!Object.hasOwn(shapes, kind)) throw new Error(`'${kind}' is no message of an agent`);
  shapes[kind as AgentMessage["kind"]](sent, kind);
  return sent as unknown as AgentMessage;
}

/** Resources in the agents' own form. */
function held(sent: unknown, path: string): unknown {
  const resource = anything(sent, path);
  const { kind, name, role, thousandths, spans, items } = resource;
  const named = typeof name === "string" && typeof role === "string";
  const whole =
    (kind === "scalar" && Number.isInteger(thousandths)) ||
    (kind === "ranges" && Array.isArray(spans) && spans.every(isSpan)) ||
    (kind === "set" && Array.isArray(items) && items.every((item) => typeof item === "string"));
  if (!named || !whole) throw new Error(`Not a resource: '${path}'`);
  return resource;
}

function isSpan(span: unknown): boolean {
  return Array.isArray(span) && span.length === 2 && span.every(Number.isInteger);
}

/** Resources in the form of tasks and executors. */
function asked(sent: unknown, path: string): unknown {
  return readResource(resourceMessage(sent, path));
}
