import type { Json, JsonObject } from "./json";
import type { MessageSet } from "./message-set";
import { writeFloats } from "./numbers";

/** One encoding of messages of a set. */
export interface Codec {
  readonly contentType: string;
  encode(set: MessageSet, type: string, message: JsonObject): Buffer;
  /** Throws, in the words of Mesos' scheduler and executor APIs, on bytes that are no such message. */
  decode(set: MessageSet, type: string, body: Buffer): JsonObject;
}

const jsonCodec: Codec = {
  contentType: "application/json",
  encode: (_set, _type, message) => Buffer.from(writeFloats(message)),
  decode: (set, type, body) => {
    const value = explained("Failed to parse body into JSON", () => JSON.parse(body.toString()) as Json);
    const what = `Failed to convert JSON into ${lastName(type)} protobuf`;
    return explained(what, () => set.fromJson(type, value));
  },
};

const protobufCodec: Codec = {
  contentType: "application/x-protobuf",
  encode: (set, type, message) => set.toProtobuf(type, message),
  decode: (set, type, body) => {
    try {
      return set.fromProtobuf(type, body);
    } catch (cause) {
      throw new Error(`Failed to parse body into ${lastName(type)} protobuf`, { cause });
    }
  },
};

/** Every encoding that the v1 APIs speak; the first is taken where a client accepts any. */
export const codecs: readonly Codec[] = [jsonCodec, protobufCodec];

/** The encoding with exactly this content type. */
export function codecOf(contentType: string | undefined): Codec | undefined {
  return codecs.find((codec) => codec.contentType === contentType);
}

/** The encoding to answer in, by the `Accept` of a request. Source: Request::acceptsMediaType of libprocess. */
export function acceptedCodec(accept: string | undefined): Codec | undefined {
  return codecs.find((codec) => accepts(accept ?? "*/*", codec.contentType));
}

// Of a type, all its subtypes and everything, the first that the header names decides.
function accepts(header: string, contentType: string): boolean {
  const ranges = header.split(",").map((part) => part.replaceAll(/\s/g, "").toLowerCase().split(";"));
  for (const candidate of [contentType, `${contentType.split("/")[0] ?? ""}/*`, "*/*"]) {
    const named = ranges.find(([media]) => media === candidate);
    if (named === undefined) continue;
    const quality = named.find((parameter) => parameter.startsWith("q="));
    return quality === undefined || Number(quality.slice(2)) > 0;
  }
  return false;
}

function explained<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function lastName(type: string): string {
  return type.split(".").at(-1) ?? type;
}
