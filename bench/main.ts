import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { preparePlan } from "../automation/deploy";
import { packageRoot } from "../automation/layout";
import { removeLeftovers } from "../automation/leftovers";
import { parseCluster } from "../config/cluster-file";
import type { ClusterSpec } from "../config/spec";
import { planCluster } from "../plan/cluster";
import type { ClusterPlan } from "../plan/types";
import { bringUpByDocker } from "./floor";

/**
 * One cluster of 3 ZooKeeper servers, 3 masters and 3 agents on local Docker: `pulumi up` against the same containers
 * by the docker client, same readiness, in turn. Prints seconds and the ratio of the medians; compare runs by ratios.
 */
const runs = Number(process.argv[2] ?? 5);
const run = promisify(execFile);

const cluster = {
  mesos: { version: "1.11.0", image: "simulator" },
  timings: "fast",
  zookeeper: { count: 3 },
  masters: { count: 3 },
  agents: [{ count: 3, resources: "cpus:1;mem:512" }],
};

async function main(): Promise<void> {
  const stack = `bench-${process.pid}`;
  const file = path.join(packageRoot, `Pulumi.${stack}.yaml`);
  const text = JSON.stringify({
    apiVersion: "mesos-matrix/v1",
    kind: "Cluster",
    name: `${stack}-floor`,
    cluster,
  });
  const spec = parseCluster(text, "bench", { defaultName: stack });
  writeFileSync(file, JSON.stringify({ config: { "mesos-matrix:cluster": cluster } }));
  const ours: number[] = [];
  const noops: number[] = [];
  const floor: number[] = [];
  try {
    await pulumi("stack", "init", stack);
    for (let i = 0; i < runs; i++) {
      const plan = await floorPlan(spec);
      floor.push(await seconds(() => bringUpByDocker(plan)));
      await removeLeftovers(spec.name);
      ours.push(await seconds(() => pulumi("up", "--yes", "--skip-preview", "--stack", stack)));
      noops.push(await seconds(() => pulumi("up", "--yes", "--skip-preview", "--stack", stack)));
      await pulumi("destroy", "--yes", "--skip-preview", "--stack", stack);
      process.stderr.write(
        `run ${i + 1} of ${runs}: floor ${show(floor)}, pulumi up ${show(ours)}, again ${show(noops)}\n`,
      );
    }
  } finally {
    await removeLeftovers(spec.name);
    await pulumi("stack", "rm", stack, "--yes", "--force").catch(() => undefined);
    rmSync(file, { force: true });
  }
  const ratio = median(ours) / median(floor);
  process.stdout.write(
    [
      `3 + 3 + 3 on local Docker, ${runs} runs each in turn, medians of wall seconds until ready:`,
      `  docker client, all at once   ${median(floor).toFixed(2)}`,
      `  pulumi up                    ${median(ours).toFixed(2)}   ratio ${ratio.toFixed(2)}`,
      `  pulumi up, nothing changed   ${median(noops).toFixed(2)}`,
      "",
    ].join("\n"),
  );
}

async function floorPlan(spec: ClusterSpec): Promise<ClusterPlan> {
  const ownership = { run: "bench", cell: spec.name, expires: undefined };
  return planCluster(spec, await preparePlan(spec, ownership, { say: () => undefined, signal: undefined }));
}

async function pulumi(...args: string[]): Promise<void> {
  await run(path.join(packageRoot, "bin", "pulumi"), args, {
    cwd: packageRoot,
    timeout: 300_000,
    maxBuffer: 2 ** 26,
  });
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

function show(values: readonly number[]): string {
  return `${values.at(-1)?.toFixed(2) ?? "?"} s`;
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
