import * as path from "node:path";
import { planCluster } from "../../plan/cluster";
import type { ClusterPlan } from "../../plan/types";
import { runChild } from "../child";
import { testEnvironment, type Endpoints } from "../contract";
import { reachCluster } from "../reach";
import { plainValue } from "../secrets";
import type { CellJob, TestOutcome } from "../worker/protocol";
import { collectTests } from "./junit-collect";
import { readJunit } from "./junit-read";
import { PacedLines, type LineBatch } from "./paced";
import { createTestContainer, removeTestContainer, testAddress } from "./test-container";

/** Milliseconds between two pieces of news of a test. */
const pause = 200;

/**
 * Runs a cell's test command against its cluster, on this machine or in a container of its own. What it prints goes
 * to `test.log` in the cell's folder; whatever it started ends with it.
 * @param secrets texts that are replaced in what is kept
 */
export async function runTest(job: CellJob, options: TestOptions): Promise<TestOutcome> {
  const plan = planCluster(job.spec, job.inputs);
  return reachCluster(plan, ({ endpoints }) => testAt(endpoints, plan, job, options), options.signal);
}

interface TestOptions {
  readonly signal: AbortSignal;
  readonly secrets: readonly string[];
  /** Every line, as it comes. */
  readonly onLine: (line: string) => void;
  /** The newest lines, now and then. */
  readonly onLines: (batch: LineBatch) => void;
}

async function testAt(
  endpoints: Endpoints | undefined,
  plan: ClusterPlan,
  job: CellJob,
  options: TestOptions,
): Promise<TestOutcome> {
  const { test, testImage, out } = job;
  if (endpoints === undefined)
    throw new Error(`${job.spec.name} lost its leading master before the test began`);
  const about = { cell: job.inputs.ownership.cell, tag: job.spec.masters.version, out };
  const contract = testEnvironment(endpoints, {
    ...about,
    ...(testImage === undefined ? {} : { inside: testAddress(plan) ?? endpoints.hostIp }),
  });
  const own = Object.entries(test.env).map(([name, value]) => [name, plainValue(value, `test.env.${name}`)]);
  const env = { ...contract, ...(Object.fromEntries(own) as Record<string, string>) };
  let lastLine = "";
  const paced = new PacedLines(pause, options.onLines);
  const common = {
    timeout: test.timeout,
    signal: options.signal,
    log: path.join(out, "test.log"),
    secrets: options.secrets,
    onLine: (line: string) => {
      lastLine = line;
      options.onLine(line);
      paced.add(line);
    },
  };
  let container: string | undefined;
  try {
    if (testImage !== undefined) {
      const secret = Object.keys(test.env).filter((name) => typeof test.env[name] !== "string");
      const folders = { source: process.cwd(), out };
      const { command } = test;
      container = await createTestContainer(
        { plan, image: testImage, command, env, secret, folders },
        options.signal,
      );
    }
    const end = await (container === undefined
      ? runChild({ ...common, argv: test.command, env })
      : runChild({ ...common, argv: ["docker", "start", "--attach", container], env: {} }));
    const collected =
      test.junit === undefined
        ? { tests: undefined, warnings: [] }
        : collectTests(out, test.junit, readJunit);
    const cut = end.incomplete === undefined ? [] : [`test.log does not hold everything: ${end.incomplete}`];
    return {
      code: end.code,
      signal: end.signal,
      timedOut: end.timedOut,
      lastLine,
      tests: collected.tests,
      warnings: [...cut, ...collected.warnings, ...contradiction(end.code, collected.tests)],
    };
  } finally {
    paced.flush();
    if (container !== undefined) await removeTestContainer(container);
  }
}

function contradiction(code: number | undefined, tests: TestOutcome["tests"]): string[] {
  const bad = (tests?.failures ?? 0) + (tests?.errors ?? 0);
  if (code !== 0 || bad === 0) return [];
  return [`the test ended with 0, but its JUnit files tell of ${bad} that did not pass`];
}
