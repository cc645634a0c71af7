import { hasNetworks, hasPortDefinitions, taskSaysState, writesPorts } from "../../mesos/marathon-wire";
import type { JsonObject } from "../wire/json";
import type { MarathonConfig } from "./config";
import type { AppDefinition } from "./definition";
import { isHealthy, tasksOf, type MarathonState, type Task } from "./model";
import { safeId } from "./task-info";

/** An app as `/v2/apps` shows it, with its tasks where they are asked for. */
export function appJson(state: MarathonState, id: string, withTasks: boolean): JsonObject {
  const app = state.apps.get(id);
  if (app === undefined) return {};
  const tasks = tasksOf(state, id);
  const running = tasks.filter((task) => task.state === "TASK_RUNNING");
  const checked = app.definition.healthChecks.length > 0;
  const healthy = checked ? running.filter((task) => isHealthy(task, app.definition)).length : 0;
  const sick = running.filter((task) => task.health.some((one) => one?.alive === false)).length;
  const deployments = [...state.deployments.values()].filter(({ affectedApps }) => affectedApps.includes(id));
  return {
    ...definitionJson(state.config, app.definition),
    tasksStaged: tasks.length - running.length,
    tasksRunning: running.length,
    tasksHealthy: healthy,
    tasksUnhealthy: sick,
    deployments: deployments.map(({ id: deployment }) => ({ id: deployment })),
    ...(app.lastFailure === undefined ? {} : { lastTaskFailure: app.lastFailure }),
    ...(withTasks ? { tasks: tasks.map((task) => taskJson(state, task)) } : {}),
  };
}

/** A definition with every default that clients read. */
export function definitionJson(config: MarathonConfig, app: AppDefinition): JsonObject {
  const { version } = config;
  const mapped = app.ports.some(({ containerPort }) => containerPort !== undefined);
  const ports = app.ports.map(({ port }) => port);
  const given = Object.fromEntries(
    Object.entries(app.given).filter(([key]) => key !== "ports" && key !== "portDefinitions"),
  );
  return {
    cmd: null,
    args: null,
    user: null,
    env: {},
    instances: 1,
    cpus: 1,
    mem: 128,
    disk: 0,
    gpus: 0,
    executor: "",
    constraints: [],
    requirePorts: false,
    backoffSeconds: 1,
    backoffFactor: 1.15,
    maxLaunchDelaySeconds: 3600,
    container: null,
    healthChecks: [],
    dependencies: [],
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
    labels: {},
    ...(hasNetworks(version) && !mapped ? { networks: [{ mode: "host" }] } : {}),
    ...given,
    id: app.id,
    ...(writesPorts(version) ? { ports } : {}),
    ...(hasPortDefinitions(version) && !mapped
      ? {
          portDefinitions: app.ports.map(({ port, protocol, name, labels }) => ({
            port,
            protocol,
            ...(name === undefined ? {} : { name }),
            labels,
          })),
        }
      : {}),
    ...(mapped ? { container: withServicePorts(app) } : {}),
    version: app.version,
    versionInfo: { lastScalingAt: app.scalingVersion, lastConfigChangeAt: app.configVersion },
  };
}

/** A task as `/v2/tasks` shows it. */
export function taskJson(state: MarathonState, task: Task): JsonObject {
  const app = state.apps.get(task.appId)?.definition;
  const results = task.health.flatMap((health) =>
    health === undefined
      ? []
      : [
          {
            alive: health.alive,
            consecutiveFailures: health.consecutiveFailures,
            firstSuccess: time(health.firstSuccess),
            lastFailure: time(health.lastFailure),
            lastFailureCause: health.lastFailureCause ?? null,
            lastSuccess: time(health.lastSuccess),
            taskId: task.id,
          },
        ],
  );
  return {
    id: task.id,
    slaveId: task.agentId,
    host: task.host,
    ...(taskSaysState(state.config.version) ? { state: task.state } : {}),
    startedAt: time(task.startedAt),
    stagedAt: time(task.stagedAt),
    ports: task.ports,
    version: task.version,
    ipAddresses: task.ips.map((ipAddress) => ({ ipAddress, protocol: "IPv4" })),
    appId: task.appId,
    servicePorts: app?.ports.map(({ port }) => port) ?? [],
    ...(results.length === 0 ? {} : { healthCheckResults: results }),
  };
}

/** The tab-separated text of `/v2/tasks`. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/api/EndpointsHelper.scala. */
export function endpointsText(state: MarathonState): string {
  const lines = [...state.apps.values()].flatMap(({ definition }) => {
    const name = safeId(definition.id);
    const running = tasksOf(state, definition.id).filter((task) => task.state === "TASK_RUNNING");
    if (definition.ports.length === 0) {
      const hosts = running.map(({ host }) => host).sort();
      return [`${name}\t \t${hosts.map((host) => `${host}\t`).join("")}`];
    }
    return definition.ports.map(({ port }, i) => {
      const addresses = running.map(({ host, ports }) => `${host}:${ports[i] ?? 0}`).sort();
      return `${name}\t${port}\t${addresses.map((address) => `${address}\t`).join("")}`;
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** `/v2/groups/<id>`: the apps below it, and its groups. */
export function groupJson(state: MarathonState, id: string): JsonObject {
  const prefix = id === "/" ? "/" : `${id}/`;
  const below = [...state.apps.keys(), ...[...state.groups].map((group) => `${group}/`)].filter((path) =>
    path.startsWith(prefix),
  );
  const groups = new Set(
    below.flatMap((path) => {
      const [head = "", ...rest] = path.slice(prefix.length).split("/");
      return rest.length === 0 || head === "" ? [] : [`${prefix}${head}`];
    }),
  );
  const apps = [...state.apps.keys()].filter(
    (path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"),
  );
  return {
    id,
    apps: apps.sort().map((app) => appJson(state, app, false)),
    groups: [...groups].sort().map((group) => groupJson(state, group)),
    dependencies: [],
    pods: [],
    version:
      [...state.apps.values()]
        .map(({ definition }) => definition.version)
        .sort()
        .at(-1) ?? new Date(0).toISOString(),
  };
}

function withServicePorts(app: AppDefinition): JsonObject {
  const container = app.container ?? {};
  const portMappings = app.ports.map(({ port, protocol, name, labels, containerPort, hostPort }) => ({
    containerPort: containerPort ?? 0,
    hostPort,
    servicePort: port,
    protocol,
    ...(name === undefined ? {} : { name }),
    labels,
  }));
  if (container.portMappings !== undefined) return { ...container, portMappings };
  return { ...container, docker: { ...(container.docker as JsonObject | undefined), portMappings } };
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
