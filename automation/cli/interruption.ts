/**
 * Ctrl-C and SIGTERM. The first one aborts `signal`: stop, clean up, report. The second one aborts `giveUp`: end at
 * once and say what is left.
 */
export class Interruption {
  readonly #first = new AbortController();
  readonly #second = new AbortController();
  readonly signal: AbortSignal = this.#first.signal;
  readonly giveUp: AbortSignal = this.#second.signal;
  readonly #onSignal = (): void => {
    if (!this.signal.aborted) {
      process.stderr.write("\ninterrupted: removing what runs (once more: leave it and stop now)\n");
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
