import { absoluteId, twiceFindings } from "./apps";
import type { ClusterInput } from "./cluster-schema";
import { parseDuration } from "./duration";
import type { Fault, Path } from "./fault";
import { buildOwnImage } from "./image-source";
import { mesosDnsFaults } from "./mesos-dns-config";
import type { AppSpec, ClusterSpec, JsonObject, MarathonSpec } from "./spec";
import { buildEnv, buildFlags } from "./values";
import { isMapping, valueAt } from "./view";
import type { View } from "./view";

const APPS_TIMEOUT = 300;

/** What a spec says of what runs beside Mesos. */
export type Services = Pick<ClusterSpec, "marathon" | "mesosDns" | "loadBalancer" | "apps" | "appsTimeout">;

/** What runs beside Mesos, with every default filled in. */
export function buildServices(
  input: Pick<ClusterInput, keyof Services>,
  secretAt: (path: Path) => string | undefined,
): Services {
  return {
    marathon: marathonOf(input.marathon, secretAt),
    mesosDns: mesosDnsOf(input.mesosDns),
    loadBalancer: loadBalancerOf(input.loadBalancer),
    apps: (input.apps ?? []).map((app): AppSpec =>
      app.file === undefined ? { definition: app as JsonObject } : { file: app.file },
    ),
    appsTimeout: parseDuration(input.appsTimeout ?? "") ?? APPS_TIMEOUT,
  };
}

/** What is there without what it needs, in a cluster as a user wrote it, whatever its form. Paths are the document's. */
export function serviceFaults(view: View): Fault[] {
  const cluster = view.value;
  if (!isMapping(cluster)) return [];
  const needing = ["apps", "loadBalancer"].filter((key) => {
    const value = cluster[key];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
  const alone = cluster.marathon !== undefined ? [] : needing;
  const what: Readonly<Record<string, string>> = {
    apps: "apps are given to Marathon, and this cluster has none",
    loadBalancer: "the load balancer serves Marathon's apps, and this cluster has no Marathon",
  };
  const apps = Array.isArray(cluster.apps) ? cluster.apps : [];
  const twice = twiceFindings(apps).map(({ path, finding }): Fault => ({
    path: view.toDocument(["apps", ...path]),
    at: "value",
    ...finding,
  }));
  return [
    ...alone.map((key): Fault => ({
      path: view.toDocument([key]),
      at: "key",
      message: what[key] ?? "",
      cure: 'add marathon: "1.8.222"',
    })),
    ...twice,
    ...mesosDnsFaults(view),
  ];
}

/** Who has no version, though nobody but the user can choose it. */
export function serviceVersionsMissing(view: View): Fault[] {
  const examples = { marathon: ["Marathon", "1.8.222"], mesosDns: ["Mesos-DNS", "0.6.0"] } as const;
  return Object.entries(examples).flatMap(([key, [name, version]]): Fault[] => {
    const service = valueAt(view.value, [key]);
    if (!isMapping(service) || service.version !== undefined) return [];
    return [
      {
        path: view.toDocument([key, "version"]),
        at: "value",
        message: `nothing says which version of ${name} to run`,
        cure: `add ${key}: { version: "${version}" }`,
      },
    ];
  });
}

/** The id of an app or a group from the root, as Marathon knows it. */
export function appId(definition: JsonObject): string {
  return absoluteId(typeof definition.id === "string" ? definition.id : "/");
}

function marathonOf(
  input: ClusterInput["marathon"],
  secretAt: (path: Path) => string | undefined,
): MarathonSpec | undefined {
  if (input === undefined) return undefined;
  const { count, version = "", image, flags, env } = typeof input === "string" ? { version: input } : input;
  return {
    count: count ?? 1,
    version,
    image:
      typeof image === "object"
        ? buildOwnImage(image, version)
        : { kind: image === "simulator" ? "simulator" : "mesosphere" },
    flags: buildFlags(flags, (key) => secretAt(["marathon", "flags", key])),
    env: buildEnv(env, (key) => secretAt(["marathon", "env", key])),
  };
}

function mesosDnsOf(input: ClusterInput["mesosDns"]): ClusterSpec["mesosDns"] {
  if (input === undefined) return undefined;
  const { version = "", image, domain, config } = typeof input === "string" ? { version: input } : input;
  return {
    version,
    image:
      typeof image === "object"
        ? buildOwnImage(image, version)
        : image === undefined
          ? undefined
          : { kind: image === "go" ? "go" : "mesosphere" },
    domain: domain ?? "mesos",
    config: config ?? {},
  };
}

function loadBalancerOf(input: ClusterInput["loadBalancer"]): ClusterSpec["loadBalancer"] {
  if (input === undefined) return undefined;
  const { version, image, groups, mode, command } = typeof input === "string" ? { version: input } : input;
  return {
    version,
    image:
      typeof image === "object"
        ? buildOwnImage(image, version ?? "")
        : { kind: image === "marathon-lb" ? "marathon-lb" : "haproxy" },
    groups: groups ?? ["external"],
    mode: mode === "poll" ? "poll" : "events",
    ...(command === undefined ? {} : { command }),
  };
}
