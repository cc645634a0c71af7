import { createServer, type Server } from "node:http";
import type { BridgeStatus } from "./bridge";

/** What the page is made from. */
export interface PageSource {
  status(): BridgeStatus;
  /** HAProxy's configuration as it runs. */
  config(): string;
}

/**
 * The bridge's own page: `/` for people, `/status` as JSON, `/health` with 200, or 503 while the routes may be stale,
 * `/_haproxy_getconfig` as marathon-lb has it.
 */
export function servePage(port: number, source: PageSource): Server {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://bridge");
    const [code, type, body] = answer(pathname, source);
    response.writeHead(code, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
  });
  return server.listen(port, "0.0.0.0");
}

function answer(path: string, source: PageSource): readonly [code: number, type: string, body: string] {
  const status = source.status();
  switch (path) {
    case "/":
      return [200, "text/html; charset=utf-8", page(status)];
    case "/status":
      return [200, "application/json", `${JSON.stringify(status, null, 2)}\n`];
    case "/health":
    case "/_haproxy_health_check":
      return [status.stale ? 503 : 200, "text/plain; charset=utf-8", `${headline(status)}\n`];
    case "/_haproxy_getconfig":
      return [200, "text/plain; charset=utf-8", source.config()];
    default:
      return [404, "text/plain; charset=utf-8", "there are /, /status, /health and /_haproxy_getconfig\n"];
  }
}

function headline(status: BridgeStatus): string {
  const { staleSeconds } = status;
  if (staleSeconds === undefined) return "starting: Marathon has not answered yet";
  const age = `last full look at Marathon ${staleSeconds.toFixed(0)} s ago`;
  return status.stale ? `stale: ${age}; the last good routes are served` : `up to date: ${age}`;
}

function page(status: BridgeStatus): string {
  const facts: [string, string][] = [
    ["Marathon", `${status.marathon} (of ${status.marathons.join(", ")})`],
    ["event stream", status.stream],
    ["last full look", status.lastSync ?? "none yet"],
    ["reloads of HAProxy", String(status.reloads)],
    [
      "last error",
      status.lastError === undefined ? "none" : `${status.lastError.at}: ${status.lastError.text}`,
    ],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>mesos-matrix load balancer</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b }
h1 { font-size: 1.3rem } h2 { font-size: 1.1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem .3rem 0; vertical-align: top; border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
th:first-child, td:first-child { min-width: 9rem }
.headline { padding: .5rem .8rem; border-left: .4rem solid ${status.stale ? "#b00020" : "#1b7f3b"} }
</style>
</head>
<body>
<h1>Load balancer</h1>
<p class="headline">${escape(headline(status))}</p>
${table(["", ""], facts)}
<h2>Served</h2>
${table(
  ["app", "port", "hosts", "mode", "tasks"],
  status.services.map(({ app, port, labels, servers }) => [
    app,
    String(port),
    labels.vhosts.map((host) => (labels.path === "/" ? host : host + labels.path)).join(", ") || "-",
    labels.mode,
    servers.map((server) => `${server.host}:${server.port}`).join(", ") || "none",
  ]),
)}
<h2>Not served</h2>
${table(
  ["app", "why"],
  status.refused.map(({ app, why }) => [app, why]),
)}
<h2>Labels without effect</h2>
${table(
  ["app", "label"],
  status.notes.map(({ app, why }) => [app, why]),
)}
</body>
</html>
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "<p>none</p>";
  const top = head.every((cell) => cell === "")
    ? ""
    : `<tr>${head.map((cell) => `<th scope="col">${escape(cell)}</th>`).join("")}</tr>`;
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`);
  return `<table>${top}${body.join("\n")}</table>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Ids, labels and errors are somebody else's text. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? "");
}
