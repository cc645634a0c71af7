/** Lines of a test's output that came in within one pause. */
export interface LineBatch {
  /** The newest ones. */
  readonly lines: readonly string[];
  /** How many older ones there were. */
  readonly leftOut: number;
}

const mostLines = 50;

/**
 * Hands lines on at most every `pause` milliseconds, a bounded number of them: a test may print faster than anybody
 * reads, and each message costs time and memory in the runner.
 */
export class PacedLines {
  #lines: string[] = [];
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly pause: number,
    readonly onBatch: (batch: LineBatch) => void,
  ) {}

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > mostLines) {
      this.#lines.shift();
      this.#leftOut++;
    }
    this.#timer ??= setTimeout(() => this.flush(), this.pause);
  }

  /** Hands on what is there, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const batch = { lines: this.#lines, leftOut: this.#leftOut };
    this.#lines = [];
    this.#leftOut = 0;
    this.onBatch(batch);
  }
}
