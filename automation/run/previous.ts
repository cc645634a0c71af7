import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { ConfigError } from "../../config/problem";
import { dataFile, readReport } from "../report/files";
import type { RunReport } from "../report/run-report";

/**
 * The results of an earlier run: of `folder`, or else of the newest run of the matrix below `out`.
 * @throws ConfigError where there is none, or it cannot be read
 */
export function previousReport(where: {
  readonly out: string;
  readonly matrix: string;
  readonly folder: string | undefined;
}): RunReport {
  if (where.folder !== undefined) return readResults(where.folder);
  for (const folder of runFolders(where.out)) {
    const report = readReport(folder);
    if (report.matrix === where.matrix) return report;
  }
  const place = { file: where.out, line: 0, column: 0 };
  const message = `holds no results of an earlier run of the matrix ${where.matrix}`;
  const cure = "name the folder of one with --previous, or leave --rerun out";
  throw new ConfigError([{ place, path: "", message, cure }]);
}

/** The results in a run's folder, or of its `report.json`. @throws ConfigError with all that is wrong with it */
export function readResults(place: string): RunReport {
  return readReport(path.basename(place) === dataFile ? path.dirname(place) : place);
}

/** Folders of runs, newest results first. */
export function runFolders(out: string): string[] {
  let names: string[];
  try {
    names = readdirSync(out);
  } catch {
    return [];
  }
  return names
    .map((name) => path.join(out, name))
    .flatMap((folder) => {
      const stat = statSync(path.join(folder, dataFile), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ folder, at: stat.mtimeMs }];
    })
    .sort((a, b) => b.at - a.at)
    .map(({ folder }) => folder);
}
