import { acceptedCodec, codecOf, codecs, type Codec } from "../wire/codec";
import type { JsonObject } from "../wire/json";
import type { MessageSet } from "../wire/message-set";
import { badRequest, methodNotAllowed, plain, type HttpReply, type HttpRequest } from "./message";

const JSON_OR_PROTOBUF = codecs.map(({ contentType }) => contentType).join(" or ");

/** Reads the call in a POST to one of the v1 APIs, or answers as Mesos does to one that holds none. Source: src/master/http.cpp, src/slave/http.cpp. */
export function readCall(
  request: HttpRequest,
  set: MessageSet,
  type: string,
): { readonly call: JsonObject; readonly codec: Codec } | { readonly refused: HttpReply } {
  if (request.method !== "POST") return { refused: methodNotAllowed("POST", request.method) };
  const contentType = request.headers["content-type"];
  if (contentType === undefined) return { refused: badRequest("Expecting 'Content-Type' to be present") };
  const codec = codecOf(contentType);
  if (codec === undefined) {
    return { refused: plain(415, `Expecting 'Content-Type' of ${JSON_OR_PROTOBUF}`) };
  }
  try {
    return { call: codec.decode(set, type, request.body), codec };
  } catch (error) {
    return { refused: badRequest(error instanceof Error ? error.message : String(error)) };
  }
}

/** The encoding that a client takes, or 406. */
export function acceptedEncoding({
  headers,
}: HttpRequest): { readonly codec: Codec } | { readonly refused: HttpReply } {
  const codec = acceptedCodec(headers.accept);
  if (codec !== undefined) return { codec };
  const known = [...codecs].reverse().map(({ contentType }) => `'${contentType}'`);
  return { refused: plain(406, `Expecting 'Accept' to allow ${known.join(" or ")}`) };
}
