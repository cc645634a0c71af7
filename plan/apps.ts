import { absoluteId, isGroup, type AppToken } from "../config/apps";
import type { AppSpec, ClusterSpec, JsonObject, JsonValue } from "../config/spec";
import type { AppPlan, ClusterPlan, ContainerPlan } from "./types";

/** Apps with their tokens resolved. */
export function appPlans(
  spec: Pick<ClusterSpec, "apps" | "appsTimeout">,
  tokens: Readonly<Record<AppToken, string>>,
): AppPlan[] {
  return spec.apps.map((app): AppPlan => {
    const definition = resolved(definitionOf(app), tokens) as JsonObject;
    const id = absoluteId(typeof definition.id === "string" ? definition.id : "/");
    return {
      key: `app${id.replaceAll("/", "-")}`,
      id,
      kind: isGroup(definition) ? "group" : "app",
      definition: { ...definition, id },
      timeoutSeconds: spec.appsTimeout,
    };
  });
}

/** What an app may ask for of the cluster that it runs on; addresses are those of the cluster's network. */
export function appTokens(
  plan: Pick<ClusterPlan, "cluster" | "containers">,
  known: { readonly zk: string; readonly version: string; readonly hostIp: string },
): Record<AppToken, string> {
  const of = (role: ContainerPlan["role"]): ContainerPlan[] =>
    plan.containers.filter((container) => container.role === role);
  const at = ({ address, listen }: ContainerPlan, i = 0): string => `${address}:${listen[i] ?? 0}`;
  const url = (container: ContainerPlan | undefined): string =>
    container === undefined ? "" : `http://${at(container)}`;
  const [dns] = of("mesos-dns");
  const [balancer] = of("load-balancer");
  return {
    MESOS_MATRIX_ZK: known.zk,
    MESOS_MATRIX_MASTERS: of("master")
      .map((master) => at(master))
      .join(),
    MESOS_MATRIX_MESOS_VERSION: known.version,
    MESOS_MATRIX_MARATHON: url(of("marathon")[0]),
    MESOS_MATRIX_DNS: dns === undefined ? "" : at(dns, 1),
    MESOS_MATRIX_LB: balancer === undefined ? "" : at(balancer, 1),
    MESOS_MATRIX_HOST_IP: known.hostIp,
    MESOS_MATRIX_CLUSTER: plan.cluster,
  };
}

/** Whoever loads a spec reads the files of its apps. */
function definitionOf(app: AppSpec): JsonObject {
  if ("definition" in app) return app.definition;
  throw new Error(`nobody read the app in ${app.file}`);
}

function resolved(value: JsonValue, tokens: Readonly<Record<string, string>>): JsonValue {
  if (typeof value === "string") {
    return value.replaceAll(/\$\{(MESOS_MATRIX_\w+)\}/g, (text, name: string) => tokens[name] ?? text);
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => resolved(item, tokens));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, tokens)]));
}
