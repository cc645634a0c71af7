import { createHash } from "node:crypto";
import type { CellSpec, TestSpec } from "../../config/spec";
import { printable } from "../../config/wording";
import type { CellResult, RunReport } from "../report/run-report";
import { readReport } from "../report/files";
import { runFolders } from "../run/previous";
import type { Standing } from "./search";

/** What one version came to. */
export interface Tested {
  readonly version: string;
  readonly verdict: CellResult["verdict"];
  readonly reason: string;
  readonly cause: string | null;
  /** Run whose report has it all; null: it was not even started. */
  readonly run: string | null;
  /** Whether the verdict is that of an earlier run. */
  readonly reused: boolean;
}

/** What a cell and its test were: only of an equal one can a verdict be used again. Its name is not part of it. */
export function fingerprint({ cluster }: Pick<CellSpec, "cluster">, test: TestSpec): string {
  const text = JSON.stringify([{ ...cluster, name: "" }, test]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Verdicts that say something of the version. */
const telling: ReadonlySet<CellResult["verdict"]> = new Set(["passed", "failed", "not-ready", "flaky"]);

/** Earlier results below a folder of runs, newest first; what cannot be read is told and left out. */
export function earlierReports(out: string, say: (text: string) => void): RunReport[] {
  return runFolders(out).flatMap((folder) => {
    try {
      return [readReport(folder)];
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      say(`the results in ${folder} are not used: ${printable(reason)}`);
      return [];
    }
  });
}

/** All telling results of a cell like this one; two that contradict each other make it flaky. */
export function earlierVerdict(
  version: string,
  print: string,
  reports: readonly RunReport[],
): Tested | undefined {
  const found = reports.flatMap(({ run, cells }) =>
    cells
      .filter((cell) => cell.fingerprint === print && telling.has(cell.verdict))
      .map((cell) => ({ run, cell })),
  );
  const [newest] = found;
  if (newest === undefined) return undefined;
  const tested = testedCell(version, newest.cell, newest.run, true);
  const contradiction = found.find(({ cell }) => passes(cell.verdict) !== passes(newest.cell.verdict));
  if (contradiction === undefined) return tested;
  const reason = `${newest.cell.verdict} in run ${newest.run}, ${contradiction.cell.verdict} in run ${contradiction.run}`;
  return { ...tested, verdict: "flaky", reason };
}

/** A cell's result as this search sees it. */
export function testedCell(version: string, cell: CellResult, run: string, reused: boolean): Tested {
  const { verdict, reason, cause } = cell;
  return { version, verdict, reason, cause: cause?.text ?? null, run, reused };
}

/** How a version stands against the good end; the good end itself is `same` whatever its verdict. */
export function standingOf({ verdict }: Tested, good: Tested): Standing {
  if (verdict === "flaky") return "flaky";
  if (!telling.has(verdict)) return "untestable";
  return passes(verdict) === passes(good.verdict) ? "same" : "changed";
}

function passes(verdict: CellResult["verdict"]): boolean {
  return verdict === "passed";
}
