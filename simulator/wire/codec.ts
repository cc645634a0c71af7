import type { Json, JsonObject } from "./json";
import { schedulerCall, type SchedulerCall } from "./messages";

/** One encoding of the v1 APIs. */
export interface Codec {
  readonly contentType: string;
  encodeEvent(event: JsonObject): Buffer;
  /** Throws, in Mesos' words, on bytes that are no call. */
  decodeCall(body: Buffer): SchedulerCall;
}

const jsonCodec: Codec = {
  contentType: "application/json",
  encodeEvent: (event) => Buffer.from(JSON.stringify(event)),
  decodeCall: (body) => {
    let value: Json;
    try {
      value = JSON.parse(body.toString()) as Json;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Failed to parse body into JSON: ${why}`, { cause });
    }
    try {
      return schedulerCall(value, "call");
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Failed to convert JSON into Call protobuf: ${why}`, { cause });
    }
  },
};

/** Every encoding that is spoken; the first one is taken where a client accepts any. */
export const codecs: readonly Codec[] = [jsonCodec];
