import { isoTime, secondsBetween, type Clock } from "../cell/record";
import { beginReports, writeData, writeReports } from "./files";
import { unstarted, type CellBasics } from "./cell-basics";
import { runExitCode } from "./judge";
import type { CellResult, RunReport } from "./run-report";

/**
 * A run's results while they come in. Its folder holds a valid `report.json` from the first moment on: cells that
 * have no result yet stand in it as skipped, which they are if the runner is killed now.
 */
export class RunRecord {
  readonly out: string;
  readonly #results = new Map<number, CellResult>();
  readonly #started: number;
  readonly #warnings: string[] = [];
  readonly #left: string[] = [];
  #images: RunReport["images"] = null;

  /** @throws PreconditionError where the reports cannot be written */
  constructor(
    readonly about: {
      readonly run: string;
      readonly matrix: string;
      readonly out: string;
      readonly cells: readonly CellBasics[];
      /** Cells of all shards together. */
      readonly total: number;
    },
    readonly clock: Clock,
  ) {
    this.out = about.out;
    this.#started = clock();
    beginReports(this.#report(), this.out);
  }

  /** The images of all cells are there now; they were begun with when the run started. */
  imagesReady(): void {
    const from = this.#started;
    this.#images = { started: isoTime(from), seconds: secondsBetween(from, this.clock()) };
  }

  add(result: CellResult): void {
    this.#results.set(result.index, result);
    this.#guarded(() => {
      writeData(this.#report(), this.out);
    });
  }

  /** What of the run itself could not be removed, in words: a run that leaves machines has not gone well. */
  leave(things: readonly string[]): void {
    this.#left.push(...things.map((thing) => `could not be removed: ${thing}`));
  }

  /** Writes all reports of a run of which no cell could start. */
  abandon(reason: string, exitCode: number): void {
    for (const cell of this.about.cells) {
      this.#results.set(cell.index, unstarted(cell, { verdict: "skipped", reason, exitCode }));
    }
    this.end();
  }

  /** Writes all reports. One that cannot be written is a warning: the verdicts are not lost for it. */
  end(): RunReport {
    const report = this.#report();
    this.#guarded(() => {
      writeReports(report, this.out);
    });
    if (this.#warnings.length === 0) return report;
    return {
      ...report,
      warnings: [...report.warnings, ...this.#warnings],
      exitCode: report.exitCode === 0 ? 1 : report.exitCode,
    };
  }

  #guarded(write: () => void): void {
    try {
      write();
      this.#warnings.length = 0;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warnings.splice(0, 1, `the reports in ${this.out} are not complete: ${reason}`);
    }
  }

  #report(): RunReport {
    const { run, matrix, out, cells, total } = this.about;
    const reason = "the run ended before this cell did";
    const results = cells.map(
      (cell) =>
        this.#results.get(cell.index) ?? unstarted(cell, { verdict: "skipped", reason, exitCode: 130 }),
    );
    const exitCode = runExitCode(results, total);
    return {
      schema: 1,
      run,
      matrix,
      out,
      started: isoTime(this.#started),
      ended: isoTime(this.clock()),
      images: this.#images,
      total,
      cells: results,
      warnings: [...this.#left],
      exitCode: this.#left.length > 0 && exitCode === 0 ? 1 : exitCode,
    };
  }
}
