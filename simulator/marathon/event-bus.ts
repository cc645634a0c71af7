import type { ServerResponse } from "node:http";
import type { JsonObject } from "../wire/json";

/** Keeps streams open through proxies, as Jetty's event streams do. */
const HEARTBEAT_MS = 10_000;

interface Listener {
  readonly out: ServerResponse;
  /** Types that it wants; all where there are none. */
  readonly types: ReadonlySet<string>;
}

/** The clients of `/v2/events`. */
export class EventBus {
  private readonly listeners = new Set<Listener>();
  private readonly heartbeat = setInterval(() => this.write("\r\n"), HEARTBEAT_MS).unref();

  /** Takes a response whose head is written. */
  attach(out: ServerResponse, types: readonly string[], detached: () => void): void {
    const listener = { out, types: new Set(types) };
    this.listeners.add(listener);
    out.socket?.setNoDelay(true);
    out.on("error", () => undefined);
    out.on("close", () => {
      if (this.listeners.delete(listener)) detached();
    });
    out.flushHeaders();
  }

  publish(event: JsonObject & { readonly eventType: string }): void {
    const text = `event: ${event.eventType}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`;
    for (const { out, types } of this.listeners) {
      if (types.size === 0 || types.has(event.eventType)) out.write(text);
    }
  }

  close(): void {
    clearInterval(this.heartbeat);
    const all = [...this.listeners];
    this.listeners.clear();
    for (const { out } of all) out.destroy();
  }

  private write(text: string): void {
    for (const { out } of this.listeners) out.write(text);
  }
}
