import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseMatrix } from "../config/matrix";
import { runMatrix } from "../automation/matrix";
import { verdictTable } from "../automation/report/table";

/**
 * Many cells at once: `npm run soak -- [CELLS] [CONCURRENCY]`, 40 and 8 by default. Samples the memory of the runner
 * and of everything that it starts, prints both, and fails when a cell does, or when the runner grew from the first
 * third of the run to the last by more than a tenth and 20 MiB.
 */
const cells = Number(process.argv[2] ?? 40);
const concurrency = Number(process.argv[3] ?? 8);

interface Sample {
  readonly runner: number;
  /** Everything that the runner started, together. */
  readonly below: number;
  /** Workers that live, one a cell. */
  readonly workers: number;
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
        const { runner, below, workers } = sample();
        process.stderr.write(
          `${event.result.displayName} ${event.result.verdict} ${event.result.seconds.toFixed(0)} s; ` +
            `runner ${mebibytes(runner)}, ${workers} cells ${mebibytes(below)}\n`,
        );
      },
    });
    clearInterval(ticker);
    const third = Math.floor(samples.length / 3);
    const runner = samples.map((one) => one.runner);
    const [early, late] = [median(runner.slice(0, third)), median(runner.slice(-third))];
    const perCell = samples.filter(({ workers }) => workers > 0).map(({ below, workers }) => below / workers);
    process.stdout.write(
      [
        verdictTable(report),
        "",
        `${cells} cells, ${concurrency} at once, ${samples.length} s`,
        `  runner   first third ${mebibytes(early)}, last third ${mebibytes(late)}, most ${mebibytes(Math.max(...runner))}`,
        `  a cell   ${mebibytes(median(perCell))} usually, ${mebibytes(Math.max(...perCell))} at most, its containers left out`,
        "",
      ].join("\n"),
    );
    const grown = late - early;
    const flat = grown <= Math.max(early / 10, 20 * 2 ** 20);
    if (!flat) process.stderr.write(`the runner grew by ${mebibytes(grown)}\n`);
    process.exitCode = report.exitCode === 0 && !flat ? 1 : report.exitCode;
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

/** Memory of this process and of its descendants, in bytes, as Linux counts it. */
function sample(): Sample {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(processOf);
  const children = new Map<number, typeof processes>();
  for (const one of processes) children.set(one.parent, [...(children.get(one.parent) ?? []), one]);
  const below: typeof processes = [];
  const open = [...(children.get(process.pid) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    below.push(one);
    open.push(...(children.get(one.pid) ?? []));
  }
  return {
    runner: process.memoryUsage.rss(),
    below: below.reduce((sum, { rss }) => sum + rss, 0),
    workers: (children.get(process.pid) ?? []).filter(({ argv }) => argv.includes("/worker/main.js")).length,
  };
}

function processOf(pid: string): { pid: number; parent: number; rss: number; argv: string }[] {
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

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
