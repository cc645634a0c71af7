import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseMatrix } from "../config/matrix";
import { runMatrix } from "../automation/matrix";
import { verdictTable } from "../automation/report/table";

/**
 * Many cells at once: `npm run soak -- [CELLS] [CONCURRENCY]`, 40 and 8 by default. Samples the memory of the runner
 * and of each cell's processes, prints both, and fails when a cell does, when the runner grew from the first third of
 * the run to the last by more than a tenth and 20 MiB, or when a cell usually takes more than it may.
 */
const cells = Number(process.argv[2] ?? 40);
const concurrency = Number(process.argv[3] ?? 8);

/** What a cell's processes may take, in bytes: while its test runs, when Pulumi has ended, and at its peak. */
const limits = { testing: 150 * 2 ** 20, busy: 700 * 2 ** 20 };

interface Sample {
  readonly runner: number;
  /** Of each cell that runs: bytes of its worker and all that this started, and whether Pulumi is among them. */
  readonly cells: readonly { readonly bytes: number; readonly pulumi: boolean }[];
}

async function main(): Promise<void> {
  const out = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-soak-"));
  const samples: Sample[] = [];
  const ticker = setInterval(() => samples.push(sample()), 1000);
  try {
    const report = await runMatrix(parseMatrix(matrix(), "soak.yaml"), {
      concurrency,
      out,
      onEvent: (event) => {
        if (event.kind !== "finished") return;
        const { runner, cells: running } = sample();
        const below = running.reduce((sum, { bytes }) => sum + bytes, 0);
        process.stderr.write(
          `${event.result.displayName} ${event.result.verdict} ${event.result.seconds.toFixed(0)} s; ` +
            `runner ${mebibytes(runner)}, ${running.length} cells ${mebibytes(below)}\n`,
        );
      },
    });
    clearInterval(ticker);
    const third = Math.floor(samples.length / 3);
    const runner = samples.map((one) => one.runner);
    const [early, late] = [median(runner.slice(0, third)), median(runner.slice(-third))];
    const seen = samples.flatMap((one) => one.cells);
    const [testing, busy] = [false, true].map((pulumi) =>
      seen.filter((cell) => cell.pulumi === pulumi).map(({ bytes }) => bytes),
    );
    process.stdout.write(
      [
        verdictTable(report),
        "",
        `${cells} cells, ${concurrency} at once, ${samples.length} s`,
        `  runner   first third ${mebibytes(early)}, last third ${mebibytes(late)}, most ${mebibytes(Math.max(...runner))}`,
        `  a cell   ${amounts(testing)} while its test runs, ${amounts(busy)} while Pulumi works; its containers left out`,
        "",
      ].join("\n"),
    );
    const grown = late - early;
    const flat = grown <= Math.max(early / 10, 20 * 2 ** 20);
    if (!flat) process.stderr.write(`the runner grew by ${mebibytes(grown)}\n`);
    const small = median(testing) <= limits.testing && median(busy) <= limits.busy;
    if (!small)
      process.stderr.write(
        `a cell may take ${mebibytes(limits.testing)} while its test runs, and ${mebibytes(limits.busy)} while Pulumi works\n`,
      );
    process.exitCode = report.exitCode === 0 && !(flat && small) ? 1 : report.exitCode;
  } finally {
    clearInterval(ticker);
    rmSync(out, { recursive: true, force: true });
  }
}

/** Cells that differ in an attribute of their agent, so that their number is free. */
function matrix(): string {
  return JSON.stringify({
    apiVersion: "mesos-matrix/v1",
    kind: "Matrix",
    name: "soak",
    cluster: {
      mesos: { version: "1.11.0", image: "simulator" },
      timings: "fast",
      agents: [{ count: 1, resources: "cpus:1;mem:128" }],
    },
    axes: {
      "agents[0].resources": Array.from({ length: cells }, (_, i) => `cpus:1;mem:${128 + i}`),
    },
    test: { command: ["sh", "-c", "yes 'a line of the test' | head -c 1000000; sleep 2"] },
  });
}

/** Memory of this process and of the cells below it, as Linux counts it. */
function sample(): Sample {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(processOf);
  const children = new Map<number, typeof processes>();
  for (const one of processes) children.set(one.parent, [...(children.get(one.parent) ?? []), one]);
  const tree = (one: Process): Process[] => [one, ...(children.get(one.pid) ?? []).flatMap(tree)];
  const workers = (children.get(process.pid) ?? []).filter(({ argv }) => argv.includes("/worker/main.js"));
  return {
    runner: process.memoryUsage.rss(),
    cells: workers.map(tree).map((below) => ({
      bytes: below.reduce((sum, { rss }) => sum + rss, 0),
      pulumi: below.some(({ argv }) => /(?:^|\/)pulumi(?:\0|$)/.test(argv)),
    })),
  };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Bytes. */
  readonly rss: number;
  /** Words end in NUL. */
  readonly argv: string;
}

function processOf(pid: string): Process[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return [{ pid: Number(pid), parent: field("PPid"), rss: field("VmRSS") * 1024, argv }];
  } catch {
    return []; // it ended meanwhile
  }
}

function amounts(bytes: readonly number[] = []): string {
  return `${mebibytes(median(bytes))} usually, ${mebibytes(Math.max(0, ...bytes))} at most`;
}

function median(values: readonly number[] = []): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
