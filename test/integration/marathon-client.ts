import assert from "node:assert/strict";
import { read, until, type Program } from "./simulator-harness";

/** A task as `/v2/tasks` shows it. */
export interface MarathonTask {
  readonly id: string;
  readonly appId: string;
  readonly host: string;
  readonly ports: readonly number[];
  readonly state?: string;
  readonly startedAt: string | null;
}

/** A request to a Marathon's API; fails on another status than asked for. */
export async function api(
  marathon: Program,
  method: string,
  path: string,
  body?: unknown,
  status = 200,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${marathon.port}${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  assert.equal(response.status, status, `${method} ${path}: ${text}`);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

/** The app's running tasks, once there are this many and no deployment is left. */
export function settled(marathon: Program, app: string, count: number): Promise<readonly MarathonTask[]> {
  return until(
    `${count} running tasks of ${app} and no deployment`,
    async () => {
      const found = (await read(marathon, `/v2/apps${app}`)) as
        { app: { tasksRunning: number; deployments: unknown[]; tasks: MarathonTask[] } } | undefined;
      if (found?.app.tasksRunning !== count || found.app.deployments.length > 0) return undefined;
      return found.app.tasks.length === count ? found.app.tasks : undefined;
    },
    60,
  );
}

/** Waits until a Marathon leads and is registered with the masters; answers the framework's id. */
export function leading(marathons: readonly Program[]): Promise<{ marathon: Program; frameworkId: string }> {
  return until(
    "one Marathon leads with a framework id",
    async () => {
      for (const marathon of marathons) {
        const info = (await read(marathon, "/v2/info")) as
          { leader: string | null; frameworkId: string | null } | undefined;
        if (info?.frameworkId == null) continue;
        const leader = marathons.find(({ port }) => info.leader === `127.0.0.1:${port}`);
        if (leader !== undefined) return { marathon: leader, frameworkId: info.frameworkId };
      }
      return undefined;
    },
    60,
  );
}
