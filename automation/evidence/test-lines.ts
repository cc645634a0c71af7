import type { LogLine } from "./evidence";

/** Lines that are kept of the beginning and of the end of what a test says. */
const first = 50;
const last = 200;

/** Notes when a test said what, in bounded memory. */
export class TestLines {
  readonly #head: LogLine[] = [];
  readonly #tail: LogLine[] = [];

  add(text: string): void {
    const line = { at: new Date().toISOString(), text };
    if (this.#head.length < first) {
      this.#head.push(line);
      return;
    }
    this.#tail.push(line);
    if (this.#tail.length > last) this.#tail.shift();
  }

  lines(): LogLine[] {
    return [...this.#head, ...this.#tail];
  }
}
