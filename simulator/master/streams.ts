import type { ServerResponse } from "node:http";
import type { Codec } from "../wire/codec";
import type { JsonObject } from "../wire/json";
import type { MessageSet } from "../wire/message-set";
import { encodeRecord } from "../wire/recordio";

interface Stream {
  readonly out: ServerResponse;
  readonly codec: Codec;
}

/** The event streams of subscribed frameworks, by `Mesos-Stream-Id`. */
export class EventStreams {
  private readonly streams = new Map<string, Stream>();

  constructor(
    private readonly messages: MessageSet,
    private readonly onClosed: (id: string) => void,
  ) {}

  /** Takes a response whose head is written. */
  attach(id: string, out: ServerResponse, codec: Codec): void {
    out.socket?.setNoDelay(true);
    this.streams.set(id, { out, codec });
    out.on("error", () => undefined);
    out.on("close", () => {
      if (this.streams.delete(id)) this.onClosed(id);
    });
  }

  /** One record per HTTP chunk: clients exist that take a chunk for a record. */
  send(id: string, event: JsonObject): void {
    const stream = this.streams.get(id);
    stream?.out.write(encodeRecord(stream.codec.encode(this.messages, "scheduler.Event", event)));
  }

  /** Ends a stream from this side; `onClosed` is not called. */
  close(id: string): void {
    const stream = this.streams.get(id);
    this.streams.delete(id);
    stream?.out.end();
  }

  closeAll(): void {
    for (const { out } of this.streams.values()) out.destroy();
    this.streams.clear();
  }
}
