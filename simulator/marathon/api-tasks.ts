import { json, type HttpReply, type HttpRequest } from "../http/message";
import { ApiError, asked, deployed, objectOf } from "./api-request";
import { scaleBy } from "./changes";
import { tasksOf, type App, type Step, type Task } from "./model";
import { kill } from "./scaling";
import { endpointsText, taskJson } from "./views";

/** `/v2/tasks`: all tasks, as JSON or tab-separated text, and the end of some of them. */
export function tasksReply(step: Step, request: HttpRequest, rest: string): HttpReply {
  const { state } = step;
  if (rest === "/delete" && request.method === "POST") {
    const { ids } = objectOf(request);
    const wanted = Array.isArray(ids) ? ids.map(String) : [];
    const tasks = wanted.flatMap((id) => state.tasks.get(id) ?? []);
    return end(step, request, tasks);
  }
  if (rest !== "" || request.method !== "GET") throw new ApiError(405, "HTTP 405 Method Not Allowed");
  if (wantsText(request)) {
    return { status: 200, headers: { "Content-Type": "text/plain" }, body: endpointsText(state) };
  }
  const status = request.query.getAll("status").concat(request.query.getAll("status[]"));
  const states = status.map((one) => (one === "staging" ? "TASK_STAGING" : "TASK_RUNNING"));
  const tasks = [...state.tasks.values()].filter(
    (task) => states.length === 0 || states.some((one) => one === task.state),
  );
  return json({ tasks: tasks.map((task) => taskJson(state, task)) });
}

/** `/v2/apps/<id>/tasks`. */
export function listTasks(step: Step, request: HttpRequest, id: string): HttpReply {
  if (wantsText(request)) {
    const only = { ...step.state, apps: new Map([...step.state.apps].filter(([app]) => app === id)) };
    return { status: 200, headers: { "Content-Type": "text/plain" }, body: endpointsText(only) };
  }
  return json({ tasks: tasksOf(step.state, id).map((task) => taskJson(step.state, task)) });
}

/** Kills tasks of an app, one or all, or those on a host. */
export function killReply(step: Step, request: HttpRequest, app: App, taskId: string | undefined): HttpReply {
  const host = request.query.get("host");
  const all = tasksOf(step.state, app.definition.id).filter((task) => host === null || task.host === host);
  if (taskId === undefined) return end(step, request, all);
  const task = all.find(({ id }) => id === taskId);
  if (task === undefined) throw new ApiError(404, `Task '${taskId}' does not exist`);
  const reply = end(step, request, [task]);
  return asked(request, "scale") ? reply : json({ task: taskJson(step.state, task) });
}

function end(step: Step, request: HttpRequest, tasks: readonly Task[]): HttpReply {
  const { state } = step;
  for (const task of tasks) kill(step, task);
  if (!asked(request, "scale")) return json({ tasks: tasks.map((task) => taskJson(state, task)) });
  const counts = new Map<string, number>();
  for (const { appId } of tasks) counts.set(appId, (counts.get(appId) ?? 0) + 1);
  const deployments = [...counts].flatMap(([id, count]) => {
    const app = state.apps.get(id);
    return app === undefined ? [] : [scaleBy(step, app, -count, asked(request, "force"))];
  });
  const last = deployments.at(-1);
  if (last === undefined) return json({ tasks: [] });
  return deployed(200, { version: last.version, deploymentId: last.id }, last.id);
}

/** JSON is what a client gets that takes anything. */
function wantsText({ headers }: HttpRequest): boolean {
  const [first = ""] = (headers.accept ?? "").split(",");
  return /^text\/plain\b/.test(first.trim());
}
