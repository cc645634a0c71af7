import type { IncomingHttpHeaders } from "node:http";
import { namesSender } from "../../mesos/wire";
import type { HttpRequest } from "../http/message";
import { parsePid, type Pid } from "./pid";

/** A message that came by HTTP: who sent it, which process it is for, and what. */
export interface Received {
  readonly from: string;
  /** Path below the process: `mesos.internal.RegisterFrameworkMessage`. */
  readonly name: string;
  readonly body: Buffer;
}

/** Start of the `User-Agent` of a libprocess peer; its pid follows. */
const AGENT = "libprocess/";

/**
 * The message in a request to a process, or undefined where the request is plain HTTP. Source: libprocess(), parse() in
 * 3rdparty/libprocess/src/process.cpp.
 */
export function receivedMessage(processId: string, request: HttpRequest): Received | undefined {
  const from = senderOf(request.headers);
  const [, id, name, more] = request.path.split("/");
  if (request.method !== "POST" || from === undefined || id !== processId) return undefined;
  if (name === undefined || name === "" || more !== undefined) return undefined;
  return { from, name, body: request.body };
}

/** A message as one libprocess writes it to another. Source: MessageEncoder in 3rdparty/libprocess/src/encoder.hpp. */
export function encodeMessage(tag: string, { id }: Pid, { from, name, body }: Received): Buffer {
  const named = namesSender(tag);
  const head = [
    `POST /${id}/${name} HTTP/1.${named ? 1 : 0}`,
    `User-Agent: ${AGENT}${from}`,
    ...(named ? [`Libprocess-From: ${from}`] : []),
    "Connection: Keep-Alive",
    ...(named ? ["Host: "] : []),
    ...(body.length > 0 ? ["Transfer-Encoding: chunked"] : []),
  ];
  const start = Buffer.from(`${head.join("\r\n")}\r\n\r\n`);
  if (body.length === 0) return start;
  return Buffer.concat([
    start,
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from("\r\n0\r\n\r\n"),
  ]);
}

function senderOf(headers: IncomingHttpHeaders): string | undefined {
  const named = headers["libprocess-from"];
  const agent = headers["user-agent"];
  const text = typeof named === "string" ? named : agent?.startsWith(AGENT) ? agent.slice(AGENT.length) : "";
  return parsePid(text) === undefined ? undefined : text.trim();
}
