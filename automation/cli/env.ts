import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { findEndpoints, testEnvironment } from "../contract";
import { deployedPlan } from "../deployed";
import { PreconditionError } from "../precondition";
import { stackFolder } from "../stack";

/** `mesos-matrix env NAME`: lines for a shell's eval, or JSON. */
export async function envCommand(name: string, options: { json?: boolean }): Promise<number> {
  const env = await clusterEnvironment(name);
  if (options.json === true) process.stdout.write(`${JSON.stringify(env, null, 2)}\n`);
  else {
    for (const [key, value] of Object.entries(env))
      process.stdout.write(`export ${key}='${value.replaceAll("'", "'\\''")}'\n`);
  }
  return 0;
}

/** The test's environment for a cluster that runs. */
export async function clusterEnvironment(name: string): Promise<Record<string, string>> {
  const plan = await deployedPlan(name);
  const endpoints = await findEndpoints(plan);
  if (endpoints === undefined) {
    throw new PreconditionError(`${name} has no leading master now; see mesos-matrix logs ${name}`);
  }
  const out = path.join(stackFolder(name), "out");
  mkdirSync(out, { recursive: true });
  const tag = plan.readiness.nodes.find((node) => node.role === "master")?.version ?? "";
  return testEnvironment(endpoints, { cell: name, tag, out });
}
