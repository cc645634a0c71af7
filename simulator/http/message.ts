import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Json } from "../wire/json";

/** A request with its body read. */
export interface HttpRequest {
  readonly method: string;
  /** Decoded path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer: a body, or a stream that takes over the connection once the head is written. */
export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly stream?: (out: ServerResponse) => void;
}

/** 200 with a JSON body. */
export function json(value: Json | object): HttpReply {
  return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

/** An answer without a body. */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): HttpReply {
  return { status, headers };
}

/** An answer with a line of text, as libprocess writes its errors. */
export function plain(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body };
}

export function badRequest(why: string): HttpReply {
  return plain(400, why);
}

export function notFound(): HttpReply {
  return plain(404, "404 Not Found.");
}

export function unavailable(why: string): HttpReply {
  return plain(503, why);
}

export function methodNotAllowed(allowed: string, received: string): HttpReply {
  return plain(405, `405 Method Not Allowed. Expecting one of { '${allowed}' }, but received '${received}'`, {
    Allow: allowed,
  });
}
