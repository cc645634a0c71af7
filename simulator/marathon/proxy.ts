import { request, type IncomingMessage, type ServerResponse } from "node:http";

const VIA = "X-Marathon-Via";

/** Defaults of --leader_proxy_connection_timeout and --leader_proxy_read_timeout. */
const CONNECT_MS = 5_000;
const READ_MS = 10_000;

/** Passes a request on to the leader, streams included. */
export function proxy(leader: string, own: string, incoming: IncomingMessage, out: ServerResponse): void {
  const via = incoming.headers[VIA.toLowerCase()];
  if (via !== undefined && String(via).includes(own)) {
    fail(out, 502, "Detected proxying loop.");
    return;
  }
  const { hostname, port } = new URL(`http://${leader}`);
  const outgoing = request({
    host: hostname,
    port,
    path: incoming.url,
    method: incoming.method,
    headers: {
      ...incoming.headers,
      host: leader,
      [VIA]: via === undefined ? `1.1 ${own}` : `${String(via)}, 1.1 ${own}`,
    },
    agent: false,
    timeout: CONNECT_MS,
  });
  outgoing.on("socket", (socket) => socket.once("connect", () => socket.setTimeout(READ_MS)));
  outgoing.on("timeout", () => outgoing.destroy(new Error("timeout")));
  outgoing.on("error", (error: NodeJS.ErrnoException) => {
    if (out.headersSent) out.destroy();
    else fail(out, 502, error.code === "ECONNREFUSED" ? "Connection to leader refused." : error.message);
  });
  outgoing.on("response", (response) => {
    response.socket.setTimeout(0);
    out.writeHead(response.statusCode ?? 502, { ...response.headers, [VIA]: `1.1 ${own}` });
    response.pipe(out);
    response.on("error", () => out.destroy());
  });
  out.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** An error of the proxy itself. */
export function fail(out: ServerResponse, status: number, message: string): void {
  out.writeHead(status, { "Content-Type": "application/json" });
  out.end(JSON.stringify({ message }));
}
