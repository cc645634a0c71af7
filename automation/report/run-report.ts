import { z } from "zod";

/** The number that `schema` holds; it grows when an older reader would misread a report. */
export const reportSchema = 1;

const verdicts = [
  "passed",
  "flaky",
  "failed",
  "not-ready",
  "error",
  "refused",
  "interrupted",
  "skipped",
] as const;

const phases = ["images", "create", "ready", "test", "destroy"] as const;

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .describe("UTC, with milliseconds");
const seconds = z.number().min(0).describe("seconds, measured by a clock that never jumps");
const lines = z.array(z.string()).describe("lines as they were written; they may hold terminal escapes");

const file = z
  .string()
  .max(4096)
  .regex(/^(?!(?:.*\/)?\.\.?(?:\/|$))[a-z0-9-]+(?:\/[^/\0]+)+$/)
  .describe("file of the run's folder, relative to it, with slashes");

const phaseSpan = z.strictObject({ phase: z.enum(phases), started: time, seconds });

const event = z.strictObject({
  at: time,
  source: z.string().describe("what the news is from: a phase, or a node"),
  text: z.string(),
});

const image = z.strictObject({
  role: z.string().describe("zookeeper, masters or agents[0]"),
  reference: z.string(),
  id: z.string().describe("sha256:..."),
  simulated: z.boolean().describe("whether it is the simulator, not a real Mesos"),
});

const cause = z.strictObject({
  id: z.string().describe("a row of the table of causes, or unknown"),
  text: z.string().describe("one sentence"),
});

const attempt = z.strictObject({
  verdict: z.enum(verdicts),
  reason: z.string(),
  started: time,
  seconds,
  testTail: lines.describe("the last lines of the test's output in this attempt"),
});

const testCase = z.strictObject({
  suite: z.string(),
  classname: z.string(),
  name: z.string(),
  outcome: z.enum(["passed", "failed", "error", "skipped"]),
  seconds: z.number().min(0).describe("seconds, as the test's own tool says"),
  message: z.string(),
  detail: z.string().describe("a failure's text, such as a stack trace; cut where it is long"),
});

const tests = z.strictObject({
  files: z.int().min(0).describe("JUnit files that were read"),
  total: z.int().min(0),
  failures: z.int().min(0),
  errors: z.int().min(0),
  skipped: z.int().min(0),
  cases: z.array(testCase).describe("those that did not pass first where there are too many to keep"),
});

const cell = z.strictObject({
  index: z.int().min(0).describe("place among all cells of the run, counted from 0"),
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .describe("name of its stack, containers and folder"),
  displayName: z.string(),
  coordinates: z.record(z.string(), z.string()).describe("its value on each axis, in the order of the axes"),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe("hash of its cluster and test: equal ones may use its verdict again"),
  simulated: z.boolean().describe("whether the Mesos in it is the simulator"),
  images: z.array(image).describe("empty when the run ended before they were found"),
  verdict: z.enum(verdicts),
  reason: z.string().describe("why, in words; empty when it passed"),
  exitCode: z.int().describe("the exit code that this cell alone would give"),
  cause: cause.nullable().describe("why a cell did not pass, as far as its evidence tells"),
  kept: z.boolean().describe("whether its cluster was left running on purpose"),
  attempts: z.array(attempt).describe("attempts before the last one, in their order"),
  started: time.nullable().describe("null: it was never started"),
  seconds,
  phases: z.array(phaseSpan).describe("in the order in which they began"),
  events: z.array(event).describe("what happened, in the order of time"),
  testTail: lines.describe("the last lines of the test's output"),
  tests: tests.nullable().describe("what the JUnit files of the test tell; null: there are none"),
  logs: z.array(z.strictObject({ file, tail: lines })).describe("the last lines of the containers' logs"),
  evidence: z.array(file).describe("every file that was kept, sorted"),
  warnings: z.array(z.string()).describe("what went wrong without changing the verdict"),
});

/** What `report.json` holds. */
export const runReportSchema = z.strictObject({
  schema: z.literal(reportSchema),
  run: z.string().min(1),
  matrix: z.string().min(1),
  out: z.string().describe("the run's folder on the machine that wrote this"),
  started: time,
  ended: time,
  images: z
    .strictObject({ started: time, seconds })
    .nullable()
    .describe("when the images of all cells were prepared; null: the run ended before"),
  total: z.int().min(0).describe("cells of the run, those of all its shards together"),
  cells: z.array(cell).describe("by index"),
  warnings: z.array(z.string()),
  exitCode: z.int(),
});

type Fixed<T> = T extends (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T;

/** What became of a run; the fields are described in the schema. Times stand in `started`, `ended` and `at` alone. */
export type RunReport = Fixed<z.infer<typeof runReportSchema>>;
/** What became of one cell. */
export type CellResult = RunReport["cells"][number];
export type Verdict = CellResult["verdict"];
/** A phase of a cell's life, as it was measured. */
export type PhaseSpan = CellResult["phases"][number];
export type CellEvent = CellResult["events"][number];
/** What the JUnit files of a cell's test tell. */
export type CellTests = NonNullable<CellResult["tests"]>;
export type TestCase = CellTests["cases"][number];

/** The JSON Schema of `report.json`. */
export function reportJsonSchema(): object {
  return { title: "mesos-matrix run report", ...z.toJSONSchema(runReportSchema) };
}
