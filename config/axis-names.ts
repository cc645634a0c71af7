import { clusterSchema } from "./cluster-schema";
import type { Finding, Path } from "./fault";
import { formatPath } from "./fault";
import { nearest } from "./nearest";
import { pathsIn, schemasAt, takesScalar } from "./schema-walk";
import { isMapping } from "./view";
import { show } from "./wording";

const SHORT: Readonly<Record<string, Path>> = {
  mesos: ["mesos", "version"],
  zookeeper: ["zookeeper", "version"],
  marathon: ["marathon", "version"],
  mesosDns: ["mesosDns", "version"],
  loadBalancer: ["loadBalancer", "version"],
};

/** What makes a cluster another cluster, not a cell of the same matrix. */
const FIXED = ["name", "target"];

/**
 * The fields of `cluster` that an axis sets, or why it sets none. A name is short (`mesos`), a field's path
 * (`agents[0].version`), or a path through all groups of agents (`agents.*.version`).
 */
export function axisTargets(name: string, cluster: unknown): readonly Path[] | Finding {
  if (Object.hasOwn(SHORT, name)) return [SHORT[name] ?? []];
  const parts = name.replace(/\[(\d{1,4}|\*)\]/g, ".$1").split(".");
  const path = parts.map((part) => (part === "*" ? 0 : /^\d{1,4}$/.test(part) ? Number(part) : part));
  const head = parts[0] ?? "";
  if (FIXED.includes(head)) {
    return {
      message: `${show(name)} is the same for all cells of a matrix`,
      cure: "write it under cluster:",
    };
  }
  if (head === "agents" && typeof path[1] === "string") {
    return {
      message: `${show(name)} does not say which group of agents it means`,
      cure: `write agents.*.${path[1]} for all groups or agents[0].${path[1]} for the first`,
    };
  }
  if (!schemasAt(clusterSchema, path).some(takesScalar)) return unknownAxis(name);
  if (head !== "agents") return [path];

  const groups = groupCount(cluster);
  if (parts[1] === "*") return Array.from({ length: groups }, (_, i) => ["agents", i, ...path.slice(2)]);
  if (Number(path[1]) < groups) return [path];
  return {
    message: `${show(name)} means a group of agents that the cluster has not: it has ${groups}, counted from 0`,
    cure: `write agents[${groups - 1}] here, or add the group under cluster: agents:`,
  };
}

/**
 * `cluster` with `value` at `path`: parts that are not there are made, a short form (`mesos: 1.11.0`) is written out,
 * and what is of the wrong type stays, for the schema to find.
 */
export function withValue(cluster: unknown, path: Path, value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  const there = cluster ?? (typeof head === "number" ? [{}] : {});
  if (typeof head === "number") {
    if (!Array.isArray(there)) return there;
    return there.map((item: unknown, i) => (i === head ? withValue(item, rest, value) : item));
  }
  if (!isMapping(there)) return there;
  const child = there[head];
  const written = rest.length > 0 && isShort(head, child) ? { version: child } : child;
  return { ...there, [head]: withValue(written, rest, value) };
}

/** Where a path of a cluster that `withValue` made stands in the cluster as it was written. */
export function writtenPath(cluster: unknown, path: Path): Path {
  const [head, second] = path;
  return second === "version" && isMapping(cluster) && isShort(head, cluster[String(head)])
    ? path.slice(0, 1)
    : path;
}

function isShort(key: string | number | undefined, value: unknown): boolean {
  const hasShortForm = key !== undefined && Object.hasOwn(SHORT, key);
  return hasShortForm && (typeof value === "string" || typeof value === "number");
}

function groupCount(cluster: unknown): number {
  return isMapping(cluster) && Array.isArray(cluster.agents) ? cluster.agents.length : 1;
}

function unknownAxis(name: string): Finding {
  const fields = pathsIn(clusterSchema)
    .filter((path) => !FIXED.includes(String(path[0])) && schemasAt(clusterSchema, path).some(takesScalar))
    .map(formatPath);
  const candidates = [...Object.keys(SHORT), ...fields, ...fields.map((field) => field.replace("[0]", ".*"))];
  const near = nearest(name, candidates);
  return {
    message: `${show(name)} is no axis: an axis is a field of the cluster`,
    cure:
      near === undefined
        ? "write mesos, zookeeper, marathon, timings, or a path such as agents[0].version or masters.image"
        : `did you mean ${near}?`,
  };
}
