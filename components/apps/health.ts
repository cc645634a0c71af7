/** An app as Marathon shows it, as far as its health goes. */
export interface ShownApp {
  readonly instances?: number;
  readonly tasksRunning?: number;
  readonly tasksHealthy?: number;
  readonly tasksUnhealthy?: number;
  readonly healthChecks?: readonly unknown[];
  readonly deployments?: readonly unknown[];
  readonly tasks?: readonly { readonly id?: string }[];
  readonly lastTaskFailure?: { readonly message?: string; readonly state?: string } | null;
}

/** What was seen of one app. */
export interface AppState {
  readonly healthy: boolean;
  readonly text: string;
  /** Ids of its tasks, where nothing but their age says that they are well. */
  readonly tasks: string | undefined;
}

/** Milliseconds for which tasks without health checks must stay up: a program that fails at once runs for a moment too. */
const steadyFor = 1500;

/** Whether an app is well, looked at again and again. */
export class Steadiness {
  readonly #since = new Map<string, { readonly tasks: string; readonly at: number }>();

  /** @param now milliseconds of a clock that never jumps */
  isSteady(id: string, { healthy, tasks }: AppState, now: number): boolean {
    if (!healthy) this.#since.delete(id);
    if (!healthy || tasks === undefined || tasks === "") return healthy;
    const before = this.#since.get(id);
    if (before?.tasks === tasks) return now - before.at >= steadyFor;
    this.#since.set(id, { tasks, at: now });
    return false;
  }
}

/** Whether all instances of an app run, and pass its health checks, and what it lacks, in words. */
export function stateOf(id: string, app: ShownApp): AppState {
  const { instances = 0, tasksRunning = 0, tasksHealthy = 0, deployments = [], healthChecks = [] } = app;
  const good = healthChecks.length === 0 ? tasksRunning : tasksHealthy;
  const word = healthChecks.length === 0 ? "run" : "are healthy";
  const failure = app.lastTaskFailure;
  const last =
    failure === undefined || failure === null
      ? ""
      : `, the last failure: ${failure.state ?? ""} ${failure.message ?? ""}`.trimEnd();
  const text = `${id}: ${good} of ${instances} instances ${word}${last}`;
  const healthy = good === instances && tasksRunning === instances && deployments.length === 0;
  const tasks = (app.tasks ?? []).map((task) => task.id ?? "").sort();
  return { healthy, text, tasks: healthChecks.length === 0 ? tasks.join() : undefined };
}
