import { createHash } from "node:crypto";
import type { Service } from "./services";

/** A configuration of HAProxy: its text, and whose each line is. */
export interface HaproxyConfig {
  readonly text: string;
  /** Stands in the configuration: HAProxy tells it when it runs with this one. */
  readonly id: string;
  /** The service of a line (from 1); undefined for those that stand in every configuration. */
  ownerOf(line: number): Service | undefined;
}

export interface HaproxySettings {
  /** Port of the apps with a virtual host. */
  readonly httpPort: number;
  /** Port of HAProxy's statistics. */
  readonly statsPort: number;
  /** Where this program's own page listens, on this machine. */
  readonly pagePort: number;
  /** HAProxy's command socket. */
  readonly socket: string;
}

/** In front of a configuration's id, in what HAProxy says of itself. */
export const idPrefix = "mesos-matrix-";

/** Lines, and the service to which they belong. */
type Lines = readonly { readonly line: string; readonly owner: Service | undefined }[];

/** The configuration that serves these. Same services, same bytes. */
export function haproxyConfig(services: readonly Service[], settings: HaproxySettings): HaproxyConfig {
  const body: Lines = [
    ...of(undefined, base(settings)),
    ...virtualHosts(services, settings.httpPort),
    ...services.flatMap((service) => of(service, sections(service))),
  ];
  const id = createHash("sha256")
    .update(body.map(({ line }) => line).join("\n"))
    .digest("hex")
    .slice(0, 12);
  const all = [...of(undefined, ["global", `  description ${idPrefix}${id}`]), ...body];
  return {
    text: `${all.map(({ line }) => line).join("\n")}\n`,
    id,
    ownerOf: (line) => all[line - 1]?.owner,
  };
}

function base({ statsPort, pagePort, socket }: HaproxySettings): string[] {
  return [
    "  log stdout format raw local0 notice",
    "  maxconn 8192",
    "  user haproxy",
    "  group haproxy",
    // Its listeners go over to the next process, so that a reload refuses no connection.
    `  stats socket ${socket} mode 600 level admin expose-fd listeners`,
    "  hard-stop-after 10m",
    "",
    "defaults",
    "  log global",
    "  option dontlognull",
    "  option redispatch 1",
    "  retries 5",
    "  timeout connect 3s",
    "  timeout client 60s",
    "  timeout server 60s",
    "  timeout tunnel 1h",
    "  timeout http-request 15s",
    "",
    "frontend stats",
    `  bind *:${statsPort}`,
    "  mode http",
    "  monitor-uri /_haproxy_health_check",
    "  stats enable",
    "  stats uri /haproxy?stats",
    "  use_backend page if { path /_haproxy_getconfig }",
    "",
    "backend page",
    "  mode http",
    `  server page 127.0.0.1:${pagePort}`,
  ];
}

/** One frontend for all apps with a virtual host: longer paths first, so that `/` takes what is left of a host. */
function virtualHosts(services: readonly Service[], port: number): Lines {
  const routes = services
    .flatMap((service) => service.labels.vhosts.map((host) => ({ service, host, path: service.labels.path })))
    .sort((a, b) => b.path.length - a.path.length || compare(a.host, b.host) || compare(a.path, b.path));
  return [
    ...of(undefined, ["", "frontend apps", `  bind *:${port}`, "  mode http", ...forwarded]),
    ...routes.flatMap(({ service, host, path }) =>
      of(service, [
        `  use_backend ${backendName(service)} if { req.hdr(host),field(1,:),lower -m str ${host} }` +
          (path === "/" ? "" : ` { path_beg ${path} }`),
      ]),
    ),
  ];
}

function sections(service: Service): string[] {
  const { port, labels, servers } = service;
  const name = backendName(service);
  const http = labels.mode === "http";
  return [
    "",
    `frontend ${name}`,
    `  bind *:${port}`,
    `  mode ${labels.mode}`,
    ...(http ? forwarded : []),
    `  default_backend ${name}`,
    "",
    `backend ${name}`,
    `  mode ${labels.mode}`,
    `  balance ${labels.balance}`,
    // A task that ends while a request is on its way: another one answers what may be asked twice.
    ...(http
      ? ["  retry-on conn-failure empty-response", "  http-request disable-l7-retry unless METH_GET"]
      : []),
    ...(http && labels.sticky ? ["  cookie mesos_matrix_server insert indirect nocache"] : []),
    ...(!http && labels.sticky ? ["  stick-table type ip size 10k expire 30m", "  stick on src"] : []),
    // A task that is gone is known by its refusals before Marathon says so, and looked at again soon.
    "  default-server check inter 2s fastinter 500ms downinter 500ms fall 3 rise 1 observe layer4 error-limit 3 on-error mark-down",
    ...servers.map(({ host, port: at }) => {
      const server = `${host.replaceAll(/[^\w.-]/g, "_")}_${at}`;
      const address = host.includes(":") ? `[${host}]:${at}` : `${host}:${at}`;
      return `  server ${server} ${address}${http && labels.sticky ? ` cookie ${server}` : ""}`;
    }),
  ];
}

const forwarded = ["  option forwardfor", "  http-request set-header X-Forwarded-Port %[dst_port]"];

/** `/shop/web` on 10000 is `shop_web_10000`. An app's id has no `_`, so no two are alike. */
function backendName({ app, port }: Service): string {
  return `${app
    .replace(/^\//, "")
    .replaceAll("/", "_")
    .replaceAll(/[^\w.-]/g, "-")}_${port}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function of(owner: Service | undefined, lines: readonly string[]): Lines {
  return lines.map((line) => ({ line, owner }));
}
