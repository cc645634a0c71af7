import { ConfigError } from "../../config/problem";
import { printable } from "../../config/wording";
import { runExitCode } from "./judge";
import type { RunReport } from "./run-report";

/** A report and the folder that it was read from. */
export interface Shard {
  readonly folder: string;
  readonly report: RunReport;
}

/**
 * One report of a run's shards: the same, but for `out`, as the run would have given in one go. Cells that are in
 * none of them are missing, and such a run never ends with 0. Pure.
 * @param out the folder that the result will stand in
 * @throws ConfigError where the reports are of different matrices, or one cell is in two of them
 */
export function mergeReports(shards: readonly Shard[], out: string): RunReport {
  const [first, ...others] = shards;
  if (first === undefined) throw new Error("there is nothing to merge");
  const problems = [
    ...others.flatMap(({ folder, report }) => foreign(first, folder, report)),
    ...twice(shards),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const reports = shards.map(({ report }) => report);
  const cells = reports.flatMap((report) => report.cells).sort((a, b) => a.index - b.index);
  const exitCode = runExitCode(cells, first.report.total);
  const incomplete = cells.length < first.report.total;
  return {
    schema: 1,
    run: distinct(reports.map(({ run }) => run)).join("+"),
    matrix: first.report.matrix,
    out,
    // ISO times of one length sort like the times that they mean.
    started: reports.map(({ started }) => started).sort()[0] ?? "",
    ended:
      reports
        .map(({ ended }) => ended)
        .sort()
        .at(-1) ?? "",
    images: longest(reports.flatMap(({ images }) => (images === null ? [] : [images]))),
    total: first.report.total,
    cells,
    warnings: distinct(reports.flatMap(({ warnings }) => warnings)),
    exitCode: incomplete && exitCode === 0 ? 1 : exitCode,
  };
}

/** Shards prepare the same images side by side. */
function longest(images: readonly NonNullable<RunReport["images"]>[]): RunReport["images"] {
  return images.toSorted((a, b) => b.seconds - a.seconds || (a.started < b.started ? -1 : 1))[0] ?? null;
}

function foreign(first: Shard, folder: string, { matrix, total }: RunReport): ConfigError["problems"] {
  const { report } = first;
  const differs =
    matrix !== report.matrix
      ? `is of the matrix ${printable(matrix)}, and ${first.folder} is of ${printable(report.matrix)}`
      : total !== report.total
        ? `is of a run of ${total} cells, and ${first.folder} is of one of ${report.total}`
        : undefined;
  return differs === undefined ? [] : [problem(folder, differs, "merge the shards of one run")];
}

function twice(shards: readonly Shard[]): ConfigError["problems"] {
  const owners = new Map<number, string>();
  return shards.flatMap(({ folder, report }) => {
    const again = report.cells.filter(({ index }) => owners.has(index));
    const problems = again.map(({ index, displayName }) =>
      problem(
        folder,
        `has the cell ${printable(displayName)}, which is in ${owners.get(index) ?? ""} too`,
        "leave one of the two folders out",
      ),
    );
    for (const { index } of report.cells) owners.set(index, folder);
    return problems;
  });
}

function problem(file: string, message: string, cure: string): ConfigError["problems"][number] {
  return { place: { file, line: 0, column: 0 }, path: "", message, cure };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
