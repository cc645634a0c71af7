import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../automation/layout";
import { planned } from "../automation/cli/plan";
import { parseMatrix } from "../config/matrix";

/**
 * How long it takes to read, review and plan a matrix of 200 cells, by the median of some runs in one process, each
 * cell of 3 + 3 + 6 containers. `npm run bench:plan [-- RUNS]` prints it beside a part of the same run that cannot change:
 * parsing the table of flags.
 */
const runs = Number(process.argv[2] ?? 9);
const cells = 200;

const text = JSON.stringify({
  apiVersion: "mesos-matrix/v1",
  kind: "Matrix",
  cluster: {
    mesos: { image: "simulator" },
    zookeeper: { count: 3 },
    masters: { count: 3, flags: { max_completed_frameworks: 5 } },
    agents: [{ count: 6, resources: "cpus:1;mem:512" }],
    flags: { quiet: true },
  },
  axes: {
    mesos: ["1.4.1", "1.5.0", "1.6.2", "1.7.1", "1.11.0"],
    zookeeper: ["3.5", "3.6", "3.7", "3.8"],
    timings: ["default", "fast"],
    "masters.env.N": ["1", "2", "3", "4", "5"],
  },
  test: { command: ["true"] },
});

function planAll(): number {
  const matrix = parseMatrix(text, "bench.yaml");
  return matrix.cells.filter(({ cluster }) => planned(cluster).containers.length === 12).length;
}

function main(): void {
  const flags = readFileSync(path.join(packageRoot, "mesos", "data", "flags.json"), "utf8");
  if (planAll() !== cells) throw new Error(`the matrix has not ${cells} cells`);
  const ours = Array.from({ length: runs }, () => seconds(planAll));
  const floor = Array.from({ length: runs }, () => seconds(() => JSON.parse(flags)));
  process.stdout.write(
    [
      `${cells} cells read, reviewed and planned, ${runs} runs, medians of wall seconds:`,
      `  the matrix                  ${median(ours).toFixed(3)}   (the aim is less than 1)`,
      `  JSON.parse of flags.json    ${median(floor).toFixed(4)}`,
      "",
    ].join("\n"),
  );
}

function seconds(work: () => unknown): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

main();
