import type { JsonValue } from "../../config/spec";
import type { AppPlan } from "../../plan/types";
import { waitFor } from "../../readiness/wait";
import type { Answer, MarathonClient } from "./client";
import { appDefinitions, appIds, holds } from "./definition";
import { stateOf, Steadiness, type AppState } from "./health";

/** An app that Marathon does not take, or that does not get healthy in time; the message is the user's. */
export class AppError extends Error {
  override readonly name = "AppError";
}

/** What the applied app needs of a client; the tests have one without Marathon. */
export type AppClient = Pick<MarathonClient, "ask">;

const pauseMilliseconds = 300;
/** For an answer at all: a leader may just be elected. */
const answerSeconds = 60;

/** Gives an app or a group to Marathon, and waits until all of its instances are healthy. */
export async function applyApp(client: AppClient, app: AppPlan, say: (line: string) => void): Promise<void> {
  const path =
    app.kind === "group"
      ? `/v2/groups${app.id}?force=true`
      : // From 1.4 on a PUT adds to what is there unless it is told not to; before it always does.
        `/v2/apps${app.id}?force=true&partialUpdate=false`;
  const answer = await answered(client, "PUT", path, app.definition, app);
  if (answer.status >= 300) throw new AppError(`Marathon refuses ${app.id}: ${refusal(answer)}`);
  await healthy(client, app, say);
}

/**
 * Looks at an app or a group that was given to Marathon earlier: where somebody changed or removed it since, it is given
 * again; in any case its instances are waited for.
 */
export async function keepApp(client: AppClient, app: AppPlan, say: (line: string) => void): Promise<void> {
  for (const [id, definition] of appDefinitions(app.definition)) {
    const { status, body } = await answered(client, "GET", `/v2/apps${id}`, undefined, app);
    const shown = status === 200 ? (body as { app?: JsonValue }).app : undefined;
    if (shown !== undefined && holds(shown, definition)) continue;
    say(`${id} is ${shown === undefined ? "gone from Marathon" : "not as it was given to Marathon"}`);
    return applyApp(client, app, say);
  }
  return healthy(client, app, say);
}

/** Waits until all instances of an app or a group are healthy. */
async function healthy(client: AppClient, app: AppPlan, say: (line: string) => void): Promise<void> {
  let progress = "";
  const ids = appIds(app.definition);
  const steadiness = new Steadiness();
  const waited = await waitFor(
    async () => {
      const states = await Promise.all(ids.map((id) => lookAt(client, id)));
      const now = performance.now();
      const lagging = states.filter((state, i) => !steadiness.isSteady(ids[i] ?? "", state, now));
      const line = lagging.map(({ text }) => text).join("; ");
      if (line !== progress && lagging.some(({ healthy }) => !healthy)) say((progress = line));
      return { state: lagging.length === 0 ? "ready" : "waiting", value: line };
    },
    { timeoutSeconds: app.timeoutSeconds, pauseMilliseconds },
  );
  if (waited.ended === "ready") {
    say(`${app.id} is healthy`);
    return;
  }
  throw new AppError(
    `${app.id} is not healthy after ${waited.seconds.toFixed(1)} s (deadline ${app.timeoutSeconds} s: appsTimeout): ${waited.value}`,
  );
}

/** Takes an app or a group away; its tasks are gone when this ends. One that is gone is fine. */
export async function deleteApp(client: AppClient, app: AppPlan, say: (line: string) => void): Promise<void> {
  const what = app.kind === "group" ? "groups" : "apps";
  const answer = await answered(client, "DELETE", `/v2/${what}${app.id}?force=true`, undefined, app);
  if (answer.status === 404) return;
  if (answer.status >= 300) throw new AppError(`Marathon does not remove ${app.id}: ${refusal(answer)}`);
  const { deploymentId } = answer.body as { deploymentId?: string };
  const waited = await waitFor(
    async () => {
      const { body } = await client.ask("GET", "/v2/deployments");
      const left = Array.isArray(body) && body.some((one: { id?: string }) => one.id === deploymentId);
      return { state: left ? "waiting" : "ready", value: undefined };
    },
    { timeoutSeconds: app.timeoutSeconds, pauseMilliseconds },
  );
  if (waited.ended !== "ready")
    throw new AppError(
      `${app.id} still runs ${waited.seconds.toFixed(1)} s after Marathon was told to remove it`,
    );
  say(`${app.id} is removed`);
}

/** Marathon answers 5xx, or not at all, while another one is elected. */
async function answered(
  client: AppClient,
  method: string,
  path: string,
  body: unknown,
  app: AppPlan,
): Promise<Answer> {
  const waited = await waitFor<Answer | string>(
    async () => {
      try {
        const answer = await client.ask(method, path, body);
        return { state: answer.status >= 500 ? "waiting" : "ready", value: answer };
      } catch (error) {
        return { state: "waiting", value: error instanceof Error ? error.message : String(error) };
      }
    },
    { timeoutSeconds: answerSeconds, pauseMilliseconds },
  );
  const { value } = waited;
  if (waited.ended === "ready" && typeof value !== "string") return value;
  const why = typeof value === "string" ? value : refusal(value);
  throw new AppError(`${method} of ${app.id} got no answer for ${answerSeconds} s: ${why}`);
}

async function lookAt(client: AppClient, id: string): Promise<AppState> {
  const unseen = { healthy: false, tasks: undefined };
  try {
    const { status, body } = await client.ask("GET", `/v2/apps${id}`);
    if (status !== 200) return { ...unseen, text: `${id}: Marathon answers ${status}` };
    return stateOf(id, (body as { app: Parameters<typeof stateOf>[1] }).app);
  } catch (error) {
    return { ...unseen, text: `${id}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Marathon's message, and what it says of single fields. */
function refusal({ status, body }: Answer): string {
  if (typeof body !== "object" || body === null) return `${status} ${String(body)}`.trim();
  const { message, details } = body as {
    message?: string;
    details?: readonly { path?: string; errors?: readonly string[] }[];
  };
  const fields = (details ?? []).map(({ path, errors }) => `${path ?? ""} ${(errors ?? []).join(", ")}`);
  return [`${status} ${message ?? ""}`.trim(), ...fields].join("; ");
}
