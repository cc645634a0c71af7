import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ConfigError, type Problem } from "../../config/problem";
import { printable, show } from "../../config/wording";
import { PreconditionError } from "../precondition";
import { htmlReport } from "./html";
import { jsonReport } from "./json";
import { junitReport } from "./junit";
import { markdownReport } from "./markdown";
import { reportSchema, runReportSchema, type RunReport } from "./run-report";

/** The data; every other report is made from it. */
export const dataFile = "report.json";

/** Bytes: what no run of ours comes near. */
const largest = 256 * 1024 * 1024;
const mostProblems = 20;

/**
 * Makes the folder of a run and writes what a reader finds there should the run end without another word.
 * @throws PreconditionError where nothing can be written
 */
export function beginReports(report: RunReport, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeData(report, folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PreconditionError(
      `reports cannot be written to ${folder} (${reason}); make it writable, or name another folder with --out`,
      { cause: error },
    );
  }
}

/** Writes `report.json` alone: what is known so far. */
export function writeData(report: RunReport, folder: string): void {
  replace(path.join(folder, dataFile), jsonReport(report));
}

/** Writes every report of a run into its folder, the data first. */
export function writeReports(report: RunReport, folder: string): void {
  writeData(report, folder);
  replace(path.join(folder, "junit.xml"), junitReport(report));
  replace(path.join(folder, "report.md"), markdownReport(report));
  replace(path.join(folder, "report.html"), htmlReport(report));
}

/** Reads a run's `report.json`. @throws ConfigError with all that is wrong with it */
export function readReport(folder: string): RunReport {
  const file = path.join(folder, dataFile);
  const value = parsed(readText(file, folder), file);
  const { schema } = (value ?? {}) as { schema?: unknown };
  if (typeof schema === "number" && schema !== reportSchema) {
    throw broken(
      file,
      `its schema is ${schema}, and this program reads schema ${reportSchema}`,
      "use the mesos-matrix that wrote it",
    );
  }
  const checked = runReportSchema.safeParse(value);
  if (!checked.success) {
    const cure = "it is damaged or was changed by hand: take the file that the run wrote";
    throw new ConfigError(
      checked.error.issues
        .slice(0, mostProblems)
        .map(({ path: at, message }) => problem(file, message, cure, at.map(String).join("."))),
    );
  }
  const { cells, total } = checked.data;
  const once = new Set(cells.flatMap(({ index, name }) => [`index ${index}`, `name ${name}`]));
  if (once.size < 2 * cells.length || cells.some(({ index }) => index >= total)) {
    throw broken(
      file,
      "two of its cells have one place, or a cell has a place beyond the last",
      "take the file that the run wrote",
    );
  }
  return { ...checked.data, cells: cells.toSorted((a, b) => a.index - b.index) };
}

function readText(file: string, folder: string): string {
  let bytes: Buffer;
  try {
    if (statSync(file).size > largest) throw new Error(`more than ${largest} bytes`);
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOENT" && code !== "ENOTDIR")
      throw broken(
        file,
        `cannot be read (${error instanceof Error ? error.message : String(error)})`,
        "make it readable",
      );
    throw broken(file, "is not there", runsBelow(folder));
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw broken(file, "is no UTF-8 text", "take the file that the run wrote");
  }
}

/** What to write instead of a folder without a report. */
function runsBelow(folder: string): string {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) =>
      statSync(path.join(folder, name, dataFile), { throwIfNoEntry: false }),
    );
  } catch {
    // The folder itself is missing: there is nothing to offer.
  }
  const [first] = names.sort();
  return first === undefined
    ? "give the folder of a run, such as .mesos-matrix/runs/<run>"
    : `give the folder of one run, such as ${show(path.join(folder, first))}`;
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw broken(
      file,
      `is no JSON (${reason})`,
      "it was cut off or changed: take the file that the run wrote",
    );
  }
}

function broken(file: string, message: string, cure: string): ConfigError {
  return new ConfigError([problem(file, message, cure)]);
}

function problem(file: string, message: string, cure: string, at = ""): Problem {
  return { place: { file, line: 0, column: 0 }, path: printable(at), message: printable(message), cure };
}

/** A report that is being written never stands there half. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
