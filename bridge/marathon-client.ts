import { type MarathonState, readState } from "./marathon-model";

/** Seconds for one answer. */
const answerTimeout = 5;
/** A stream that says nothing for so long is opened again: a connection may die without a word. */
const quietTimeout = 60;

/** Asks the Marathons of a cluster: the one that answered last, then the others. */
export class MarathonClient {
  #current = 0;

  /** @param urls `http://host:port` of every Marathon */
  constructor(readonly urls: readonly string[]) {}

  /** The Marathon that answered last. */
  get current(): string {
    return this.urls[this.#current] ?? "";
  }

  /** All apps and tasks, from the first Marathon that answers. @throws Error that says why none does */
  async state(): Promise<MarathonState> {
    const failures: string[] = [];
    while (failures.length < this.urls.length) {
      try {
        const [apps, tasks] = await Promise.all([this.#get("/v2/apps"), this.#get("/v2/tasks")]);
        return readState(apps, tasks);
      } catch (error) {
        failures.push(`${this.current}: ${reason(error)}`);
        this.#current = (this.#current + 1) % this.urls.length;
      }
    }
    throw new Error(`no Marathon answers (${failures.join("; ")})`);
  }

  /**
   * Follows the event stream of the Marathon that answered last. Resolves when it ends or says nothing for long;
   * rejects where it cannot be opened or breaks.
   */
  async follow(on: { open: () => void; event: () => void }, signal: AbortSignal): Promise<void> {
    const control = new AbortController();
    let quiet = setTimeout(() => control.abort(), answerTimeout * 1000);
    try {
      const response = await fetch(`${this.current}/v2/events`, {
        headers: { Accept: "text/event-stream" },
        signal: AbortSignal.any([control.signal, signal]),
      });
      if (!response.ok || response.body === null) throw new Error(`/v2/events answers ${response.status}`);
      on.open();
      const heard = (): void => {
        clearTimeout(quiet);
        quiet = setTimeout(() => control.abort(), quietTimeout * 1000);
        on.event();
      };
      await response.body.pipeTo(new WritableStream({ write: heard }));
    } catch (error) {
      if (!control.signal.aborted && !signal.aborted) throw error;
    } finally {
      clearTimeout(quiet);
      control.abort();
    }
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.current}${path}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(answerTimeout * 1000),
    });
    if (!response.ok) throw new Error(`${path} answers ${response.status}`);
    return response.json();
  }
}

/** fetch says only "fetch failed"; the cause stands behind it. */
export function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
