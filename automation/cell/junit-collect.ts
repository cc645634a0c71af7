import { globSync, lstatSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { CellTests, TestCase } from "../report/run-report";

/** A test may leave anything in its folder. */
const mostFiles = 1000;
const mostBytes = 32 * 1024 * 1024;
/** Cases of one cell that a report holds, what did not pass before what did. */
const mostCases = 1000;

/** What a test's JUnit files tell, and what is wrong with them, in words. */
export interface CollectedTests {
  readonly tests: CellTests | undefined;
  readonly warnings: readonly string[];
}

type Read = (bytes: Uint8Array) => TestCase[];

/** Reads the JUnit files below a cell's folder that a glob fits. A file that is none is told, and the others count. */
export function collectTests(folder: string, glob: string, read: Read): CollectedTests {
  const warnings: string[] = [];
  const found = globSync(glob, { cwd: folder })
    .filter((file) => lstatSync(path.join(folder, file), { throwIfNoEntry: false })?.isFile() === true)
    .sort();
  if (found.length === 0) warnings.push(`test.junit: no file fits ${glob} below ${folder}`);
  if (found.length > mostFiles)
    warnings.push(`test.junit: only ${mostFiles} of ${found.length} files are read`);
  const cases: TestCase[] = [];
  let files = 0;
  for (const file of found.slice(0, mostFiles)) {
    try {
      if (lstatSync(path.join(folder, file)).size > mostBytes)
        throw new Error(`is larger than ${mostBytes} bytes`);
      // One by one: a whole suite's cases may be more than an argument list can hold.
      for (const one of read(readFileSync(path.join(folder, file)))) cases.push(one);
      files++;
    } catch (error) {
      warnings.push(`test.junit: ${file} ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { tests: files === 0 ? undefined : summed(files, cases), warnings };
}

function summed(files: number, cases: readonly TestCase[]): CellTests {
  const count = (wanted: TestCase["outcome"]): number =>
    cases.filter(({ outcome }) => outcome === wanted).length;
  return {
    files,
    total: cases.length,
    failures: count("failed"),
    errors: count("error"),
    skipped: count("skipped"),
    cases: kept(cases),
  };
}

function kept(cases: readonly TestCase[]): readonly TestCase[] {
  if (cases.length <= mostCases) return cases;
  const rank = ({ outcome }: TestCase): number => (outcome === "passed" ? 1 : 0);
  return cases.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostCases);
}
