import libprocess from "./data/libprocess.json";
import v1 from "./data/v1.json";
import { MessageSet } from "./message-set";

const sets = new Map<string, MessageSet>();

/**
 * The messages between masters, agents and drivers at a version, by name without `mesos.internal.`; `scheduler.Call` is
 * the one of the old API. What they hold has the numbers of the v1 API, and so its names here: `agent_id` for `slave_id`.
 * Source: src/messages/messages.proto, include/mesos/scheduler/scheduler.proto of apache/mesos at 0.20.0 to 1.11.0.
 */
export function libprocessMessages(tag: string): MessageSet {
  const known =
    sets.get(tag) ?? new MessageSet({ ...v1, messages: { ...v1.messages, ...libprocess.messages } }, tag);
  sets.set(tag, known);
  return known;
}
