import { matrixAt, sameElsewhere } from "../../config/matrix-at";
import { ConfigError } from "../../config/problem";
import type { CellSpec, MatrixSpec } from "../../config/spec";
import { oneOf } from "../../config/wording";
import type { RunReport } from "../report/run-report";
import { chooseCells } from "../run/selection";
import { mostProbes, nextStep, type Found, type Standing } from "./search";
import { seriesBetween, type Member } from "./series";
import { earlierVerdict, fingerprint, standingOf, testedCell, type Tested } from "./verdicts";

const axis = "mesos";

export interface BisectOptions {
  readonly good: string;
  readonly bad: string;
  /** See `Selection`: which cell of the other axes. */
  readonly only?: readonly string[];
  /** Earlier results that may be used again; empty: everything is tested anew. */
  readonly earlier: readonly RunReport[];
  /** Runs a matrix of one cell. */
  readonly run: (matrix: MatrixSpec) => Promise<RunReport>;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What a search came to. */
export interface Bisection {
  readonly schema: 1;
  readonly matrix: string;
  readonly good: string;
  readonly bad: string;
  /** Releases and candidates after the good end, the bad one included. */
  readonly versions: number;
  readonly answer: Answer;
  /** Tags of the same commit as the first changed version. */
  readonly alike: readonly string[];
  /** Every version that was looked at, oldest first. */
  readonly tested: readonly Tested[];
  /** Cells that ran for this search. */
  readonly cells: number;
  readonly exitCode: number;
}

type Answer = Found | { readonly kind: "impossible" | "interrupted"; readonly why: string };

/**
 * Finds the first version of Mesos whose verdict differs from that of `good`.
 * @param text of a matrix file with an axis `mesos`
 * @throws ConfigError where the file, the versions or the choice of cells is not sound
 */
export async function bisect(text: string, file: string, options: BisectOptions): Promise<Bisection> {
  const { good, bad, earlier, signal, onProgress } = options;
  const series = seriesBetween(good, bad);
  const chosen = chooseCell(text, file, options);
  const tested = new Map<string, Tested>();
  // A release is its last candidate: what is saved by that is spent on looking at releases first.
  const versions = series.slice(1).reduce((sum, { alike }) => sum + 1 + alike.length, 0);
  const budget = mostProbes(versions);
  let cells = 0;
  const cellAt = (version: string): MatrixSpec | string => {
    try {
      const matrix = matrixAt(text, file, axis, version);
      const cell = matrix?.cells.find((one) => sameElsewhere(one, chosen.cell, axis));
      return matrix === undefined || cell === undefined
        ? "the file has no such cell"
        : { ...matrix, cells: [cell] };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.message;
    }
  };
  for (const { version } of series) {
    const matrix = cellAt(version);
    const [cell] = typeof matrix === "string" ? [] : matrix.cells;
    const found =
      cell === undefined || typeof matrix === "string"
        ? undefined
        : earlierVerdict(version, fingerprint(cell, matrix.test), earlier);
    if (found !== undefined) tested.set(version, found);
  }
  const end = (answer: Answer): Bisection => ({
    schema: 1,
    matrix: chosen.matrix,
    good,
    bad,
    versions,
    answer,
    alike:
      answer.kind === "found" ? (series.find(({ version }) => version === answer.first)?.alike ?? []) : [],
    tested: series.flatMap(({ version }) => tested.get(version) ?? []),
    cells,
    exitCode: answer.kind === "found" ? 0 : answer.kind === "interrupted" ? 130 : 1,
  });
  for (;;) {
    const step = nextStep(series, standings(series, tested), budget - inside(series, tested));
    if (step.kind !== "probe") return end(step);
    const { version } = step;
    const matrix = cellAt(version);
    if (typeof matrix === "string") {
      tested.set(version, {
        version,
        verdict: "refused",
        reason: matrix,
        cause: null,
        run: null,
        reused: false,
      });
      continue;
    }
    onProgress(`bisect: ${version}, cell ${cells + 1} of at most ${budget + 2}`);
    const report = await options.run(matrix);
    const [cell] = report.cells;
    if (cell?.started != null) cells++;
    if (signal.aborted || cell === undefined || cell.verdict === "interrupted") {
      return end({ kind: "interrupted", why: "interrupted" });
    }
    tested.set(version, testedCell(version, cell, report.run, false));
  }
}

/** Versions between the ends that this search has tested. */
function inside(series: readonly Member[], tested: ReadonlyMap<string, Tested>): number {
  const between = series.slice(1, -1).map(({ version }) => tested.get(version));
  return between.filter((one) => one !== undefined && !one.reused).length;
}

function standings(series: readonly Member[], tested: ReadonlyMap<string, Tested>): Map<string, Standing> {
  const good = tested.get(series[0]?.version ?? "");
  if (good === undefined) return new Map();
  return new Map([...tested].map(([version, one]) => [version, standingOf(one, good)]));
}

/** The one cell of the other axes that the search is about. */
function chooseCell(
  text: string,
  file: string,
  { good, only = [] }: BisectOptions,
): { readonly cell: CellSpec; readonly matrix: string } {
  const matrix = matrixAt(text, file, axis, good);
  if (matrix === undefined) {
    throw mistake(file, `it has no axis ${axis} to search on`, `add axes: { ${axis}: ["${good}"] }`);
  }
  const { cells } = chooseCells(matrix, { only });
  const [first, second] = cells;
  if (first === undefined || second === undefined) {
    if (first === undefined) throw mistake(file, "it has no cell", "correct its axes");
    return { cell: first.cell, matrix: matrix.name };
  }
  const others = cells.map(({ cell }) =>
    Object.entries(cell.coordinates)
      .filter(([name]) => name !== axis)
      .map(([name, value]) => `${name}=${value}`)
      .join(" "),
  );
  throw mistake(
    "command line",
    `${cells.length} cells of the matrix have one version of Mesos, and a search is about one`,
    `choose one with --only: ${oneOf(others.slice(0, 12))}`,
  );
}

function mistake(file: string, message: string, cure: string): ConfigError {
  return new ConfigError([{ place: { file, line: 0, column: 0 }, path: "", message, cure }]);
}
