import { request } from "node:http";
import { request as requestTls } from "node:https";
import { connect } from "node:net";
import type { HealthCheck } from "./definition";
import type { HealthEvent } from "./health-result";
import type { MarathonState, Task } from "./model";

/** The first look at a task comes sooner than its interval: most are up at once. */
const FIRST_MS = 500;

/** Looks at running tasks as their apps' health checks say. */
export class HealthChecker {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly found: (event: HealthEvent) => void) {}

  /** Begins with tasks that run now, and ends with those that are gone. */
  sync(state: MarathonState): void {
    const wanted = new Set<string>();
    for (const task of state.tasks.values()) {
      const checks = state.apps.get(task.appId)?.definition.healthChecks ?? [];
      if (task.state !== "TASK_RUNNING") continue;
      for (const [index, check] of checks.entries()) {
        const key = `${index} ${task.id}`;
        wanted.add(key);
        if (!this.timers.has(key)) {
          const first = Math.min(FIRST_MS, check.intervalSeconds * 1000);
          this.schedule(key, task, index, check, first);
        }
      }
    }
    for (const [key, timer] of this.timers) {
      if (wanted.has(key)) continue;
      clearTimeout(timer);
      this.timers.delete(key);
    }
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private schedule(key: string, task: Task, index: number, check: HealthCheck, ms: number): void {
    const look = async (): Promise<void> => {
      const cause = await probe(task, check);
      if (!this.timers.has(key)) return;
      this.schedule(key, task, index, check, Math.max(check.intervalSeconds * 1000, 100));
      this.found({ taskId: task.id, index, alive: cause === undefined, cause });
    };
    this.timers.set(
      key,
      setTimeout(() => void look(), ms),
    );
  }
}

/** Why a task is not healthy; undefined where it is. */
function probe(task: Task, check: HealthCheck): Promise<string | undefined> {
  const port = check.port ?? task.ports[check.portIndex];
  if (port === undefined) return Promise.resolve(`the task has no port of index ${check.portIndex}`);
  const timeout = check.timeoutSeconds * 1000;
  return check.protocol === "TCP"
    ? probeTcp(task.host, port, timeout)
    : probeHttp(check.protocol, task.host, port, check.path, timeout);
}

function probeTcp(host: string, port: number, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const end = (cause: string | undefined): void => {
      socket.destroy();
      resolve(cause);
    };
    socket.on("connect", () => end(undefined));
    socket.on("timeout", () => end("no answer in time"));
    socket.on("error", (error) => end(error.message));
  });
}

function probeHttp(
  protocol: string,
  host: string,
  port: number,
  path: string,
  timeout: number,
): Promise<string | undefined> {
  const ask = protocol === "HTTPS" ? requestTls : request;
  return new Promise((resolve) => {
    const outgoing = ask({ host, port, path, timeout, agent: false, rejectUnauthorized: false });
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
    outgoing.on("error", (error) => resolve(error.message));
    outgoing.on("response", (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode >= 200 && statusCode < 400 ? undefined : `HTTP status ${statusCode}`);
    });
    outgoing.end();
  });
}
