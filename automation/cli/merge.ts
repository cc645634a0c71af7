import { cpSync, lstatSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { ConfigError } from "../../config/problem";
import { beginReports, readReport, writeReports } from "../report/files";
import { jsonReport } from "../report/json";
import { mergeReports, type Shard } from "../report/merge";
import { verdictTable } from "../report/table";

export interface MergeCommandOptions {
  readonly out: string;
  readonly json?: boolean;
}

/**
 * `mesos-matrix merge DIR... --out DIR`: the reports of a run's shards, and what they kept, as one run. The exit code
 * is the one of the whole run, so that one job of a CI system can stand for all shards.
 */
export function mergeCommand(folders: readonly string[], options: MergeCommandOptions): number {
  const out = path.resolve(options.out);
  const shards = folders.map((folder) => ({ folder, report: readReport(folder) }));
  refuseUsed(out);
  const report = mergeReports(shards, out);
  beginReports(report, out);
  for (const shard of shards) copyCells(shard, out);
  writeReports(report, out);
  process.stdout.write(options.json === true ? jsonReport(report) : `${verdictTable(report)}\n`);
  return report.exitCode;
}

/** A folder that holds something is left alone: a second merge would mix two runs' files. */
function refuseUsed(out: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(out);
  } catch {
    // It is not there yet, or making it will say what is wrong.
    return;
  }
  if (names.length === 0) return;
  const place = { file: out, line: 0, column: 0 };
  throw new ConfigError([{ place, path: "", message: "is not empty", cure: "name a new folder with --out" }]);
}

/** Files and folders only: a test may have left links, pipes and sockets behind. */
function copyCells({ folder, report }: Shard, out: string): void {
  for (const { name, evidence } of report.cells) {
    if (evidence.length === 0) continue;
    const from = path.join(folder, name);
    if (lstatSync(from, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    cpSync(from, path.join(out, name), {
      recursive: true,
      filter: (source) => {
        const stat = lstatSync(source);
        return stat.isDirectory() || stat.isFile();
      },
    });
  }
}
