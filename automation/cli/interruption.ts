import { warn } from "./voice";

/**
 * Ctrl-C and SIGTERM. The first one aborts `signal`: stop, clean up, report. The second one aborts `giveUp`: end at
 * once and say what is left.
 */
export class Interruption {
  readonly #first = new AbortController();
  readonly #second = new AbortController();
  readonly signal: AbortSignal = this.#first.signal;
  readonly giveUp: AbortSignal = this.#second.signal;
  /** Tells the user; a view that draws on the terminal puts itself here. */
  say: (text: string) => void = warn;
  readonly #onSignal = (): void => {
    if (!this.signal.aborted) {
      this.say("interrupted: removing what runs (once more: leave it and stop now)");
      this.#first.abort();
    } else this.#second.abort();
  };

  constructor() {
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
  }

  close(): void {
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
  }
}
