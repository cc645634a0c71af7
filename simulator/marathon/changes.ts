import { isObject, type Json, type JsonObject } from "../wire/json";
import { InvalidApp, readApp, restarted, type AppDefinition } from "./definition";
import { cancelDeployments, deploy, locksOf, type DeploymentAction } from "./deployments";
import type { App, Deployment, Step } from "./model";

/** An app that another deployment holds. */
export class Locked extends Error {
  constructor(readonly deployments: readonly Deployment[]) {
    super(
      "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
    );
  }
}

/** An id of a part of an app or a group. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/state/PathId.scala. */
const ID_PART = /^(?:(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/;

interface Action {
  readonly action: DeploymentAction;
  readonly app: string;
}

/** `web` at the root, or below a group: `/web`, `/shop/web`. Throws {@link InvalidApp} on what is no id. */
export function absolute(id: string, parent = "/"): string {
  const joined = (id.startsWith("/") ? id : `${parent === "/" ? "" : parent}/${id}`).replace(/\/+$/, "");
  const parts = joined.split("/").slice(1);
  if (joined === "") return "/";
  if (parts.length > 0 && parts.every((part) => ID_PART.test(part))) return joined;
  throw new InvalidApp([
    {
      path: "/id",
      errors: ["must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\\.)*...$'"],
    },
  ]);
}

/** Creates or changes apps in one deployment; all of them, or none where one is wrong. */
export function putApps(
  step: Step,
  sent: readonly { readonly id: string; readonly body: JsonObject; readonly replaces?: boolean }[],
  force: boolean,
): Deployment {
  unlock(
    step,
    sent.map(({ id }) => id),
    force,
  );
  const version = newVersion(step);
  const taken = new Set<number>();
  const definitions = sent.map(({ id, body, replaces = false }) => {
    const before = step.state.apps.get(id)?.definition;
    const definition = readApp(id, body, before, version, replaces, () => servicePort(step, taken));
    return { before, definition };
  });
  const actions = definitions.map(({ before, definition }): Action => {
    keep(step, definition);
    const app = definition.id;
    if (before === undefined) return { action: "StartApplication", app };
    return {
      action: before.configVersion === definition.configVersion ? "ScaleApplication" : "RestartApplication",
      app,
    };
  });
  return deploy(step, actions, version);
}

/** Removes apps; their tasks are killed. */
export function deleteApps(step: Step, ids: readonly string[], force: boolean): Deployment {
  unlock(step, ids, force);
  for (const id of ids) {
    step.state.apps.delete(id);
    step.saveApp(id);
  }
  return deploy(
    step,
    ids.map((app): Action => ({ action: "StopApplication", app })),
    newVersion(step),
  );
}

/** Starts every task of an app anew. */
export function restartApp(step: Step, app: App, force: boolean): Deployment {
  const { id } = app.definition;
  unlock(step, [id], force);
  const version = newVersion(step);
  keep(step, restarted(app.definition, version));
  return deploy(step, [{ action: "RestartApplication", app: id }], version);
}

/** Sets the number of an app's instances by as much as killed tasks are not to come back. */
export function scaleBy(step: Step, app: App, by: number, force: boolean): Deployment {
  const instances = Math.max(0, app.definition.instances + by);
  return putApps(step, [{ id: app.definition.id, body: { instances } }], force);
}

/** A group as a client sends it, as the apps and groups in it. Throws {@link InvalidApp}. */
export function flattenGroup(
  body: JsonObject,
  parent: string,
): { apps: { id: string; body: JsonObject }[]; groups: string[] } {
  const id = absolute(typeof body.id === "string" ? body.id : parent, parent);
  const list = (value: Json | undefined): JsonObject[] =>
    Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
  const apps = list(body.apps).map((app) => ({
    id: absolute(typeof app.id === "string" ? app.id : "", id),
    body: app,
  }));
  const inner = list(body.groups).map((group) => flattenGroup(group, id));
  return {
    apps: [...apps, ...inner.flatMap((group) => group.apps)],
    groups: [...(id === "/" ? [] : [id]), ...inner.flatMap((group) => group.groups)],
  };
}

/** Makes a group what is sent: apps that are in it no longer are removed. */
export function putGroup(step: Step, body: JsonObject, id: string, force: boolean): Deployment {
  const { apps, groups } = flattenGroup({ ...body, id }, "/");
  const prefix = id === "/" ? "/" : `${id}/`;
  const wanted = new Set(apps.map((app) => app.id));
  const gone = [...step.state.apps.keys()].filter((app) => app.startsWith(prefix) && !wanted.has(app));
  unlock(step, [...wanted, ...gone], force);
  for (const group of groups) keepGroup(step, group);
  for (const group of [...step.state.groups]) {
    if (group.startsWith(prefix) && !groups.includes(group)) forgetGroup(step, group);
  }
  const put = putApps(step, apps, true);
  if (gone.length === 0) return put;
  for (const app of gone) {
    step.state.apps.delete(app);
    step.saveApp(app);
  }
  cancelDeployments(step, [put]);
  const stops = gone.map((app): Action => ({ action: "StopApplication", app }));
  return deploy(step, [...(put.actions as readonly Action[]), ...stops], put.version);
}

/** Removes a group with all that is in it. */
export function deleteGroup(step: Step, id: string, force: boolean): Deployment {
  const prefix = id === "/" ? "/" : `${id}/`;
  for (const group of [...step.state.groups]) {
    if (group === id || group.startsWith(prefix)) forgetGroup(step, group);
  }
  return deleteApps(
    step,
    [...step.state.apps.keys()].filter((app) => app.startsWith(prefix)),
    force,
  );
}

function keepGroup(step: Step, id: string): void {
  step.state.groups.add(id);
  step.effects.push({ kind: "save", key: `group:${id}`, value: {} });
}

function forgetGroup(step: Step, id: string): void {
  step.state.groups.delete(id);
  step.effects.push({ kind: "save", key: `group:${id}`, value: undefined });
}

function unlock(step: Step, ids: readonly string[], force: boolean): void {
  const locks = locksOf(step.state, ids);
  if (locks.length === 0) return;
  if (!force) throw new Locked(locks);
  cancelDeployments(step, locks);
}

/** Versions that Marathon keeps of an app. */
const MOST_VERSIONS = 50;

function keep(step: Step, definition: AppDefinition): void {
  const before = step.state.apps.get(definition.id);
  step.state.apps.set(definition.id, {
    definition,
    versions: [...(before?.versions ?? []), definition].slice(-MOST_VERSIONS),
    delay: undefined,
    lastFailure: before?.lastFailure,
  });
  step.saveApp(definition.id);
}

/** Two changes in one millisecond are two versions. */
function newVersion(step: Step): string {
  const last = [...step.state.apps.values()].map(({ definition }) => Date.parse(definition.version));
  return new Date(Math.max(step.now, ...last.map((time) => time + 1))).toISOString();
}

/** The first port of the range that no app has. */
function servicePort(step: Step, taken: Set<number>): number {
  const { firstServicePort, lastServicePort } = step.state.config;
  const used = new Set(
    [...step.state.apps.values()].flatMap(({ definition }) => definition.ports.map(({ port }) => port)),
  );
  for (let port = firstServicePort; port <= lastServicePort; port++) {
    if (used.has(port) || taken.has(port)) continue;
    taken.add(port);
    return port;
  }
  throw new InvalidApp([{ path: "/portDefinitions", errors: ["no service port is left"] }]);
}
