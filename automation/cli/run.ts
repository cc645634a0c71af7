import * as path from "node:path";
import { loadMatrixFile } from "../../config/load";
import { matrixNotes } from "../notes";
import { leftoversOf } from "../leftovers";
import { runMatrix } from "../matrix";
import { jsonReport } from "../report/json";
import type { RunReport } from "../report/run-report";
import { verdictTable } from "../report/table";
import { liveView } from "../view/live";
import { plainView } from "../view/plain";
import type { View } from "../view/events";
import type { Interruption } from "./interruption";

export interface RunCommandOptions {
  readonly concurrency?: number;
  readonly out: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `mesos-matrix run FILE`: the verdicts on standard output, progress on standard error. */
export async function runCommand(
  file: string,
  options: RunCommandOptions,
  interruption: Interruption,
): Promise<number> {
  const matrix = loadMatrixFile(file);
  const view = chooseView();
  for (const text of matrixNotes(matrix)) view.show({ kind: "note", text });
  let report: RunReport;
  try {
    report = await runMatrix(matrix, {
      concurrency: options.concurrency,
      strict: options.strict === true,
      out: path.resolve(options.out),
      onEvent: (event) => {
        view.show(event);
      },
      signal: interruption.signal,
      giveUp: interruption.giveUp,
    });
  } finally {
    view.close();
  }
  process.stdout.write(options.json === true ? jsonReport(report) : `${verdictTable(report)}\n`);
  if (interruption.giveUp.aborted) await listLeft(report);
  return report.exitCode;
}

function chooseView(): View {
  const { stderr } = process;
  const plain = !stderr.isTTY || (process.env.CI ?? "") !== "" || process.env.TERM === "dumb";
  return plain ? plainView((text) => stderr.write(text)) : liveView(stderr);
}

async function listLeft(report: RunReport): Promise<void> {
  for (const cell of report.cells) {
    const left = await leftoversOf(cell.name);
    if (left.length === 0) continue;
    process.stderr.write(`left: ${left.map(({ kind, name }) => `${kind} ${name}`).join(", ")}\n`);
    process.stderr.write(`  remove it with: mesos-matrix down ${cell.name}\n`);
  }
}
