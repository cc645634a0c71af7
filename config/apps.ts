import type { Finding, Path } from "./fault";
import { nearest } from "./nearest";
import { isMapping } from "./view";
import { oneOf, show } from "./wording";

/** Tokens that stand in an app for what the cluster has; everything else in `${...}` is the app's own. */
export const APP_TOKENS = [
  "MESOS_MATRIX_ZK",
  "MESOS_MATRIX_MASTERS",
  "MESOS_MATRIX_MESOS_VERSION",
  "MESOS_MATRIX_MARATHON",
  "MESOS_MATRIX_DNS",
  "MESOS_MATRIX_LB",
  "MESOS_MATRIX_HOST_IP",
  "MESOS_MATRIX_CLUSTER",
] as const;

export type AppToken = (typeof APP_TOKENS)[number];

/** What is wrong with one entry of `apps:`, at its place below the entry. */
export interface AppFinding {
  readonly path: (string | number)[];
  readonly at: "key" | "value";
  readonly finding: Finding;
}

/** A part of an app's id; source: mesosphere/marathon src/main/scala/mesosphere/marathon/state/PathId.scala. */
const ID_PART = /^(?:(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/;

/** Looks at one entry of `apps:`: an app, a group of them, or a file that holds either. */
export function appFindings(app: Readonly<Record<string, unknown>>): AppFinding[] {
  if (app.file !== undefined) {
    const beside = Object.keys(app).filter((key) => key !== "file");
    if (beside.length === 0) return [];
    const message = `${show(beside[0])} stands beside file:, which holds the whole app`;
    const cure = "write it in the file, or the app here without file:";
    return [{ path: [beside[0] ?? ""], at: "key", finding: { message, cure } }];
  }
  return [...idFindings(app, []), ...tokenFindings(app, [])];
}

/** Whether an entry is a group: what PUT to /v2/groups rather than to /v2/apps. */
export function isGroup(app: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(app.apps) || Array.isArray(app.groups);
}

/** An app's id from the root: `web` is `/web`. */
export function absoluteId(id: string, parent = "/"): string {
  const joined = id.startsWith("/") ? id : `${parent === "/" ? "" : parent}/${id}`;
  return joined.length > 1 ? joined.replace(/\/+$/, "") : joined;
}

/** Ids that stand twice among all entries, at the place of the second. */
export function twiceFindings(apps: readonly unknown[]): AppFinding[] {
  const seen = new Set<string>();
  return apps.flatMap((app, i) => {
    if (!isMapping(app) || typeof app.id !== "string") return [];
    const id = absoluteId(app.id);
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [valueAt([i, "id"], `two entries of apps have the id ${show(id)}`, "give each an id of its own")];
  });
}

function idFindings(app: Readonly<Record<string, unknown>>, path: Path): AppFinding[] {
  const own = idFinding(app.id, [...path, "id"]);
  const below = ["apps", "groups"].flatMap((key) =>
    (Array.isArray(app[key]) ? app[key] : []).flatMap((child: unknown, i) =>
      isMapping(child) ? idFindings(child, [...path, key, i]) : [],
    ),
  );
  return [...(own === undefined ? [] : [own]), ...below];
}

function idFinding(id: unknown, path: Path): AppFinding | undefined {
  const cure = "write it like /web or /shop/web: words of a-z, 0-9 and hyphens";
  if (id === undefined) return valueAt(path, "an app has no id", `add id: /web`);
  if (typeof id !== "string")
    return valueAt(path, `${show(id)} stands here, but an app's id must be text`, cure);
  const parts = id.replace(/^\//, "").replace(/\/$/, "").split("/");
  return parts.every((part) => ID_PART.test(part)) && id.length <= 256
    ? undefined
    : valueAt(path, `${show(id)} is no id that Marathon takes`, cure);
}

/** A token that looks like one of ours and is none would reach Marathon as it stands. */
function tokenFindings(value: unknown, path: Path): AppFinding[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => tokenFindings(item, [...path, i]));
  if (isMapping(value)) {
    return Object.entries(value).flatMap(([key, item]) => tokenFindings(item, [...path, key]));
  }
  if (typeof value !== "string") return [];
  return [...value.matchAll(/\$\{(MESOS_MATRIX_\w*)\}/g)].flatMap(([, name = ""]) => {
    if ((APP_TOKENS as readonly string[]).includes(name)) return [];
    if (name === "MESOS_MATRIX_MASTER") {
      const message = `${show(`\${${name}}`)} is the leading master, which may be another by the time that the app runs`;
      return [valueAt(path, message, "write ${MESOS_MATRIX_ZK}, or ${MESOS_MATRIX_MASTERS}")];
    }
    const near = nearest(name, APP_TOKENS);
    const cure = near === undefined ? `the tokens are ${oneOf(APP_TOKENS)}` : `did you mean \${${near}}?`;
    return [valueAt(path, `${show(`\${${name}}`)} is no token of an app`, cure)];
  });
}

function valueAt(path: Path, message: string, cure: string): AppFinding {
  return { path: [...path], at: "value", finding: { message, cure } };
}
