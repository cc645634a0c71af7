import { type LabelFault, portLabels, type PortLabels, unknownLabels } from "./labels";
import type { MarathonApp, MarathonState, MarathonTask } from "./marathon-model";

/** One task of an app, at one of its ports. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

/** One port of an app as HAProxy serves it. */
export interface Service {
  readonly app: string;
  /** The port on which it is reached at the load balancer. */
  readonly port: number;
  readonly labels: PortLabels;
  /** Sorted by host and port: the same tasks give the same configuration. */
  readonly servers: readonly Server[];
}

/** Something of an app that is not served, and why. */
export interface Refusal {
  readonly app: string;
  readonly why: string;
}

export interface Services {
  readonly services: readonly Service[];
  readonly refused: readonly Refusal[];
  /** Labels without effect, by app. */
  readonly notes: readonly Refusal[];
  /** Tasks that have passed their health checks at some time, for the next call. */
  readonly healthy: ReadonlySet<string>;
}

export interface ServiceOptions {
  /** Values of HAPROXY_GROUP that are served; `*` is every app. */
  readonly groups: readonly string[];
  /** Ports that the load balancer itself needs. */
  readonly reserved: readonly number[];
  /** What the last call answered. */
  readonly wasHealthy: ReadonlySet<string>;
}

/** What an agent's hostname may be, to stand in HAProxy's configuration. */
const hostText = /^[a-z0-9][a-z0-9.:-]{0,252}$/i;

/**
 * What is to be served, from what Marathon says. A fault of one app concerns that app alone: what was served for it
 * goes, everything else stays.
 */
export function servicesOf(state: MarathonState, options: ServiceOptions): Services {
  const refused: Refusal[] = state.unreadable.map(({ id, why }) => ({ app: id, why }));
  const healthy = new Set(
    state.tasks.filter((task) => isHealthy(task, options.wasHealthy)).map((task) => task.id),
  );
  const wanted = [...state.apps].sort(byId).flatMap((app) => servicesOfApp(app, state, options, healthy));
  const services: Service[] = [];
  const owners = new Map(options.reserved.map((port) => [port, "the load balancer itself"]));
  for (const found of wanted) {
    if ("why" in found) {
      refused.push(found);
      continue;
    }
    const owner = owners.get(found.port);
    if (owner !== undefined) {
      refused.push({ app: found.app, why: `port ${found.port} is served for ${owner}` });
      continue;
    }
    owners.set(found.port, found.app);
    services.push(found);
  }
  const notes = state.apps.flatMap((app) =>
    unknownLabels(app.labels).map((label) => ({ app: app.id, why: `the label ${label} has no effect here` })),
  );
  return { services, refused: [...refused, ...sharedHosts(services)], notes, healthy };
}

function servicesOfApp(
  app: MarathonApp,
  state: MarathonState,
  { groups }: ServiceOptions,
  healthy: ReadonlySet<string>,
): (Service | Refusal)[] {
  const tasks = state.tasks.filter((task) => task.appId === app.id && runs(task));
  const usable = (app.healthChecks ?? []).length === 0 ? tasks : tasks.filter(({ id }) => healthy.has(id));
  return servicePorts(app).flatMap(({ port, containerPort }, n): (Service | Refusal)[] => {
    const { read, faults } = portLabels(app.labels, n);
    if (!isInGroup(read.groups, groups) || !read.enabled) return [];
    if (faults.length > 0) return faults.map((fault) => refusal(app, fault));
    const own = read.port ?? port;
    if (own === undefined || own === 0) return [{ app: app.id, why: `its port ${n} has no service port` }];
    const servers = usable.flatMap((task) => serverOf(task, n, containerPort) ?? []);
    return [{ app: app.id, port: own, labels: read, servers: [...servers].sort(byAddress) }];
  });
}

/** The app's service ports, in the order that its labels count. */
function servicePorts(app: MarathonApp): { port: number | undefined; containerPort: number | undefined }[] {
  const mappings = app.container?.portMappings ?? app.container?.docker?.portMappings;
  if (mappings !== undefined && mappings !== null && mappings.length > 0) {
    return mappings.map(({ servicePort, containerPort }) => ({
      port: servicePort,
      containerPort: containerPort ?? undefined,
    }));
  }
  const definitions = app.portDefinitions?.map(({ port }) => port);
  return (definitions ?? app.ports ?? []).map((port) => ({ port, containerPort: undefined }));
}

/** A task without ports of its host has an address of its own. */
function serverOf(task: MarathonTask, n: number, containerPort: number | undefined): Server | undefined {
  const hostPort = task.ports?.[n] ?? 0;
  const own = task.ipAddresses?.[0]?.ipAddress;
  const server =
    hostPort > 0
      ? { host: task.host, port: hostPort }
      : own !== undefined && containerPort !== undefined && containerPort > 0
        ? { host: own, port: containerPort }
        : undefined;
  return server !== undefined && hostText.test(server.host) ? server : undefined;
}

function runs({ state }: MarathonTask): boolean {
  return state === undefined || state === "TASK_RUNNING";
}

/** A Marathon that has just been elected knows no results yet: what was healthy before counts until it does. */
function isHealthy(task: MarathonTask, before: ReadonlySet<string>): boolean {
  const results = (task.healthCheckResults ?? []).filter((result) => result !== null);
  return results.length === 0 ? before.has(task.id) : results.every(({ alive }) => alive);
}

function isInGroup(own: readonly string[], served: readonly string[]): boolean {
  return served.includes("*") || own.some((group) => group === "*" || served.includes(group));
}

/** Two apps with one host and path: the first by id is served, the other one only on its own port. */
function sharedHosts(services: readonly Service[]): Refusal[] {
  const owners = new Map<string, string>();
  return services.flatMap(({ app, labels }) =>
    labels.vhosts.flatMap((host) => {
      const place = `${host}${labels.path}`;
      const owner = owners.get(place);
      if (owner === undefined) owners.set(place, app);
      return owner === undefined ? [] : [{ app, why: `${place} is served for ${owner}` }];
    }),
  );
}

function refusal(app: MarathonApp, { label, why }: LabelFault): Refusal {
  return { app: app.id, why: `label ${label}: ${why}` };
}

function byId(a: MarathonApp, b: MarathonApp): number {
  return a.id < b.id ? -1 : 1;
}

function byAddress(a: Server, b: Server): number {
  return a.host === b.host ? a.port - b.port : a.host < b.host ? -1 : 1;
}
