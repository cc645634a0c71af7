import { randomUUID } from "node:crypto";
import { request, type IncomingMessage } from "node:http";
import { RecordDecoder } from "../../simulator/wire/recordio";

/**
 * A custom executor on the v1 API in JSON: runs nothing, but says of each task that it runs until it is killed. A message
 * "finish ID" finishes a task, "exit N" ends the executor, anything else is sent back. It comes back after a restart of the
 * agent with what was not acknowledged.
 */
interface Id {
  readonly value: string;
}

interface Event {
  readonly type: string;
  readonly launch?: { readonly task: { readonly task_id: Id } };
  readonly launch_group?: { readonly task_group: { readonly tasks: readonly { readonly task_id: Id }[] } };
  readonly kill?: { readonly task_id: Id; readonly kill_policy?: unknown };
  readonly acknowledged?: { readonly uuid: string };
  readonly message?: { readonly data: string };
}

const { MESOS_AGENT_ENDPOINT = "", MESOS_FRAMEWORK_ID: framework, MESOS_EXECUTOR_ID: executor } = process.env;
const [host, port] = MESOS_AGENT_ENDPOINT.split(":");
const ids = { framework_id: { value: framework }, executor_id: { value: executor } };
const updates = new Map<string, object>();
let stream: IncomingMessage | undefined;
let over = false;

/** Comes back in a while, unless it is to end. */
function later(): void {
  if (!over) setTimeout(subscribe, 100);
}

function end(code: number): void {
  over = true;
  process.exitCode = code;
  stream?.destroy();
}

function post(call: object, answered?: (response: IncomingMessage) => void): void {
  const headers = { "Content-Type": "application/json" };
  const outgoing = request({ host, port, path: "/api/v1/executor", method: "POST", agent: false, headers });
  outgoing.on("error", () => answered && later());
  outgoing.on("response", (response) => {
    if (answered !== undefined && response.statusCode === 200) answered(response);
    else {
      response.on("data", (chunk) => process.stderr.write(`${response.statusCode} ${String(chunk)}\n`));
      if (answered !== undefined) later();
    }
  });
  outgoing.end(JSON.stringify({ ...ids, ...call }));
}

function subscribe(): void {
  const unacknowledged = [...updates.values()].map((status) => ({ status }));
  post({ type: "SUBSCRIBE", subscribe: { unacknowledged_updates: unacknowledged } }, (response) => {
    stream = response;
    const decoder = new RecordDecoder();
    response.on("data", (chunk: Buffer) => {
      for (const record of decoder.push(chunk)) take(JSON.parse(record.toString()) as Event);
    });
    response.on("error", () => undefined);
    response.on("close", () => later());
  });
}

function update(task_id: Id, state: string, more: object = {}): void {
  const uuid = Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64");
  const status = { task_id, state, uuid, source: "SOURCE_EXECUTOR", executor_id: ids.executor_id, ...more };
  updates.set(uuid, status);
  post({ type: "UPDATE", update: { status } });
}

function take(event: Event): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
  const { launch, launch_group: group, kill, acknowledged, message } = event;
  for (const { task_id } of launch ? [launch.task] : (group?.task_group.tasks ?? []))
    update(task_id, "TASK_RUNNING", { data: Buffer.from("up").toString("base64") });
  if (kill !== undefined) update(kill.task_id, "TASK_KILLED", { message: JSON.stringify(kill.kill_policy) });
  if (acknowledged !== undefined) updates.delete(acknowledged.uuid);
  if (event.type === "SHUTDOWN") end(0);
  if (message === undefined) return;
  const [verb = "", what = ""] = Buffer.from(message.data, "base64").toString().split(" ");
  if (verb === "finish") update({ value: what }, "TASK_FINISHED");
  else if (verb === "exit") end(Number(what));
  else post({ type: "MESSAGE", message });
}

subscribe();
