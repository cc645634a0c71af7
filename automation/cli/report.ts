import { htmlReport } from "../report/html";
import { readReport } from "../report/files";
import { jsonReport } from "../report/json";
import { junitReport } from "../report/junit";
import { commentLimit, markdownReport } from "../report/markdown";
import type { RunReport } from "../report/run-report";
import { verdictTable } from "../report/table";

const renderers = {
  table: (report: RunReport) => `${verdictTable(report)}\n`,
  json: jsonReport,
  junit: junitReport,
  markdown: (report: RunReport, limit: number) => markdownReport(report, limit),
  html: htmlReport,
};

export type ReportFormat = keyof typeof renderers;

export const reportFormats = Object.keys(renderers) as ReportFormat[];

export interface ReportCommandOptions {
  readonly format: ReportFormat;
  readonly json?: boolean;
  /** Most characters of Markdown. */
  readonly limit?: number;
}

/** `mesos-matrix report DIR`: a run's report again, made from its `report.json`. */
export function reportCommand(folder: string, options: ReportCommandOptions): number {
  const format = options.json === true ? "json" : options.format;
  process.stdout.write(renderers[format](readReport(folder), options.limit ?? commentLimit));
  return 0;
}
