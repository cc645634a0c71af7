import { runExitCode } from "../../automation/report/judge";
import type { CellResult, PhaseSpan, RunReport, Verdict } from "../../automation/report/run-report";

const begin = Date.UTC(2026, 0, 31, 12);
const at = (seconds: number): string => new Date(begin + seconds * 1000).toISOString();

/** A cell that passed; change what a test is about. */
export function cellResult(change: Partial<CellResult> = {}): CellResult {
  return {
    index: 0,
    name: "mesos-1-7-1-0a1b2c3d",
    displayName: "mesos=1.7.1",
    coordinates: { mesos: "1.7.1" },
    fingerprint: "0123456789abcdef",
    simulated: true,
    images: [
      { role: "masters", reference: "mesos-matrix/simulator:12ab", id: "sha256:12ab", simulated: true },
    ],
    verdict: "passed",
    reason: "",
    exitCode: 0,
    cause: null,
    kept: false,
    attempts: [],
    started: at(0),
    seconds: 41.2,
    phases: [],
    events: [],
    testTail: [],
    tests: null,
    logs: [],
    evidence: [],
    warnings: [],
    ...change,
  };
}

/** A report of these cells; their indexes are their places. */
export function runReport(cells: readonly CellResult[], change: Partial<RunReport> = {}): RunReport {
  const placed = cells.map((cell, index) => ({ ...cell, index }));
  return {
    schema: 1,
    run: "0a1b2c3d",
    matrix: "nightly",
    out: "/runs/0a1b2c3d",
    started: at(0),
    ended: at(100),
    images: { started: at(0), seconds: 0.5 },
    total: placed.length,
    cells: placed,
    warnings: [],
    exitCode: runExitCode(placed),
    ...change,
  };
}

const exitCodes: Partial<Record<Verdict, number>> = { failed: 5, "not-ready": 4, error: 1, interrupted: 130 };

/** A cell at a place of the axes, with the phases that its verdict lets it have. */
export function placedCell(
  coordinates: Readonly<Record<string, string>>,
  index: number,
  verdict: Verdict,
  reason = "",
): CellResult {
  const name = `cell-${index}`;
  const ran = verdict !== "refused" && verdict !== "skipped";
  const from = 3 * index;
  const spans: [PhaseSpan["phase"], number][] = [
    ["create", 4],
    ["ready", 3 + (index % 5)],
    ["test", 8 + (index % 7)],
    ["destroy", 2],
  ];
  let clock = from;
  const phases = spans.map(([phase, seconds]) => {
    const span = { phase, started: at(clock), seconds };
    clock += seconds;
    return span;
  });
  return cellResult({
    index,
    name,
    coordinates,
    displayName: Object.entries(coordinates)
      .map(([axis, value]) => `${axis}=${value}`)
      .join(" "),
    verdict,
    reason,
    exitCode: exitCodes[verdict] ?? 0,
    started: ran ? at(from) : null,
    seconds: ran ? clock - from : 0,
    phases: ran ? phases : [],
    evidence: ran ? [`${name}/cell.log`, `${name}/test.log`] : [],
  });
}

const mesos = ["0.28.3", "1.4.3", "1.7.1", "1.8.0-rc3", "1.10.0", "1.11.0"];
const marathon = ["1.4.14", "1.6.549", "1.8.222", "1.11.24"];

/** 24 cells on two axes: two failed in different ways, one refused, one flaky, the others passed. */
export function sampleReport(): RunReport {
  const special: Readonly<Record<number, [Verdict, string]>> = {
    2: ["refused", "Marathon 1.8.222 needs Mesos 1.5 or later (its release notes); this cell has 0.28.3"],
    9: ["failed", "the test ended with exit code 3: no offers within 30 s"],
    14: ["flaky", "passed on the second attempt; the first ended with exit code 1"],
    20: ["failed", "the test ended with exit code 1: TASK_LOST agent-1\n  agent-1 exited with code 137"],
  };
  const places = mesos.flatMap((m) => marathon.map((n) => ({ mesos: m, marathon: n })));
  const cells = places.map((place, index) => {
    const [verdict, reason] = special[index] ?? ["passed", ""];
    const cell = placedCell(place, index, verdict, reason);
    return verdict === "failed" ? { ...cell, ...failure(cell.name) } : cell;
  });
  return runReport(cells);
}

function failure(name: string): Partial<CellResult> {
  return {
    testTail: [
      "> framework@1.0.0 test",
      "\u001b[32mregistered\u001b[0m at 10.1.0.2:5050",
      "no offers within 30 s",
    ],
    logs: [
      { file: `${name}/${name}-agent-1.log`, tail: ["I0131 12:00:00.1 slave.cpp:1] Registered", "Killed"] },
    ],
    events: [
      { at: at(28), source: "create", text: "3/3 containers" },
      { at: at(31), source: "ready", text: "1 of 2 agents registered" },
    ],
    evidence: ["cell.log", `${name}-agent-1.log`, "test.log"].map((file) => `${name}/${file}`),
  };
}
