import type { ServerResponse } from "node:http";
import { encodeRecord } from "../wire/recordio";
import type { ExecutorEvent } from "./executor-events";

/** One way to a custom executor: the v1 event stream, or what another protocol makes of events. */
export interface ExecutorLink {
  send(event: ExecutorEvent): void;
  close(): void;
}

/** Seconds between heartbeats. Source: DEFAULT_EXECUTOR_HEARTBEAT_INTERVAL in src/slave/constants.hpp. */
const HEARTBEAT_MS = 30 * 60_000;

/** The links of an agent to its custom executors, by name. */
export class ExecutorLinks {
  private readonly links = new Map<string, ExecutorLink>();

  add(name: string, link: ExecutorLink): void {
    this.links.set(name, link);
  }

  send(name: string, event: ExecutorEvent): void {
    this.links.get(name)?.send(event);
  }

  close(name: string): void {
    const link = this.links.get(name);
    this.links.delete(name);
    link?.close();
  }

  closeAll(): void {
    for (const name of [...this.links.keys()]) this.close(name);
  }
}

/** The event stream that a v1 executor gets in answer to SUBSCRIBE. `gone` is called once it broke. */
export function eventStream(
  out: ServerResponse,
  encode: (event: ExecutorEvent) => Buffer,
  heartbeats: boolean,
  gone: () => void,
): ExecutorLink {
  out.socket?.setNoDelay(true);
  const send = (event: ExecutorEvent): void => void out.write(encodeRecord(encode(event)));
  const beat = heartbeats ? setInterval(() => send({ type: "HEARTBEAT" }), HEARTBEAT_MS).unref() : undefined;
  out.on("error", () => undefined);
  out.on("close", () => {
    clearInterval(beat);
    gone();
  });
  return { send, close: () => void out.end() };
}
