import { canReplaceApps } from "../../mesos/marathon-wire";
import { json, type HttpReply, type HttpRequest } from "../http/message";
import { isObject, type JsonObject } from "../wire/json";
import { ApiError, asked, bodyOf, deployed, objectOf } from "./api-request";
import { killReply, listTasks } from "./api-tasks";
import { absolute, deleteApps, putApps, restartApp } from "./changes";
import type { App, Step } from "./model";
import { appJson, definitionJson } from "./views";

/** `/v2/apps`. */
export function appsReply(step: Step, request: HttpRequest): HttpReply {
  const { state } = step;
  switch (request.method) {
    case "GET": {
      const embed = request.query.getAll("embed").join();
      const withTasks = /(?:^|\.)(?:tasks|failures)/.test(embed) || embed.includes("apps.tasks");
      const ids = [...state.apps.keys()].filter((id) => isWanted(state.apps.get(id), request));
      return json({ apps: ids.sort().map((id) => appJson(state, id, withTasks)) });
    }
    case "POST": {
      const body = objectOf(request);
      const id = idOf(body);
      if (state.apps.has(id)) {
        throw new ApiError(409, `An app with id [${id}] already exists.`);
      }
      const deployment = putApps(step, [{ id, body }], asked(request, "force"));
      const reply = deployed(201, appJson(state, id, false), deployment.id);
      return { ...reply, headers: { ...reply.headers, Location: `/v2/apps${id}` } };
    }
    case "PUT":
    case "PATCH": {
      const body = bodyOf(request);
      const apps = Array.isArray(body) ? (body as readonly unknown[]).filter(isObject) : [];
      const sent = apps.map((app) => ({ id: idOf(app), body: app }));
      const deployment = putApps(step, sent, asked(request, "force"));
      return deployed(200, { version: deployment.version, deploymentId: deployment.id }, deployment.id);
    }
    default:
      throw new ApiError(405, "HTTP 405 Method Not Allowed");
  }
}

/** `/v2/apps/<id>` and what is below it. */
export function appReply(step: Step, request: HttpRequest, rest: string): HttpReply {
  const [, written = "", part, detail] =
    /^(\/.+?)(?:\/(tasks|versions|restart)(?:\/([^/]+))?)?$/.exec(rest) ?? [];
  const id = absolute(written);
  const { state } = step;
  const app = state.apps.get(id);
  if (part === undefined && (request.method === "PUT" || request.method === "PATCH")) {
    return put(step, request, id);
  }
  if (app === undefined) throw new ApiError(404, `App '${id}' does not exist`);
  switch (`${request.method} ${part ?? ""}`) {
    case "GET ":
      return json({ app: appJson(state, id, true) });
    case "DELETE ": {
      const { version, id: deploymentId } = deleteApps(step, [id], asked(request, "force"));
      return deployed(200, { version, deploymentId }, deploymentId);
    }
    case "POST restart": {
      const { version, id: deploymentId } = restartApp(step, app, asked(request, "force"));
      return deployed(200, { version, deploymentId }, deploymentId);
    }
    case "GET tasks":
      return listTasks(step, request, id);
    case "DELETE tasks":
      return killReply(step, request, app, detail);
    case "GET versions":
      return versions(step, app, detail);
    default:
      throw new ApiError(405, "HTTP 405 Method Not Allowed");
  }
}

function put(step: Step, request: HttpRequest, id: string): HttpReply {
  const { state } = step;
  const body = objectOf(request);
  const rollback = typeof body.version === "string" ? body.version : undefined;
  const old = state.apps.get(id)?.versions.find(({ version }) => version === rollback);
  const created = !state.apps.has(id);
  const replaces =
    old !== undefined ||
    (request.query.get("partialUpdate") === "false" && canReplaceApps(state.config.version));
  const wanted: JsonObject = old === undefined ? body : old.given;
  const { version, id: deploymentId } = putApps(
    step,
    [{ id, body: wanted, replaces }],
    asked(request, "force"),
  );
  const reply = deployed(created ? 201 : 200, { version, deploymentId }, deploymentId);
  return created ? { ...reply, headers: { ...reply.headers, Location: `/v2/apps${id}` } } : reply;
}

function versions(step: Step, app: App, version: string | undefined): HttpReply {
  if (version === undefined) {
    return json({ versions: app.versions.map((one) => one.version).reverse() });
  }
  const found = app.versions.find((one) => one.version === version);
  if (found !== undefined) return json(definitionJson(step.state.config, found));
  throw new ApiError(404, `App '${app.definition.id}' does not exist in version ${version}`);
}

function idOf(body: JsonObject): string {
  if (typeof body.id === "string") return absolute(body.id);
  throw new ApiError(400, "Invalid JSON: /id is missing");
}

function isWanted(app: App | undefined, { query }: HttpRequest): boolean {
  if (app === undefined) return false;
  const { id, cmd, labels } = app.definition;
  const label = query.get("label");
  return (
    id.includes(query.get("id") ?? "") &&
    (cmd ?? "").includes(query.get("cmd") ?? "") &&
    (label === null || label.split(",").every((one) => hasLabel(labels, one)))
  );
}

/** `name` or `name==value`. */
function hasLabel(labels: Readonly<Record<string, string>>, selector: string): boolean {
  const [name = "", value] = selector.split("==");
  return Object.hasOwn(labels, name) && (value === undefined || labels[name] === value);
}
