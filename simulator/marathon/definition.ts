import { isObject, type Json, type JsonObject } from "../wire/json";

/** A port that the app asks for. `port` is the service port; the task gets another one unless `requirePorts`. */
export interface PortDefinition {
  readonly port: number;
  readonly protocol: string;
  readonly name: string | undefined;
  readonly labels: JsonObject;
  /** Inside the task's own network, where it has one. */
  readonly containerPort: number | undefined;
  /** The host's port that the app wants; 0 takes any. */
  readonly hostPort: number;
}

/** Times in seconds. */
export interface HealthCheck {
  readonly protocol: string;
  readonly path: string;
  readonly portIndex: number;
  /** Instead of one of the task's ports. */
  readonly port: number | undefined;
  readonly gracePeriodSeconds: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxConsecutiveFailures: number;
}

/** An app with every default filled in. */
export interface AppDefinition {
  readonly id: string;
  /** What the user gave, all versions of it laid over each other: fields that only the API shows are kept here. */
  readonly given: JsonObject;
  readonly cmd: string | undefined;
  readonly args: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly instances: number;
  readonly cpus: number;
  readonly mem: number;
  readonly disk: number;
  readonly gpus: number;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly constraints: readonly (readonly string[])[];
  readonly ports: readonly PortDefinition[];
  readonly requirePorts: boolean;
  readonly healthChecks: readonly HealthCheck[];
  readonly acceptedResourceRoles: readonly string[] | undefined;
  readonly backoffSeconds: number;
  readonly backoffFactor: number;
  readonly maxLaunchDelaySeconds: number;
  readonly killGraceSeconds: number | undefined;
  readonly oldestFirst: boolean;
  readonly minimumHealthCapacity: number;
  readonly maximumOverCapacity: number;
  readonly container: JsonObject | undefined;
  readonly dependencies: readonly string[];
  /** Time of this definition, and of the last that changed more than the number of instances; ISO. */
  readonly version: string;
  readonly configVersion: string;
  readonly scalingVersion: string;
}

/** What is wrong with an app: Marathon's answer of 422 carries all of it. */
export class InvalidApp extends Error {
  constructor(readonly details: readonly { readonly path: string; readonly errors: readonly string[] }[]) {
    super("Object is not valid");
  }
}

/** Fields that may change without a restart of the app's tasks. */
const SCALING = new Set(["instances", "id", "version", "versionInfo"]);

const OPERATORS = ["UNIQUE", "CLUSTER", "GROUP_BY", "LIKE", "UNLIKE", "MAX_PER", "IS"];
const PROTOCOLS = ["HTTP", "HTTPS", "TCP", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP"];

/** What only the API adds: sent back by clients that change what they got. */
const ADDED = [
  ...["tasks", "tasksRunning", "tasksStaged", "tasksHealthy", "tasksUnhealthy", "deployments"],
  ...["lastTaskFailure", "taskStats", "version", "versionInfo", "readinessCheckResults"],
];

/**
 * Reads an app as a client sends it over the one that is there. Throws {@link InvalidApp}.
 * @param replaces whether fields that are not sent go, or stay as they were
 * @param servicePort gives a free service port for each one that is asked for as 0
 */
export function readApp(
  id: string,
  sent: JsonObject,
  before: AppDefinition | undefined,
  version: string,
  replaces: boolean,
  servicePort: () => number,
): AppDefinition {
  const own = Object.fromEntries(Object.entries(sent).filter(([key]) => !ADDED.includes(key)));
  const given: JsonObject = { ...(replaces ? {} : before?.given), ...own, id };
  const reader = new Reader(given);
  const container = reader.object("container");
  const upgrade = reader.object("upgradeStrategy");
  const definition = {
    id,
    given,
    cmd: reader.text("cmd"),
    args: reader.texts("args"),
    user: reader.text("user"),
    instances: reader.number("instances", 1),
    cpus: reader.number("cpus", 1),
    mem: reader.number("mem", 128),
    disk: reader.number("disk", 0),
    gpus: reader.number("gpus", 0),
    env: reader.strings("env"),
    labels: reader.strings("labels"),
    constraints: reader.constraints(),
    requirePorts: given.requirePorts === true,
    healthChecks: reader.objects("healthChecks").map((check) => healthCheck(check, reader)),
    acceptedResourceRoles: reader.texts("acceptedResourceRoles"),
    backoffSeconds: reader.number("backoffSeconds", 1),
    backoffFactor: reader.number("backoffFactor", 1.15),
    maxLaunchDelaySeconds: reader.number("maxLaunchDelaySeconds", 3600),
    killGraceSeconds:
      given.taskKillGracePeriodSeconds === undefined
        ? undefined
        : reader.number("taskKillGracePeriodSeconds", 0),
    oldestFirst: /oldest/i.test(reader.text("killSelection") ?? ""),
    minimumHealthCapacity: fraction(upgrade?.minimumHealthCapacity),
    maximumOverCapacity: fraction(upgrade?.maximumOverCapacity),
    container,
    dependencies: reader.texts("dependencies") ?? [],
    ports: portsOf(given, container, before, servicePort),
    version,
    scalingVersion: version,
  };
  if (definition.cmd === undefined && definition.args === undefined && container === undefined) {
    reader.wrong("/", "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
  }
  reader.finish();
  const configVersion =
    before !== undefined && sameConfig(before.given, given) ? before.configVersion : version;
  return { ...definition, configVersion };
}

/** The same app as of another time, with its tasks to be replaced: what a restart is. */
export function restarted(app: AppDefinition, version: string): AppDefinition {
  return { ...app, version, configVersion: version };
}

function sameConfig(a: JsonObject, b: JsonObject): boolean {
  const config = (given: JsonObject): string =>
    JSON.stringify(
      Object.entries(given)
        .filter(([key]) => !SCALING.has(key))
        .sort(([x], [y]) => (x < y ? -1 : 1)),
    );
  return config(a) === config(b);
}

function healthCheck(sent: JsonObject, reader: Reader): HealthCheck {
  const protocol = typeof sent.protocol === "string" ? sent.protocol : "HTTP";
  if (!PROTOCOLS.includes(protocol)) {
    reader.wrong("/healthChecks", `the simulator cannot do health checks of protocol ${protocol}`);
  }
  const number = (key: string, fallback: number): number => {
    const value = sent[key];
    return typeof value === "number" ? value : fallback;
  };
  return {
    protocol: protocol.replace(/^MESOS_/, ""),
    path: typeof sent.path === "string" ? sent.path : "/",
    portIndex: number("portIndex", 0),
    port: typeof sent.port === "number" ? sent.port : undefined,
    gracePeriodSeconds: number("gracePeriodSeconds", 300),
    intervalSeconds: number("intervalSeconds", 60),
    timeoutSeconds: number("timeoutSeconds", 20),
    maxConsecutiveFailures: number("maxConsecutiveFailures", 3),
  };
}

/** Ports where the app's networks and releases put them; one of its own where it says nothing. */
function portsOf(
  given: JsonObject,
  container: JsonObject | undefined,
  before: AppDefinition | undefined,
  servicePort: () => number,
): PortDefinition[] {
  const docker = isObject(container?.docker) ? container.docker : {};
  const mappings = container?.portMappings ?? docker.portMappings;
  const definitions = given.portDefinitions;
  const asked: readonly Json[] = Array.isArray(mappings)
    ? (mappings as readonly Json[])
    : Array.isArray(definitions)
      ? (definitions as readonly Json[])
      : Array.isArray(given.ports)
        ? (given.ports as readonly number[]).map((port) => ({ port }))
        : [{ port: 0, name: "default" }];
  return asked.map((port, i) => {
    const sent = isObject(port) ? port : {};
    const wanted = Number((Array.isArray(mappings) ? sent.servicePort : sent.port) ?? 0);
    return {
      // A service port that was found for it stays, whatever else changes.
      port: wanted !== 0 ? wanted : (before?.ports[i]?.port ?? servicePort()),
      protocol: typeof sent.protocol === "string" ? sent.protocol : "tcp",
      name: typeof sent.name === "string" ? sent.name : undefined,
      labels: isObject(sent.labels) ? sent.labels : {},
      containerPort: Array.isArray(mappings) ? Number(sent.containerPort ?? 0) : undefined,
      hostPort: Array.isArray(mappings)
        ? Number(sent.hostPort ?? 0)
        : given.requirePorts === true
          ? wanted
          : 0,
    };
  });
}

function fraction(value: Json | undefined): number {
  return typeof value === "number" ? Math.min(Math.max(value, 0), 1) : 1;
}

/** Reads members and collects what is wrong with them. */
class Reader {
  readonly #problems: { path: string; errors: string[] }[] = [];

  constructor(private readonly given: JsonObject) {}

  wrong(path: string, error: string): void {
    this.#problems.push({ path, errors: [error] });
  }

  finish(): void {
    if (this.#problems.length > 0) throw new InvalidApp(this.#problems);
  }

  text(key: string): string | undefined {
    const value = this.given[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    this.wrong(`/${key}`, "error.expected.jsstring");
    return undefined;
  }

  number(key: string, fallback: number): number {
    const value = this.given[key];
    if (value === undefined || value === null) return fallback;
    if (typeof value === "number" && value >= 0) return value;
    this.wrong(`/${key}`, typeof value === "number" ? "got a negative number" : "error.expected.jsnumber");
    return fallback;
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.given[key];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    this.wrong(`/${key}`, "error.expected.jsarray");
    return undefined;
  }

  object(key: string): JsonObject | undefined {
    const value = this.given[key];
    if (value === undefined || value === null) return undefined;
    if (isObject(value)) return value;
    this.wrong(`/${key}`, "error.expected.jsobject");
    return undefined;
  }

  objects(key: string): readonly JsonObject[] {
    const value = this.given[key];
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every(isObject)) return value;
    this.wrong(`/${key}`, "error.expected.jsarray");
    return [];
  }

  strings(key: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.object(key) ?? {}).flatMap(([name, value]): [string, string][] => {
        if (typeof value === "string") return [[name, value]];
        this.wrong(`/${key}(${name})`, "error.expected.jsstring");
        return [];
      }),
    );
  }

  constraints(): readonly (readonly string[])[] {
    const value = this.given.constraints;
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.wrong("/constraints", "error.expected.jsarray");
      return [];
    }
    return value.flatMap((one: unknown, i): (readonly string[])[] => {
      const parts = Array.isArray(one) ? one.map(String) : [];
      const known = parts.length >= 2 && OPERATORS.includes(parts[1] ?? "");
      if (known) return [parts];
      this.wrong(
        `/constraints(${i})`,
        `Constraint definition must have an operator of ${OPERATORS.join(", ")}`,
      );
      return [];
    });
  }
}
