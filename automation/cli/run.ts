import * as path from "node:path";
import { loadMatrixFile } from "../../config/load";
import { leftoversOf } from "../leftovers";
import { runMatrix, type RunOptions } from "../matrix";
import { jsonReport } from "../report/json";
import type { RunReport } from "../report/run-report";
import { verdictTable } from "../report/table";
import { timingsOf } from "../run/order";
import { previousReport, readResults } from "../run/previous";
import { runScheme, schemeText } from "../run/scheme";
import type { Shard } from "../run/selection";
import { chooseView, type ViewOptions } from "../view/choose";
import type { Interruption } from "./interruption";
import { warn } from "./voice";

export interface RunCommandOptions extends ViewOptions {
  readonly concurrency: number | "auto";
  readonly only?: readonly string[];
  readonly rerun?: "failed";
  readonly previous?: string;
  readonly shard?: Shard;
  readonly timings?: string;
  readonly retry: number;
  readonly keep: "never" | "on-failure" | "always";
  readonly failFast?: boolean;
  readonly strict?: boolean;
  readonly dryRun?: boolean;
  readonly refreshImages?: boolean;
  readonly out: string;
  readonly json?: boolean;
}

/** `mesos-matrix run FILE`: the verdicts on standard output, progress on standard error. */
export async function runCommand(
  file: string,
  options: RunCommandOptions,
  interruption: Interruption,
): Promise<number> {
  const matrix = loadMatrixFile(file);
  const out = path.resolve(options.out);
  const work: RunOptions = {
    select: {
      ...(options.only === undefined ? {} : { only: options.only }),
      ...(options.rerun === undefined
        ? {}
        : { failedIn: previousReport({ out, matrix: matrix.name, folder: options.previous }) }),
      ...(options.shard === undefined ? {} : { shard: options.shard }),
    },
    ...(options.timings === undefined ? {} : { timings: timingsOf(readResults(options.timings)) }),
    concurrency: options.concurrency,
    retries: options.retry,
    keep: options.keep,
    failFast: options.failFast === true,
    strict: options.strict === true,
    refreshImages: options.refreshImages === true,
    out,
  };
  if (options.dryRun === true) {
    const scheme = runScheme(matrix, work);
    process.stdout.write(options.json === true ? `${JSON.stringify(scheme, null, 2)}\n` : schemeText(scheme));
    return 0;
  }
  const view = chooseView(options);
  interruption.say = (text) => view.show({ kind: "note", text });
  let report: RunReport;
  try {
    const { signal, giveUp } = interruption;
    report = await runMatrix(matrix, { ...work, onEvent: (event) => view.show(event), signal, giveUp });
  } finally {
    view.close();
  }
  process.stdout.write(options.json === true ? jsonReport(report) : `${verdictTable(report)}\n`);
  if (interruption.giveUp.aborted) await listLeft(report);
  return report.exitCode;
}

async function listLeft(report: RunReport): Promise<void> {
  for (const cell of report.cells) {
    const left = await leftoversOf(cell.name);
    if (left.length === 0) continue;
    warn(`left: ${left.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`);
    warn(`  remove it with: mesos-matrix down ${cell.name}`);
  }
}
