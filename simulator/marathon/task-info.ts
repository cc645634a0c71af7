import { isObject, type Json, type JsonObject } from "../wire/json";
import type { MarathonConfig } from "./config";
import type { AppDefinition } from "./definition";
import type { Task } from "./model";

/** `/shop/web` as a part of task ids: `shop_web`. */
export function safeId(id: string): string {
  return id.replace(/^\//, "").replaceAll("/", "_");
}

/** `/shop/web` as a name of DNS: `web.shop`. */
export function hostName(id: string): string {
  return id.replace(/^\//, "").split("/").reverse().join(".");
}

/** What the master is told to start. Source: mesosphere/marathon src/main/scala/mesosphere/mesos/TaskBuilder.scala. */
export function taskInfo(
  config: MarathonConfig,
  app: AppDefinition,
  task: Task,
  resources: readonly JsonObject[],
): JsonObject {
  const variables = Object.entries(taskVariables(config, app, task)).map(([name, value]) => ({
    name,
    value,
  }));
  const container = containerInfo(app, task);
  return {
    name: hostName(app.id),
    task_id: { value: task.id },
    agent_id: { value: task.agentId },
    resources,
    command: {
      ...commandOf(app),
      environment: { variables },
      user: app.user ?? config.user,
      ...urisOf(app),
    },
    ...(container === undefined ? {} : { container }),
    labels: { labels: Object.entries(app.labels).map(([key, value]) => ({ key, value })) },
    discovery: {
      visibility: "FRAMEWORK",
      name: hostName(app.id),
      ports: {
        ports: task.ports.map((number, i) => ({
          number,
          protocol: app.ports[i]?.protocol.split(",")[0] ?? "tcp",
          ...(app.ports[i]?.name === undefined ? {} : { name: app.ports[i].name }),
        })),
      },
    },
    ...(app.killGraceSeconds === undefined
      ? {}
      : { kill_policy: { grace_period: { nanoseconds: app.killGraceSeconds * 1e9 } } }),
  };
}

/**
 * Environment of a task: the app's own goes before ours. Source: mesosphere/marathon
 * src/main/scala/mesosphere/mesos/EnvironmentHelper.scala, TaskBuilder.scala.
 */
export function taskVariables(
  config: MarathonConfig,
  app: AppDefinition,
  task: Task,
): Record<string, string> {
  const prefix = config.envPrefix;
  const ports: Record<string, string> = {};
  for (const [i, port] of task.ports.entries()) {
    const { name, containerPort, hostPort } = app.ports[i] ?? {
      name: undefined,
      containerPort: undefined,
      hostPort: 0,
    };
    const asked = containerPort ?? hostPort;
    ports[`PORT${i}`] = String(port);
    ports[`PORT_${asked === 0 ? port : asked}`] = String(port);
    if (name !== undefined) ports[`PORT_${name.toUpperCase()}`] = String(port);
  }
  if (task.ports.length > 0) {
    ports.PORT = String(task.ports[0]);
    ports.PORTS = task.ports.join(",");
  }
  const prefixed = Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [`${prefix}${name}`, port]),
  );
  const labels = Object.entries(app.labels).map(([key, value]): [string, string] => [
    key.replaceAll(/[^a-zA-Z0-9_]+/g, "_").toUpperCase(),
    value,
  ]);
  return {
    MESOS_TASK_ID: task.id,
    MARATHON_APP_ID: app.id,
    MARATHON_APP_VERSION: app.version,
    MARATHON_APP_RESOURCE_CPUS: decimal(app.cpus),
    MARATHON_APP_RESOURCE_MEM: decimal(app.mem),
    MARATHON_APP_RESOURCE_DISK: decimal(app.disk),
    MARATHON_APP_RESOURCE_GPUS: String(app.gpus),
    MARATHON_APP_LABELS: labels.map(([key]) => key).join(" "),
    ...Object.fromEntries(labels.map(([key, value]) => [`MARATHON_APP_LABEL_${key}`, value])),
    ...prefixed,
    [`${prefix}HOST`]: task.host,
    ...app.env,
  };
}

/** As Scala prints a Double. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function commandOf({ cmd, args }: AppDefinition): JsonObject {
  if (cmd !== undefined) return { shell: true, value: cmd };
  if (args === undefined) return { shell: false };
  return { shell: false, value: args[0] ?? "", arguments: args };
}

function urisOf({ given }: AppDefinition): JsonObject {
  const fetch = Array.isArray(given.fetch) ? (given.fetch as readonly Json[]) : [];
  const uris = Array.isArray(given.uris) ? (given.uris as readonly Json[]) : [];
  const all = [
    ...fetch.flatMap((one) => (isObject(one) && typeof one.uri === "string" ? [{ value: one.uri }] : [])),
    ...uris.flatMap((uri) => (typeof uri === "string" ? [{ value: uri }] : [])),
  ];
  return all.length === 0 ? {} : { uris: all };
}

/** A Docker container as ContainerInfo; one of type MESOS without an image is a plain command. */
function containerInfo(app: AppDefinition, task: Task): JsonObject | undefined {
  const { container } = app;
  if (container === undefined) return undefined;
  const docker = isObject(container.docker) ? container.docker : undefined;
  if (container.type !== "DOCKER" && docker === undefined) return { type: "MESOS" };
  const networks = app.given.networks as readonly { mode?: string }[] | undefined;
  const bridged =
    docker?.network === "BRIDGE" || (networks?.some(({ mode }) => mode === "container/bridge") ?? false);
  const volumes = Array.isArray(container.volumes) ? (container.volumes as readonly Json[]) : [];
  const parameters = docker?.parameters;
  return {
    type: "DOCKER",
    docker: {
      image: docker?.image ?? "",
      network: bridged ? "BRIDGE" : "HOST",
      privileged: docker?.privileged === true,
      force_pull_image: docker?.forcePullImage === true,
      ...(Array.isArray(parameters) ? { parameters: parameters as readonly Json[] } : {}),
      ...(bridged
        ? {
            port_mappings: task.ports.map((host_port, i) => ({
              host_port,
              container_port:
                app.ports[i]?.containerPort === 0 ? host_port : (app.ports[i]?.containerPort ?? host_port),
              protocol: app.ports[i]?.protocol.split(",")[0] ?? "tcp",
            })),
          }
        : {}),
    },
    volumes: volumes.flatMap((volume) =>
      isObject(volume) && volume.hostPath !== undefined
        ? [
            {
              container_path: volume.containerPath ?? "",
              host_path: volume.hostPath,
              mode: volume.mode ?? "RO",
            },
          ]
        : [],
    ),
  };
}
