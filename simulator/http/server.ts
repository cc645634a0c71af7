import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { plain, type HttpReply, type HttpRequest } from "./message";

/** Bodies above this are refused with 413: nothing that Mesos takes comes near. */
const MAX_BODY = 64 * 2 ** 20;

/** Clients of Mesos keep connections for minutes between calls. */
const KEEP_ALIVE_MS = 600_000;

/** What a server does with requests. */
export interface Routes {
  /** Answers a request whose body was read. */
  answer(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Takes over requests to this path with their body unread, or answers false. */
  takeOver(path: string, incoming: IncomingMessage, out: ServerResponse): boolean;
}

/** Listens; rejects where the address is taken or not ours. */
export function listen(ip: string, port: number, serverHeader: string, routes: Routes): Promise<Server> {
  const server = createServer((incoming, out) => {
    out.setHeader("Server", serverHeader);
    // Node's own Connection and Keep-Alive: libprocess sends neither; the connection stays open all the same.
    out.removeHeader("Connection");
    // Libprocess writes neither Connection nor Keep-Alive where it keeps a connection; nor does Node once told so.
    out.removeHeader("Connection");
    const url = urlOf(incoming.url ?? "/");
    if (url === undefined) {
      out.writeHead(400).end();
      return;
    }
    const path = decodedPath(url.pathname);
    if (routes.takeOver(path, incoming, out)) return;
    void answer(routes, { url, path }, incoming, out);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // What is no HTTP gets no answer. Source: receive() in 3rdparty/libprocess/src/process.cpp.
  server.on("clientError", (_, socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, ip, () => {
      server.removeListener("error", reject);
      resolve(server);
    });
  });
}

async function answer(
  routes: Routes,
  { url, path }: { url: URL; path: string },
  incoming: IncomingMessage,
  out: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(incoming);
    if (body === undefined) {
      send(out, plain(413, "Body too large"));
      return;
    }
    const { method = "GET", headers } = incoming;
    send(out, await routes.answer({ method, path, query: url.searchParams, headers, body }));
  } catch (error) {
    if (out.headersSent || out.destroyed) {
      out.destroy();
      return;
    }
    send(out, plain(500, error instanceof Error ? error.message : String(error)));
  }
}

function send(out: ServerResponse, reply: HttpReply): void {
  if (reply.stream !== undefined) {
    out.writeHead(reply.status, reply.headers);
    reply.stream(out);
    return;
  }
  const body = reply.body ?? "";
  out.writeHead(reply.status, { ...reply.headers, "Content-Length": Buffer.byteLength(body) });
  out.end(body);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined for a request line that names no place. */
function urlOf(target: string): URL | undefined {
  const text = target.startsWith("/") ? `http://mesos${target}` : target;
  return URL.canParse(text) ? new URL(text) : undefined;
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
