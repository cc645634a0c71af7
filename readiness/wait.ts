import { setTimeout as pause } from "node:timers/promises";

/** What one look found: done, hopeless, or what is still missing. */
export interface Look<T> {
  readonly state: "ready" | "waiting" | "hopeless";
  readonly value: T;
}

export interface WaitOptions {
  readonly timeoutSeconds: number;
  readonly pauseMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a wait ended. */
export interface Waited<T> {
  readonly ended: "ready" | "hopeless" | "deadline";
  readonly value: T;
  readonly seconds: number;
}

/** Looks again and again until it is done or hopeless, or the deadline passes. Rejects when the signal aborts. */
export async function waitFor<T>(look: () => Promise<Look<T>>, options: WaitOptions): Promise<Waited<T>> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    const { state, value } = await look();
    if (state !== "waiting") return { ended: state, value, seconds: seconds() };
    if (seconds() >= options.timeoutSeconds) return { ended: "deadline", value, seconds: seconds() };
    await pause(options.pauseMilliseconds, undefined, { signal: options.signal });
  }
}
