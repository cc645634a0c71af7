import type { CellEvent, CellResult, PhaseSpan } from "../report/run-report";
import type { Phase } from "../worker/protocol";

/** Milliseconds since 1970 by a clock that never jumps. */
export type Clock = () => number;

export const steadyClock: Clock = () => performance.timeOrigin + performance.now();

/** `2026-01-31T12:00:00.000Z`. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Events that a cell's report holds at most; the first half and the last half of more. */
const mostEvents = 200;

/** Measures a cell's life from what its worker says: phases and news, each with its time. */
export class CellRecord {
  readonly #spans: { phase: Phase; from: number; to: number }[];
  readonly #events: CellEvent[] = [];
  readonly #started: number;

  constructor(readonly clock: Clock) {
    this.#started = clock();
    // The start of the worker's process counts as creation, so that the phases add up to the whole.
    this.#spans = [{ phase: "create", from: this.#started, to: this.#started }];
  }

  /** News of the worker; the first of a phase begins it and ends the one before. */
  progress(phase: Phase, text: string): void {
    const now = this.clock();
    if (this.#spans.at(-1)?.phase !== phase) {
      this.#close(now);
      this.#spans.push({ phase, from: now, to: now });
    }
    // What the test prints is kept in its log.
    if (text !== "" && phase !== "test") this.#note({ at: isoTime(now), source: phase, text });
  }

  /** Ends the last phase and says how long everything took. */
  end(): Pick<CellResult, "started" | "seconds" | "phases" | "events"> {
    const now = this.clock();
    this.#close(now);
    return {
      started: isoTime(this.#started),
      seconds: secondsBetween(this.#started, now),
      phases: this.#spans.map(({ phase, from, to }): PhaseSpan => ({
        phase,
        started: isoTime(from),
        seconds: secondsBetween(from, to),
      })),
      events: [...this.#events],
    };
  }

  #close(now: number): void {
    const last = this.#spans.at(-1);
    if (last !== undefined) last.to = now;
  }

  #note(event: CellEvent): void {
    this.#events.push(event);
    if (this.#events.length > mostEvents) this.#events.splice(mostEvents / 2, 1);
  }
}

/** Seconds to the millisecond. */
export function secondsBetween(from: number, to: number): number {
  return Math.round(Math.max(0, to - from)) / 1000;
}
